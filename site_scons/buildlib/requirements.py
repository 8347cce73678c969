"""The programs a build machine must have, checked before anything starts."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

from buildlib.errors import BuildError

PROGRAMS = {
    "node": "Node.js 20 or newer: package nodejs, or nodejs.org",
    "npm": "comes with Node.js: package npm",
    "make": "GNU make: package make",
    "cc": "a C compiler for the build machine: package gcc",
    "xz": "package xz-utils",
    "patch": "package patch",
}
NODE_MAJOR = 20


def check_programs(which: Callable[[str], str | None] = shutil.which) -> None:
    """Raises BuildError that names all missing programs at once, and a Node.js that is too old."""
    missing = [f"  {name}: {where}" for name, where in PROGRAMS.items() if which(name) is None]
    if missing:
        raise BuildError("these programs are not on PATH:\n" + "\n".join(missing), "Install them and build again.")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < NODE_MAJOR:
        raise BuildError(f"Node.js {version} is too old", f"The build needs {PROGRAMS['node']}.")
