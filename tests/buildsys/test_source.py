"""Patches: how they fail, and what each must say."""

from __future__ import annotations

from pathlib import Path

import pytest

from buildlib import source
from buildlib.errors import BuildError
from buildlib.paths import ROOT


def test_a_patch_that_does_not_apply_is_named(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.c").write_text("int a;\n")
    patch = tmp_path / "0009-other.patch"
    patch.write_text("Why: a test.\n\n--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-int b;\n+int c;\n")
    with pytest.raises(BuildError, match=r"0009-other\.patch does not apply to tree"):
        source.apply_patches(tree, [patch], tmp_path / "log")


def test_patches_say_why_and_when_to_drop_them() -> None:
    for patch in (ROOT / "cpython/patches").glob("*.patch"):
        head = patch.read_text().split("\n--- ")[0]
        assert all(word in head for word in ("Why:", "Upstream:", "Drop when:")), patch.name
