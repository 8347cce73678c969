from __future__ import annotations

from pathlib import Path

import pytest

from buildlib.errors import BuildError
from buildlib.notice import Component, debian_licence, read_texts, render, toolchain_components

COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: thing

Files: *
Copyright: The Authors
License: Expat or NCSA
 Either will do.

Files: test/*
Copyright: Somebody
License: FTL

License: Expat
 Expat's text.

License: FTL
 FTL's text.

License: NCSA
 NCSA's text, see /usr/share/common-licenses/Other.
"""


def upstream_tree(root: Path) -> Path:
    """A toolchain as emsdk installs it: licences beside the code."""
    for name in ("LICENSE", "system/lib/libc/musl/COPYRIGHT", "system/lib/compiler-rt/LICENSE.TXT"):
        path = root / "emscripten" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text of {name}\n")
    return root / "emscripten"


def test_every_component_is_listed_and_its_texts_follow() -> None:
    text = render([Component("zlib", "1.3.2", "Zlib", (("LICENSE", "be nice\n"), ("MORE", "and fair\n")))])
    contents, _, body = text.partition("=" * 100)
    assert "zlib 1.3.2 (Zlib)" in contents
    assert body.index("be nice") < body.index("and fair")


def test_a_component_without_a_text_is_refused() -> None:
    with pytest.raises(BuildError, match="zlib: no licence text"):
        render([Component("zlib", "1.3.2", "Zlib", ())])


def test_a_missing_licence_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="zlib: the licence file LICENSE is not in"):
        read_texts(tmp_path, ["LICENSE"], "zlib")


def test_upstream_toolchain(tmp_path: Path) -> None:
    components = toolchain_components(upstream_tree(tmp_path), "5.0.3")
    assert [name for each in components for name, _ in each.texts] == ["LICENSE", "COPYRIGHT", "LICENSE.TXT"]
    assert {each.version for each in components} == {"5.0.3"}


def test_debian_toolchain(tmp_path: Path) -> None:
    emscripten = upstream_tree(tmp_path / "usr/share")
    (emscripten / "LICENSE").unlink()
    (emscripten / "system/lib/compiler-rt/LICENSE.TXT").unlink()
    for package in ("emscripten", "libclang-common-23-dev"):
        path = tmp_path / "usr/share/doc" / package / "copyright"
        path.parent.mkdir(parents=True)
        path.write_text(COPYRIGHT)
    common = tmp_path / "common"
    common.mkdir()
    (common / "Other").write_text("the other text")
    first, _, last = toolchain_components(emscripten, "6.0.5", common)
    assert [name for name, _ in first.texts] == ["copyright", "Other"]
    assert last.texts == first.texts


def test_a_toolchain_without_licences_is_refused(tmp_path: Path) -> None:
    emscripten = upstream_tree(tmp_path)
    (emscripten / "system/lib/libc/musl/COPYRIGHT").unlink()
    with pytest.raises(BuildError, match=r"musl.*system/lib/libc/musl/COPYRIGHT"):
        toolchain_components(emscripten, "5.0.3")


def test_only_what_holds_for_the_whole_package_is_taken(tmp_path: Path) -> None:
    (tmp_path / "Other").write_text("the other text")
    (name, text), other = debian_licence(COPYRIGHT, tmp_path)
    assert name == "copyright"
    assert "Either will do." in text
    assert "Expat's text." in text
    assert "NCSA's text" in text
    assert "FTL" not in text
    assert other == ("Other", "the other text")


def test_a_missing_common_licence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="Other is missing"):
        debian_licence(COPYRIGHT, tmp_path)
