"""The `activated` provider: an Emscripten the user already has on PATH or under $EMSDK."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from buildlib.errors import BuildError
from buildlib.process import output
from buildlib.toolchain.model import Toolchain
from buildlib.toolchain.pin import ToolchainPin


def find() -> Path | None:
    """The folder of the active emcc, or None."""
    found = shutil.which("emcc")
    if found:
        return Path(found).resolve().parent
    emsdk = os.environ.get("EMSDK")
    if emsdk and (Path(emsdk) / "upstream/emscripten/emcc").exists():
        return Path(emsdk) / "upstream/emscripten"
    return None


def version_of(folder: Path) -> str:
    """Emscripten's version, read from its own file. Raises BuildError if there is none."""
    file = folder / "emscripten-version.txt"
    match = re.match(r'"?(\d+\.\d+\.\d+)', file.read_text()) if file.exists() else None
    if match is None:
        raise BuildError(f"{folder}: no Emscripten version in emscripten-version.txt", "Is this an Emscripten folder?")
    return match[1]


def check_version(pin: ToolchainPin, folder: Path) -> str:
    """The version, if emsdk-pin.txt accepts it. Raises BuildError."""
    version = version_of(folder)
    if version not in pin.accepts:
        raise BuildError(
            f"Emscripten {version} in {folder} is outside the range {pin.accepts} of emsdk-pin.txt",
            f"Activate {pin.emsdk_version}, or take it off PATH and unset EMSDK to let the build bring its own.",
        )
    return version


def provide(pin: ToolchainPin, folder: Path, config: str = "") -> Toolchain:
    """Describe the Emscripten in `folder`. Its cache stays its own and is not frozen."""
    version = check_version(pin, folder)
    env = {**os.environ, **({"EM_CONFIG": config} if config else {})}
    llvm = Path(output([folder / "em-config", "LLVM_ROOT"], cwd=folder, env=env).strip())
    clang = output([llvm / "clang", "--version"], cwd=folder).splitlines()[0]
    return Toolchain(
        provider="activated",
        emscripten=str(folder),
        llvm=str(llvm),
        version=version,
        config=config or os.environ.get("EM_CONFIG", ""),
        components={"emscripten": version, "clang": clang},
    )


def cache_folder(toolchain: Toolchain) -> Path:
    """Where its system libraries are: ours have a folder of their own, the user's an answer."""
    if toolchain.cache:
        return Path(toolchain.cache)
    asked = output([toolchain.tool("em-config"), "CACHE"], cwd=Path(toolchain.emscripten), env=toolchain.env())
    return Path(asked.strip())
