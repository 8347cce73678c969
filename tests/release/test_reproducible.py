"""The same sources give the same bytes, wherever and whenever they are built."""

from __future__ import annotations

from pathlib import Path

from buildlib.paths import ROOT
from harness.clone import copy_of_the_clone, scons


def test_a_build_in_another_folder_gives_the_same_tarball(tarball: Path, tmp_path: Path) -> None:
    """Core, glue, link, standard library, loaders and tarball; CPython's objects come from the cache."""
    wasm = (tarball.parent / "pyodide.asm.wasm").read_bytes()
    (mode,) = (path.parent.name for path in (ROOT / "build/runtime").glob("*/*.wasm") if path.read_bytes() == wasm)
    clone = copy_of_the_clone(tmp_path / "another" / "folder")
    done = scons(clone, "dist", f"mode={mode}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (clone / "dist" / tarball.name).read_bytes() == tarball.read_bytes()
