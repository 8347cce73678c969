from __future__ import annotations

import dataclasses
import json
import os
import tarfile
from pathlib import Path

import pytest

from buildlib import release
from buildlib.errors import BuildError
from buildlib.notice import Component
from buildlib.pins import Pin
from buildlib.toolchain.model import Toolchain
from buildlib.wheelplatform import WheelPlatform
from buildlib.wheels import WheelPin
from harness.index import make_wheel

PLATFORM = WheelPlatform("2026_0", "5.0.3", ("-fPIC",))

WHEEL = WheelPin("tool", "1.0", "tool-1.0-py3-none-any.whl", "ab", 1, "MIT", ("LICENSE",))
NAMES = release.file_names("314.0.0", [WHEEL.filename])
BUILT = release.built_names("314.0.0")


@pytest.fixture
def inputs(tmp_path: Path) -> release.Inputs:
    """A release of small files, with the tree of one source and that of a toolchain."""
    rooms, tree, emscripten = tmp_path / "rooms", tmp_path / "zlib", tmp_path / "emscripten"
    texts = {tree / "LICENSE": "zlib's licence"}
    for name in ("LICENSE", "system/lib/libc/musl/COPYRIGHT", "system/lib/compiler-rt/LICENSE.TXT"):
        texts[emscripten / name] = f"text of {name}"
    for name in BUILT:
        texts[rooms / name] = f"content of {name}"
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    wheel = tmp_path / WHEEL.filename
    wheel.write_bytes(
        make_wheel("tool", files={"tool.py": "", "tool-1.0.dist-info/licenses/LICENSE": "tool's licence"})
    )
    return release.Inputs(
        version="314.0.0",
        python="3.14.7",
        platform=PLATFORM,
        built={name: rooms / name for name in BUILT},
        sources=[release.Source(Pin("zlib", "1.3.2", "z.tgz", 1, "ab", "Zlib", ("LICENSE",), ("debian:z",)), tree)],
        wheels=[release.Brought(WHEEL, wheel)],
        packages=[Component("npm: left", "1.0", "MIT", (("LICENSE", "MIT text"),))],
        toolchain=Toolchain("emsdk", str(emscripten), "/llvm", "5.0.3", components={"llvm": "23.1.4"}),
    )


def test_everything_is_in_the_folder_and_in_the_tarball(inputs: release.Inputs, tmp_path: Path) -> None:
    tarball = release.collect(inputs, tmp_path / "dist")
    assert tarball.name == "pyodide-314.0.0.tgz"
    assert {path.name for path in tarball.parent.iterdir()} == {*NAMES, tarball.name}
    with tarfile.open(tarball) as tar:
        assert tar.getnames() == [f"package/{name}" for name in NAMES]


def test_the_lock_file_names_the_abi_and_the_wheels(inputs: release.Inputs, tmp_path: Path) -> None:
    release.collect(inputs, tmp_path / "dist")
    lock = json.loads((tmp_path / "dist" / release.LOCK).read_text())
    assert lock["info"] == {
        "arch": "wasm32",
        "platform": "emscripten_5_0_3",
        "python": "3.14.7",
        "abi_version": "2026_0",
    }
    assert lock["packages"]["tool"]["file_name"] == WHEEL.filename


def test_the_licences_of_wheels_are_in_the_notice(inputs: release.Inputs, tmp_path: Path) -> None:
    release.collect(inputs, tmp_path / "dist")
    notice = (tmp_path / "dist" / release.NOTICE).read_text()
    assert "tool 1.0 (MIT)" in notice
    assert "tool's licence" in notice


def test_the_command_line_runner_can_be_executed(inputs: release.Inputs, tmp_path: Path) -> None:
    release.collect(inputs, tmp_path / "dist")
    modes = {path.name: bool(path.stat().st_mode & 0o100) for path in (tmp_path / "dist").iterdir()}
    assert {name for name, executable in modes.items() if executable} == {"python"}


def test_another_time_place_and_mode_give_equal_bytes(inputs: release.Inputs, tmp_path: Path) -> None:
    first = release.collect(inputs, tmp_path / "dist").read_bytes()
    moved = tmp_path / "moved"
    (tmp_path / "rooms").rename(moved)
    for path in moved.iterdir():
        os.utime(path, (1, 1))
        path.chmod(0o755)
    built = {name: moved / name for name in reversed(BUILT)}
    second = release.collect(dataclasses.replace(inputs, built=built), tmp_path / "elsewhere").read_bytes()
    assert first == second


def test_what_an_earlier_release_left_is_gone(inputs: release.Inputs, tmp_path: Path) -> None:
    old = tmp_path / "dist/pyodide-313.0.0.tgz"
    old.parent.mkdir()
    old.write_text("old")
    release.collect(inputs, tmp_path / "dist")
    assert not old.exists()


@pytest.mark.parametrize("name", BUILT)
def test_a_file_that_was_not_built_is_named_and_the_earlier_release_stays(
    inputs: release.Inputs, tmp_path: Path, name: str
) -> None:
    tarball = release.collect(inputs, tmp_path / "dist")
    inputs.built[name].unlink()
    with pytest.raises(BuildError, match=f"so {name} cannot be released"):
        release.collect(inputs, tmp_path / "dist")
    assert tarball.exists()


def test_a_file_nobody_handed_over_or_nobody_knows_is_named(inputs: release.Inputs, tmp_path: Path) -> None:
    built = {**inputs.built, "extra.js": tmp_path / "extra.js"}
    del built["pyodide.js"]
    with pytest.raises(BuildError, match=r"lacks pyodide\.js and does not know extra\.js"):
        release.collect(dataclasses.replace(inputs, built=built), tmp_path / "dist")


def test_a_source_without_its_licence_is_not_released(inputs: release.Inputs, tmp_path: Path) -> None:
    (inputs.sources[0].tree / "LICENSE").unlink()
    with pytest.raises(BuildError, match="zlib: the licence file LICENSE"):
        release.collect(inputs, tmp_path / "dist")
    assert not (tmp_path / "dist").exists()
