from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from buildlib import lockfile
from buildlib.errors import BuildError
from buildlib.wheelplatform import WheelPlatform
from harness.index import make_wheel

INFO = lockfile.platform_info("3.14.7", WheelPlatform("2026_0", "5.0.3", ()))
ANY = "py3-none-any"


def write(folder: Path, name: str, tag: str = ANY, requires: str = "") -> Path:
    path = folder / f"{name}-1.0-{tag}.whl"
    path.write_bytes(make_wheel(name, files={f"{name}/__init__.py": "", f"{name}/data.txt": ""}, requires=requires))
    return path


def test_a_wheels_entry(tmp_path: Path) -> None:
    path = write(tmp_path, "tool")
    assert lockfile.entry(path, INFO) == {
        "name": "tool",
        "version": "1.0",
        "file_name": "tool-1.0-py3-none-any.whl",
        "install_dir": "site",
        "package_type": "package",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "tool": {"pyodide-dist": {"size": path.stat().st_size}},
        "imports": ["tool"],
        "depends": [],
    }


def test_what_a_wheel_imports(tmp_path: Path) -> None:
    files = [
        "one.py",
        "two.cpython-314-wasm32-emscripten.so",
        "pack/sub/x.py",
        "data/only.txt",
        "three-1.0.data/data/x.py",
    ]
    path = tmp_path / f"three-1.0-{ANY}.whl"
    path.write_bytes(make_wheel("three", files=dict.fromkeys(files, "")))
    assert lockfile.entry(path, INFO)["imports"] == ["one", "pack", "two"]


def test_what_a_wheel_needs_on_this_platform(tmp_path: Path) -> None:
    requires = (
        "A_b>=1\nc; sys_platform == 'emscripten'\nd; os_name == 'nt'\ne; extra == 'x'\nf; python_version < '3.14'"
    )
    assert lockfile.entry(write(tmp_path, "tool", requires=requires), INFO)["depends"] == ["a-b", "c"]


def test_a_lock_is_the_same_for_the_same_wheels(tmp_path: Path) -> None:
    wheels = [write(tmp_path, "b", requires="a\nz"), write(tmp_path, "a", "cp314-cp314-pyemscripten_2026_0_wasm32")]
    text = lockfile.render(INFO, wheels)
    assert text == lockfile.render(INFO, reversed(wheels))
    lock = json.loads(text)
    assert list(lock["packages"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("cp314-cp314-pyemscripten_2025_0_wasm32", "is for pyemscripten_2025_0_wasm32, the lock file for ABI 2026_0"),
        ("cp314-cp314-manylinux_2_17_x86_64", "manylinux"),
        ("cp313-cp313-pyemscripten_2026_0_wasm32", r"is for cp313, the lock file for Python 3\.14"),
    ],
)
def test_a_wheel_for_something_else(tmp_path: Path, tag: str, message: str) -> None:
    with pytest.raises(BuildError, match=message):
        lockfile.entry(write(tmp_path, "tool", tag), INFO)


def test_what_is_no_wheel(tmp_path: Path) -> None:
    (tmp_path / f"tool-1.0-{ANY}.whl").write_bytes(b"data")
    with pytest.raises(BuildError, match="not a zip file"):
        lockfile.entry(tmp_path / f"tool-1.0-{ANY}.whl", INFO)
    with pytest.raises(BuildError, match="is not the file name of a wheel"):
        lockfile.entry(tmp_path / "tool.whl", INFO)


def test_two_wheels_of_one_package(tmp_path: Path) -> None:
    again = tmp_path / f"tool-2.0-{ANY}.whl"
    again.write_bytes(make_wheel("tool", "2.0"))
    with pytest.raises(BuildError, match="are the same package"):
        lockfile.render(INFO, [write(tmp_path, "tool"), again])
