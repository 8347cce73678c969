"""Another clone of this one, for what a build leaves behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from buildlib.paths import ROOT


def copy_of_the_clone(place: Path) -> Path:
    """Everything git tracks or could track, in another folder."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    return place


def scons(clone: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run SCons in a clone; `environment` is added to the process's own."""
    return subprocess.run(
        [sys.executable, "-m", "SCons", "-Q", *words],
        cwd=clone,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
