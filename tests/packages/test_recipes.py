"""Recipes that the unmodified pyodide-build makes packages of: they load here and in the reference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.builder import Builder, run_in_reference
from harness.runtime import Runtime
from harness.wheels import WHEELS, fetch

pytestmark = pytest.mark.hosts("node24")

RECIPES = Path(__file__).with_name("recipes")


def test_a_package_on_a_static_and_a_shared_library(
    builder: Builder, runtime: Runtime, node: Path, tmp_path: Path
) -> None:
    setuptools = fetch(WHEELS["setuptools"])
    (tmp_path / setuptools.name).symlink_to(setuptools)
    made = builder.build_recipes(RECIPES, "useslibs", wheels=tmp_path)
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
