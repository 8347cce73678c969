"""What tsbundle gives to esbuild, and the files it makes itself."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest

from buildlib import tsbundle
from buildlib.errors import BuildError
from buildlib.paths import ROOT

RELEASE = tsbundle.Release(version="314.1.0", python="3.14", abi_version="2026_0", build_id="ab" * 32)
TEMPLATE = ROOT / "js/templates/package.json.j2"
NODE_MODULES = pytest.mark.skipif(not (ROOT / tsbundle.INSTALLED).exists(), reason="npm packages are not installed")


@pytest.fixture
def inside_clone() -> Iterator[Path]:
    """A folder where the build writes: paths from there to the sources are relative within the clone."""
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build) as folder:
        yield Path(folder)


def test_build_id_covers_both_files_in_order(tmp_path: Path) -> None:
    mjs, wasm = tmp_path / "a.mjs", tmp_path / "a.wasm"
    mjs.write_bytes(b"one")
    wasm.write_bytes(b"two")
    assert tsbundle.build_id([mjs, wasm]) == hashlib.sha256(b"onetwo").hexdigest()
    assert tsbundle.build_id([wasm, mjs]) != tsbundle.build_id([mjs, wasm])


def test_defines_are_javascript_strings() -> None:
    bundle = tsbundle.Bundle(Path("in.ts"), Path("out.js"), "esm", defines={"X": 'a"b'})
    assert '--define:X="a\\"b"' in bundle.arguments()


def test_every_fact_the_loader_declares_is_defined() -> None:
    declared = {
        line.split()[2].rstrip(":")
        for path in (ROOT / "js/src").rglob("*.ts")
        for line in path.read_text().splitlines()
        if line.startswith("declare const __")
    }
    assert declared == set(RELEASE.defines())


def test_a_bundle_knows_its_files(tmp_path: Path) -> None:
    with_map, without = (
        tsbundle.Bundle(Path("in.ts"), tmp_path / "x.mjs", "esm", source_map=source_map) for source_map in (True, False)
    )
    assert with_map.targets == [tmp_path / "x.mjs", tmp_path / "x.mjs.map"]
    assert without.targets == [tmp_path / "x.mjs"]


def test_a_page_has_styles(tmp_path: Path) -> None:
    page = tsbundle.Bundle(Path("in.ts"), tmp_path / "x.mjs", "esm", source_map=False, page=True)
    assert page.targets == [tmp_path / "x.mjs", tmp_path / "x.css"]
    assert "--platform=browser" in page.arguments()


def test_package_json_states_the_version_and_only_released_files() -> None:
    package = json.loads(tsbundle.package_json(TEMPLATE, "314.1.0"))
    assert package["version"] == "314.1.0"
    assert package["exports"]["."]["require"] == "./" + package["main"]


def test_a_template_with_an_unknown_name_is_an_error(tmp_path: Path) -> None:
    template = tmp_path / "package.json.j2"
    template.write_text('{"version": "{{ verison }}"}')
    with pytest.raises(jinja2.UndefinedError, match="verison"):
        tsbundle.package_json(template, "1")


@NODE_MODULES
def test_the_loaders_contain_no_eval_and_no_path_of_the_clone(inside_clone: Path) -> None:
    for bundle in tsbundle.loader_bundles(RELEASE, inside_clone):
        tsbundle.bundle(bundle, ROOT, inside_clone / "log")
        text = bundle.target.read_text()
        assert RELEASE.build_id in text
        assert "eval(" not in text
        assert "new Function" not in text
        for path in bundle.targets:
            assert str(ROOT) not in path.read_text()


@NODE_MODULES
def test_an_error_in_the_source_is_shown(tmp_path: Path) -> None:
    source = tmp_path / "broken.ts"
    source.write_text("const = 1;")
    with pytest.raises(BuildError, match=r"broken\.ts:1:6"):
        tsbundle.bundle(tsbundle.Bundle(source, tmp_path / "out.js", "esm"), ROOT, tmp_path / "log")


def test_the_lock_names_no_download_addresses() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_the_lock_holds_the_packages_of_every_platform() -> None:
    """Else `npm ci` refuses it, whatever the platform."""
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = {
        name
        for package in packages.values()
        for kind in ("dependencies", "devDependencies", "optionalDependencies")
        for name in package.get(kind, {})
    }
    assert not [name for name in wanted if not any(path.endswith(f"node_modules/{name}") for path in packages)]


def test_tool_versions_are_exact() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    loose = [name for name, version in package["devDependencies"].items() if not version.split("@")[-1][:1].isdigit()]
    assert not loose
