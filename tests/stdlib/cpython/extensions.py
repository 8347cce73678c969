"""The C modules that only CPython's own tests use, as side modules: they do not ship, but are tested with."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from buildlib import policy
from buildlib.interpreter import load_configure
from buildlib.process import run
from buildlib.toolchain import Toolchain

NAMES = (
    *("_ctypes_test", "_testbuffer", "_testcapi", "_testclinic", "_testclinic_limited", "_testimportmultiple"),
    *("_testinternalcapi", "_testlimitedcapi", "_testmultiphase", "_testsinglephase", "_xxtestfuzz"),
    *("xxlimited", "xxlimited_35", "xxsubtype"),
)
SUFFIX = ".cpython-314-wasm32-emscripten.so"


def build(
    source: Path,
    include: Path,
    folder: Path,
    *,
    toolchain: Toolchain,
    flags: Sequence[str],
    configure: Path,
    jobs: int,
    log: Path,
) -> None:
    """Compile them from CPython's `source` into `folder`. `include` has Python.h and pyconfig.h.

    `configure` is cpython/configure.toml: some of its flags change the layout of internal structs. Raises BuildError.
    """
    defines = [flag for flag in load_configure(configure).flags if flag.startswith("-D")]
    rules = policy.setup_rules(source, "Setup.stdlib.in")
    modules = (source / "Modules").resolve()

    def one(name: str) -> None:
        files = [word for word in rules[name].split() if word.endswith(".c")]
        includes = [f"-I{path}" for path in (include, include / "internal", modules, source.resolve())]
        words = ["-O1", "-g0", "-w", "-sSIDE_MODULE=1", "-DNDEBUG", *defines, *flags, *includes, *files]
        target = (folder / f"{name}{SUFFIX}").resolve()
        run(
            [toolchain.tool("emcc"), *words, "-o", target],
            cwd=modules,
            env=toolchain.env(),
            log=log.with_stem(f"{log.stem}-{name}"),
            append=False,
        )

    with ThreadPoolExecutor(jobs) as pool:
        for done in [pool.submit(partial(one, name)) for name in NAMES]:
            done.result()
