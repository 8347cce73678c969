from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

from buildlib import lockfile, locking
from buildlib.errors import BuildError
from buildlib.wheelplatform import WheelPlatform
from harness.index import make_wheel

PLATFORM = WheelPlatform("2026_0", "5.0.3", ())
INFO = lockfile.platform_info("3.14.7", PLATFORM)

Lock = Callable[..., dict[str, Any]]


class Index:
    """Projects that can be downloaded: name and version to what that needs."""

    def __init__(self, projects: dict[str, str], extra: str = "") -> None:
        self.wheels = {}
        for project, requires in projects.items():
            name, version = project.split()
            self.wheels[f"{name}-{version}-py3-none-any.whl"] = make_wheel(
                name, version, requires=requires, extra=extra
            )
        self.asked: list[str] = []

    def download(self, requirement: Requirement, folder: Path) -> Path:
        self.asked.append(str(requirement))
        found = [
            name
            for name in self.wheels
            if name.startswith(f"{requirement.name}-") and parse_wheel_filename(name)[1] in requirement.specifier
        ]
        if not found:
            raise BuildError(f"no wheel of {requirement}")
        newest = max(found, key=lambda name: parse_wheel_filename(name)[1])
        (folder / newest).write_bytes(self.wheels[newest])
        return folder / newest


@pytest.fixture
def make(tmp_path: Path) -> Lock:
    def run(index: Index, *wants: str) -> dict[str, Any]:
        folder = tmp_path / "locked"
        path = locking.lock(wants, folder, info=INFO, download=index.download)
        lock = json.loads(path.read_text())
        files = {each["file_name"] for each in lock["packages"].values()}
        assert {each.name for each in folder.iterdir()} == {*files, locking.LOCK}
        return {name: each["version"] for name, each in lock["packages"].items()}

    return run


def test_requirements_bring_what_they_need(make: Lock) -> None:
    index = Index({"a 1.0": "b>=1", "a 2.0": "b>=2", "b 1.0": "", "b 2.5": "c; os_name == 'nt'"})
    assert make(index, "a") == {"a": "2.0", "b": "2.5"}
    assert make(index, "a<2", "b<2") == {"a": "1.0", "b": "1.0"}


def test_a_version_that_does_not_fit_is_replaced_with_all_it_needed(make: Lock) -> None:
    index = Index({"a 1.0": "", "b 2.0": "d", "b 1.0": "", "z 1.0": "b<2", "d 1.0": ""})
    assert make(index, "b", "z") == {"b": "1.0", "z": "1.0"}


def test_extras(make: Lock) -> None:
    index = Index({"a 1.0": "b; extra == 'more'", "b 1.0": "", "c 1.0": "a[more]"}, extra="more")
    assert make(index, "a") == {"a": "1.0"}
    assert make(index, "a[more]") == {"a": "1.0", "b": "1.0"}
    assert make(index, "a", "c") == {"a": "1.0", "b": "1.0", "c": "1.0"}


def test_wheels_folders_and_files_of_requirements(make: Lock, tmp_path: Path) -> None:
    index = Index({"b 1.0": "", "c 1.0": ""})
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels/a-1.0-py3-none-any.whl").write_bytes(make_wheel("a", requires="b"))
    (tmp_path / "requirements.txt").write_text("# what else\nc == 1.0  # this\n\n")
    wants = [str(tmp_path / "wheels"), str(tmp_path / "requirements.txt")]
    assert make(index, *wants) == {"a": "1.0", "b": "1.0", "c": "1.0"}
    assert sorted(index.asked) == ["b", "c==1.0"]


def test_circles(make: Lock) -> None:
    assert make(Index({"a 1.0": "b", "b 1.0": "a"}), "a") == {"a": "1.0", "b": "1.0"}


@pytest.mark.parametrize(
    ("wants", "message"),
    [
        ([], "nothing to lock"),
        (["a", "b<2"], r"no wheel of b<2,>=2|no wheel of b>=2,<2"),
        (["absent"], "no wheel of absent"),
        (["a@https://a.example/a-1.zip"], "you requires a ?@ https.*names an address"),
        (["a b"], "which is no requirement"),
        (["missing.whl"], r"missing\.whl does not exist"),
        (["missing.txt"], r"missing\.txt does not exist"),
    ],
)
def test_what_cannot_be_locked(make: Lock, tmp_path: Path, wants: list[str], message: str) -> None:
    with pytest.raises(BuildError, match=message):
        make(Index({"a 1.0": "b>=2", "b 1.0": "", "b 2.0": ""}), *wants)
    assert not (tmp_path / "locked").exists()


def test_a_given_wheel_is_not_replaced(make: Lock, tmp_path: Path) -> None:
    wheel = tmp_path / "b-1.0-py3-none-any.whl"
    wheel.write_bytes(make_wheel("b"))
    with pytest.raises(BuildError, match=r"b-1\.0-py3-none-any\.whl does not fit b>=2, wanted by a-1\.0"):
        make(Index({"a 1.0": "b>=2", "b 2.0": ""}), "a", str(wheel))


def test_a_wheel_of_another_abi_is_refused_by_name(make: Lock, tmp_path: Path) -> None:
    wheel = tmp_path / "b-1.0-cp314-cp314-pyemscripten_2025_0_wasm32.whl"
    wheel.write_bytes(make_wheel("b"))
    with pytest.raises(BuildError, match=r"b-1\.0.*is for pyemscripten_2025_0_wasm32, the lock file for ABI 2026_0"):
        make(Index({}), str(wheel))


def test_pip_is_asked_for_this_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = []

    def pip(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        (tmp_path / "a-1.0-py3-none-any.whl").touch()
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", pip)
    download = locking.pip_download(PLATFORM, "3.14.7")
    assert download(Requirement("a>=1"), tmp_path).name == "a-1.0-py3-none-any.whl"
    words = ["--platform=pyemscripten_2026_0_wasm32", "--python-version=3.14", "--abi=cp314", "--no-deps", "a>=1"]
    assert set(words) <= set(commands[0])
    with pytest.raises(BuildError, match="pip finds no wheel of a>=2 for pyemscripten_2026_0_wasm32"):
        download(Requirement("a>=2"), tmp_path)
