from __future__ import annotations

import json
from pathlib import Path

import pytest

from buildlib.errors import BuildError
from buildlib.notice import Component, debian_licence, package_components, read_texts, render, toolchain_components

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


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A clone with one package that is released, one that another brings, and one for development."""
    entries = {
        "": {"name": "tooling"},
        "node_modules/@a/released": {"version": "1.0", "license": "MIT"},
        "node_modules/b/node_modules/inner": {"version": "2.0", "license": "ISC"},
        "node_modules/tool": {"version": "3.0", "license": "MIT", "dev": True},
    }
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": entries}))
    for place, name in (("node_modules/@a/released", "LICENSE-MIT"), ("node_modules/b/node_modules/inner", "licence")):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / name).write_text(f"text of {place}")
    return tmp_path


def test_npm_packages_in_the_release(packages: Path) -> None:
    released, inner = package_components(packages)
    assert (released.name, released.version, released.licence) == ("npm: @a/released", "1.0", "MIT")
    assert released.texts == (("LICENSE-MIT", "text of node_modules/@a/released"),)
    assert (inner.name, inner.texts[0][0]) == ("npm: inner", "licence")


def test_an_npm_package_without_a_licence_is_refused(packages: Path) -> None:
    (packages / "node_modules/@a/released/LICENSE-MIT").unlink()
    with pytest.raises(BuildError, match=r"@a/released: no licence file in node_modules/@a/released"):
        package_components(packages)
