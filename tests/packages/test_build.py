"""Wheels that the unmodified pyodide-build makes with our cross-build environment load here and in the reference."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

import pytest

from harness.builder import Builder, run_in_reference
from harness.runtime import Runtime
from harness.wheels import SDISTS, fetch

pytestmark = pytest.mark.hosts("node24")

SOURCES = Path(__file__).parent / "sources"
TAG = "cp314-cp314-pyemscripten_2026_0_wasm32"

USES = {
    "markupsafe": "import markupsafe._speedups, markupsafe; str(markupsafe.escape('<a>'))",
    "pyyaml": "import yaml; str(yaml.safe_load('a: [1, {b: c}]'))",
    "msgpack": "import msgpack._cmsgpack, msgpack; msgpack.packb([1, 'a']).hex()",
    "cffi": """
import _cffi_backend

number = _cffi_backend.new_primitive_type("int")
function = _cffi_backend.new_function_type((number,), number, False)
str(int(_cffi_backend.callback(function, lambda value: value * 2)(21)))
""",
    "with_cmake": "import with_cmake; with_cmake.check(-1) + with_cmake.check(1)",
    "with_meson": "import with_meson; str(with_meson.sum(40, 2))",
    "thrower": """
import thrower

def missing():
    raise KeyError("k")

try:
    thrower.divide(1, 0)
except ValueError as error:
    text = str(error)
f"{text}, {thrower.divide(7, 2)}, {thrower.attempt(missing)}".splitlines()[0]
""",
}
ANSWERS = {
    "markupsafe": "&lt;a&gt;",
    "pyyaml": "{'a': [1, {'b': 'c'}]}",
    "msgpack": "9201a161",
    "cffi": "42",
    "with_cmake": "negative1",
    "with_meson": "42",
    "thrower": "no division by zero, 3, caught KeyError: 'k'",
}


def test_an_environment_from_a_list_of_releases(builder: Builder, tmp_path: Path) -> None:
    """pyodide-build then reads the lock file as well, and is strict about it."""
    release = {
        "version": "314.1.0",
        "url": builder.xbuildenv.as_uri(),
        "sha256": hashlib.sha256(builder.xbuildenv.read_bytes()).hexdigest(),
        "python_version": "3.14.7",
        "emscripten_version": "5.0.3",
    }
    listing = tmp_path / "releases.json"
    listing.write_text(json.dumps({"releases": {"314.1.0": release}}))
    root = builder.install_listed(listing, "314.1.0")
    assert (root / "dist/python").exists()
    # Where pip would find wheels of the lock file, at an address of Pyodide's that is not there.
    assert [path.name for path in (root / "package_index").iterdir() if path.is_dir()] == ["micropip"]


@cache
def built(builder: Builder, name: str) -> Path:
    return builder.build(fetch(SDISTS[name]) if name in SDISTS else SOURCES / name)


@pytest.mark.parametrize("name", USES)
def test_a_built_wheel_loads_here_and_in_the_reference(
    builder: Builder, runtime: Runtime, node: Path, name: str
) -> None:
    wheel = built(builder, name)
    assert wheel.name.endswith(f"-{TAG}.whl")
    runtime.run_js(f"await pyodide.loadPackage({str(wheel)!r}, {{ messageCallback() {{}} }});")
    assert runtime.run_python(USES[name]) == ANSWERS[name]
    assert run_in_reference(node, USES[name], wheel) == ANSWERS[name]
