"""The cross-build environment: the archive with which the unmodified pyodide-build builds wheels for this runtime."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import jinja2

from buildlib.archive import write_tgz
from buildlib.interpreter import SYSCONFIGDATA
from buildlib.release import EXECUTABLE, LOCK
from buildlib.wheelplatform import WheelPlatform


@dataclass(frozen=True)
class Inputs:
    """What the archive is made of.

    version:     the distribution's. python: that of the Python inside.
    headers:     the folder of Python's headers, named python3.x.
    libffi:      that of libffi's, which extension modules have from the main module.
    sysconfig:   the module that sysconfig reads its variables from.
    dist:        the folder of the release's files.
    template:    of Makefile.envs.
    """

    version: str
    python: str
    platform: WheelPlatform
    headers: Path
    libffi: Path
    sysconfig: Path
    dist: Path
    template: Path


def archive_name(version: str) -> str:
    return f"xbuildenv-{version}.tar.gz"


def makefile(inputs: Inputs) -> str:
    """Makefile.envs, whose target .output_vars prints the variables."""
    major, minor, micro = inputs.python.split(".")
    template = jinja2.Template(
        inputs.template.read_text(encoding="utf-8"), undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    rendered: str = template.render(
        version=inputs.version,
        abi=inputs.platform.abi,
        emscripten=inputs.platform.emscripten,
        flags=" ".join(inputs.platform.flags),
        python=inputs.python,
        major=major,
        minor=minor,
        micro=micro,
        sysconfig_name=SYSCONFIGDATA.removesuffix(".py"),
    )
    return rendered


def collect(inputs: Inputs, target: Path) -> None:
    """Write the archive. Equal inputs give equal bytes."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "xbuildenv/pyodide-root"
        install = root / f"cpython/installs/python-{inputs.python}"
        for headers in (inputs.headers, inputs.libffi):
            shutil.copytree(headers, install / "include" / inputs.headers.name, dirs_exist_ok=True)
        _write(install / "sysconfigdata" / SYSCONFIGDATA, inputs.sysconfig.read_text(encoding="utf-8"))
        _write(root / "Makefile.envs", makefile(inputs))
        # No package is built with the help of another's compiled files yet.
        _write(root.parent / "requirements.txt", "")
        _write(root / "unisolated.txt", "")
        _write(root / "tools/constraints.txt", "")
        for path in inputs.dist.iterdir():
            if path.suffix not in (".tgz", ".gz"):
                (root / "dist").mkdir(exist_ok=True)
                shutil.copyfile(path, root / "dist" / path.name)
        _write(root / "dist" / LOCK, _lock((inputs.dist / LOCK).read_text(encoding="utf-8")))
        files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
        target.parent.mkdir(parents=True, exist_ok=True)
        write_tgz(target, {path.relative_to(folder).as_posix(): path for path in files}, EXECUTABLE)


def _lock(text: str) -> str:
    """A lock file with no package but micropip, which `pyodide venv` installs.

    pyodide-build tells pip to look for wheels of the lock file in Pyodide's own place for a release of this version,
    where there are none, and no more on PyPI.
    """
    lock = json.loads(text)
    lock["packages"] = {name: entry for name, entry in lock["packages"].items() if name == "micropip"}
    return json.dumps(lock, indent=2, sort_keys=True) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
