"""What each level of cleaning deletes, and what it leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.clone import copy_of_the_clone, scons

MADE = ("build/runtime", "build/js", "build/cpython", "build/sources", "dist", "node_modules", "cache/pyodide-dist")
MAKES_AGAIN_QUICKLY = {"build/runtime", "build/js", "dist"}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_the_clone(tmp_path_factory.mktemp("clone"))


@pytest.mark.parametrize(
    ("level", "deleted"),
    [
        ("clean", MAKES_AGAIN_QUICKLY),
        ("clean-all", set(MADE) - {"cache/pyodide-dist"}),
        ("clean-cache", {"cache/pyodide-dist"}),
    ],
)
def test_a_level_deletes_what_it_says_and_no_more(level: str, deleted: set[str], clone: Path) -> None:
    for name in MADE:
        (clone / name).mkdir(parents=True, exist_ok=True)
        (clone / name / "made").write_text("by a build")
    done = scons(clone, level, XDG_CACHE_HOME=str(clone / "cache"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert {name for name in MADE if not (clone / name / "made").exists()} == deleted
    said = [line.removeprefix("deleted ") for line in done.stdout.splitlines()]
    assert all(any((clone / name).is_relative_to(folder) for folder in said) for name in deleted)
    assert (clone / "SConstruct").exists()
