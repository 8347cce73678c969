"""The `emsdk` provider: Emscripten's own SDK, installed in the cache folder from its home."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

from buildlib.process import run
from buildlib.toolchain import activated
from buildlib.toolchain.model import Toolchain
from buildlib.toolchain.pin import ToolchainPin


def provide(pin: ToolchainPin, home: Path, log: Path) -> Toolchain:
    """Install the pinned release into `home`/emsdk-VERSION unless it is there. Raises BuildError."""
    place = home / f"emsdk-{pin.emsdk_version}"
    if not (place / "complete").exists():
        shutil.rmtree(place, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        run(
            ["git", "clone", "--quiet", "--depth=1", "--branch", pin.emsdk_version, pin.emsdk_home, place],
            cwd=home,
            log=log,
        )
        for word in ("install", "activate"):
            run(["./emsdk", word, pin.emsdk_version], cwd=place, log=log)
        (place / "complete").touch()
    found = activated.provide(pin, place / "upstream/emscripten", config=str(place / ".emscripten"))
    return dataclasses.replace(found, provider="emsdk")
