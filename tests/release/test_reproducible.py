"""The same sources give the same bytes, wherever and whenever they are built."""

from __future__ import annotations

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


def test_a_build_in_another_folder_gives_the_same_tarball(tarball: Path, tmp_path: Path) -> None:
    """Core, glue, link, standard library, loaders and tarball; CPython's objects come from the cache."""
    wasm = (tarball.parent / "pyodide.asm.wasm").read_bytes()
    (mode,) = (path.parent.name for path in (ROOT / "build/runtime").glob("*/*.wasm") if path.read_bytes() == wasm)
    clone = copy_of_the_clone(tmp_path / "another" / "folder")
    done = subprocess.run(
        [sys.executable, "-m", "SCons", "-Q", "dist", f"mode={mode}"],
        cwd=clone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (clone / "dist" / tarball.name).read_bytes() == tarball.read_bytes()
