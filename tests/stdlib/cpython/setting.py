"""Where the suite's inputs are in a clone in which `./scons dist` has run."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

from buildlib import hostpython
from buildlib.filelock import BuildLock
from buildlib.paths import ROOT
from buildlib.pins import load_pins
from buildlib.toolchain import Toolchain
from buildlib.wheelplatform import load_platform

from . import extensions, suite

BUILD = ROOT / "build"
OUT = BUILD / "test-cpython"
LIB = OUT / "lib"
NODE = ROOT / "node_modules/node24/bin/node"
REFERENCE = ROOT / "node_modules/pyodide"


def prepare(jobs: int) -> Path:
    """Make what every module needs, unless it is there; the folder of the `test` package."""
    source = BUILD / "sources/cpython"
    version = load_pins(ROOT / "cpython/pins.toml")["cpython"].version
    short = hostpython.short_version(version)
    toolchain = Toolchain.load((BUILD / "toolchain.json").read_text())
    made = partial(
        extensions.build,
        source,
        BUILD / f"cpython/include/python{short}",
        toolchain=toolchain,
        flags=load_platform(ROOT / "cpython/platform.toml").flags,
        configure=ROOT / "cpython/configure.toml",
        jobs=jobs,
        log=BUILD / "logs/test-extension.log",
    )
    inputs = "".join(
        [
            (source / ".unpacked").read_text(),
            toolchain.identity(),
            *(Path(file).read_text() for file in (extensions.__file__, suite.__file__)),
            *((ROOT / "cpython" / name).read_text() for name in ("configure.toml", "platform.toml")),
        ]
    )
    python = hostpython.find_host_python(version) or BUILD / f"hostpython/bin/python{short}"
    with BuildLock(OUT / "lib.lock"):
        suite.prepare(source, python, LIB, hashlib.sha256(inputs.encode()).hexdigest(), made)
    return LIB
