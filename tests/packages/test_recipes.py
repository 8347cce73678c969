"""Recipes that the unmodified pyodide-build makes packages of: they load here and in the reference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.builder import Builder, run_in_reference
from harness.pypi import Pypi
from harness.runtime import Runtime
from harness.wheels import SDISTS, WHEELS, fetch

pytestmark = pytest.mark.hosts("node24")

RECIPES = Path(__file__).with_name("recipes")


@pytest.fixture
def setuptools(tmp_path: Path) -> Path:
    """A folder that pip finds it in."""
    wheel = fetch(WHEELS["setuptools"])
    folder = tmp_path / "wheels"
    folder.mkdir()
    (folder / wheel.name).symlink_to(wheel)
    return folder


def test_a_package_on_a_static_and_a_shared_library(
    builder: Builder, runtime: Runtime, node: Path, setuptools: Path
) -> None:
    made = builder.build_recipes(RECIPES, "useslibs", wheels=setuptools)
    lock = made / "pyodide-lock.json"

    packages = json.loads(lock.read_text())["packages"]
    kinds = {name: (each["package_type"], each["install_dir"], each["depends"]) for name, each in packages.items()}
    assert kinds == {
        "libthrice": ("shared_library", "dynlib", []),
        "useslibs": ("package", "site", ["libthrice"]),
    }

    use = "import useslibs; str(useslibs.six_times(7))"
    options = json.dumps({"lockFileURL": str(lock), "packageBaseUrl": f"{made}/"})
    answer = runtime.run_js(f"""
        const other = await loadPyodide({options});
        await other.loadPackage("useslibs", {{ messageCallback() {{}} }});
        return [other.runPython({use!r}), other.FS.readdir("/usr/lib").includes("libthrice.so")];
    """)
    assert answer == ["42", True]
    assert run_in_reference(node, use, "useslibs", lock) == "42"


def test_a_recipe_from_what_pypi_says(builder: Builder, runtime: Runtime, tmp_path: Path, setuptools: Path) -> None:
    pin = SDISTS["msgpack"]
    with Pypi(tmp_path, pin.name, pin.version, [fetch(pin), fetch(WHEELS["msgpack"])]) as pypi:
        recipe = builder.skeleton(pin.name, tmp_path / "skeletons", pypi)
        assert f"sha256: {pin.sha256}" in recipe.read_text()
        made = builder.build_recipes(tmp_path / "skeletons", pin.name, wheels=setuptools, pypi=pypi)
    (wheel,) = made.glob("*.whl")
    runtime.run_js(f"await pyodide.loadPackage({str(wheel)!r}, {{ messageCallback() {{}} }});")
    assert runtime.run_python("import msgpack._cmsgpack, msgpack; msgpack.packb([1, 'a']).hex()") == "9201a161"
