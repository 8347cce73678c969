"""A CPython for the build machine, of the very version that is built for wasm."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from buildlib.process import output, run


def short_version(version: str) -> str:
    """ "3.14" of "3.14.7"."""
    return ".".join(version.split(".")[:2])


def find_host_python(version: str) -> Path | None:
    """An interpreter on PATH of exactly this version, or None."""
    found = shutil.which(f"python{short_version(version)}")
    if found and output([found, "--version"], cwd=Path.cwd()).split()[-1] == version:
        return Path(found).resolve()
    return None


def build_host_python(source: Path, work: Path, prefix: Path, *, version: str, jobs: int, log: Path) -> None:
    """Build CPython for this machine into `prefix`: bin/python3.x and its Lib, without tests and caches.

    It runs from wherever `prefix` is moved to. Raises BuildError.
    """
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    configure = source.resolve() / "configure"
    run(
        [configure, "-q", f"--prefix={prefix.resolve()}", "--without-ensurepip", "--disable-test-modules"],
        cwd=work,
        env={**os.environ, "OPT": "-O1 -DNDEBUG"},  # it freezes and byte-compiles a few files: built quickly pays more
        log=log,
        append=False,
    )
    run(["make", "-s", f"-j{jobs}", "all"], cwd=work, log=log)
    run(["make", "-s", "altbininstall", "sharedinstall"], cwd=work, log=log)
    # `make libinstall` would also byte-compile everything three times over.
    shutil.copytree(
        source / "Lib",
        prefix / f"lib/python{short_version(version)}",
        ignore=shutil.ignore_patterns("test", "idlelib", "tkinter", "__pycache__"),
        dirs_exist_ok=True,
    )
