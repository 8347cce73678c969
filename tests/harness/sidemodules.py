"""Shared libraries and extension modules, compiled as wheels for this platform are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from buildlib.paths import ROOT
from buildlib.process import run
from buildlib.toolchain import Toolchain
from buildlib.wheelplatform import load_platform

SUFFIX = ".cpython-314-wasm32-emscripten.so"


def compile_module(
    source: Path, target: Path, *, needs: Sequence[Path] = (), rpath: str = "", flags: Sequence[str] = ()
) -> Path:
    """Compile a C or C++ file to a side module.

    An extension module (named with SUFFIX) exports its PyInit function only, a library all that is visible.
    `needs`: the libraries it is linked with; they are looked for on `rpath` at run time.
    Raises BuildError with the compiler's errors.
    """
    toolchain = Toolchain.load((ROOT / "build/toolchain.json").read_text())
    name = target.name.partition(".")[0]
    extension = target.name.endswith(SUFFIX)
    words: list[str | Path] = [toolchain.tool("em++" if source.suffix == ".cpp" else "emcc"), source, "-O1", *flags]
    words += [*load_platform(ROOT / "cpython/platform.toml").flags, f"-I{python_headers()}"]
    words += ["-sSIDE_MODULE=2", f"-sEXPORTED_FUNCTIONS=_PyInit_{name}"] if extension else ["-sSIDE_MODULE=1"]
    words += [*needs, *([f"-Wl,-rpath,{rpath}"] if rpath else []), "-o", target]
    log = target.with_name(f"{target.name}.log")
    run(words, cwd=target.parent, env=toolchain.env(), log=log, append=False)
    return target


def python_headers() -> Path:
    (folder,) = (ROOT / "build/cpython/include").glob("python3.*")
    return folder
