"""The Python that pyodide-build runs in: of the version that is built, with what the tests build wheels with."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from buildlib import cache
from buildlib.filelock import BuildLock
from buildlib.hostpython import find_host_python, short_version
from buildlib.paths import ROOT, cache_root
from buildlib.pins import load_pins
from buildlib.process import run

REQUIREMENTS = ROOT / "tests/packages/pyodide-build.txt"
HOST_PYTHON = ROOT / "build/hostpython"
CPYTHON = ROOT / "build/sources/cpython"


def builder_python() -> Path:
    """Its executable. Made once, then from the cache folder."""
    folder = cache_root() / f"builder-{cache.key(REQUIREMENTS, Path(__file__), ROOT / 'cpython/pins.toml')[:16]}"
    complete = folder / "complete"
    with BuildLock(folder.with_suffix(".lock")):
        if not complete.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            _make(folder)  # in its place: installed scripts know where they are
            complete.touch()
    return folder / "bin/python3"


def _make(prefix: Path) -> None:
    version = load_pins(ROOT / "cpython/pins.toml")["cpython"].version
    log = prefix / "log"
    own = find_host_python(version)
    if own is not None:
        run([own, "-m", "venv", "--without-pip", prefix], cwd=prefix, log=log)
    else:
        _complete(prefix, short_version(version), log)
    downloads = prefix / "downloads"
    # The first pip comes from the Python that runs the tests.
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    fetch = [*pip, "download", "--require-hashes", "--no-deps", "--only-binary=:all:", f"--dest={downloads}"]
    platforms = [f"--platform=manylinux{each}_x86_64" for each in ("2014", "_2_17", "_2_28")]
    version_option = f"--python-version={short_version(version)}"
    run([*fetch, version_option, *platforms, f"-r{REQUIREMENTS}"], cwd=prefix, log=log)
    (bootstrap,) = downloads.glob("pip-*.whl")
    install: list[str | Path] = [
        prefix / "bin/python3",
        bootstrap / "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--no-compile",
    ]
    run([*install, "--root-user-action=ignore", *downloads.glob("*.whl")], cwd=prefix, log=log)
    shutil.rmtree(downloads)


def _complete(prefix: Path, version: str, log: Path) -> None:
    """A copy of the build's own Python, which only has to run scripts, with what building extension modules takes."""
    shutil.copytree(HOST_PYTHON, prefix, dirs_exist_ok=True)
    name = f"python{version}"
    for alias in ("python", "python3"):
        (prefix / "bin" / alias).symlink_to(name)
    configured = prefix / "configured"
    configured.mkdir()
    run([CPYTHON / "configure", "-q", f"--prefix={prefix}", "--without-ensurepip"], cwd=configured, log=log)
    environment = {"PATH": os.environ["PATH"], "_PYTHON_PROJECT_BASE": str(configured)}
    command: list[str | Path] = [prefix / "bin" / name, "-S", "-m", "sysconfig", "--generate-posix-vars"]
    run(command, cwd=configured, env=environment, log=log)
    for path in configured.glob("build/*/*"):
        shutil.copy(path, prefix / "lib" / name)
    headers = prefix / "include" / name
    shutil.copytree(CPYTHON / "Include", headers)
    shutil.copy(configured / "pyconfig.h", headers)
    shutil.rmtree(configured)
