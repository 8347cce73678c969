from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from buildlib.errors import BuildError
from buildlib.wheels import WheelPin, fetch_wheel, load_wheels

DATA = b"data"
PIN = WheelPin(
    "some-thing",
    "1.0",
    "some_thing-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl",
    hashlib.sha256(DATA).hexdigest(),
    len(DATA),
)


@pytest.fixture
def pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python whose pip is a shell script: the test writes it."""
    script = tmp_path / "python"
    script.touch(mode=0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    return script


def test_a_table_of_wheels(tmp_path: Path) -> None:
    table = tmp_path / "wheels.toml"
    table.write_text('[tool]\nversion = "2.1"\nfilename = "tool-{version}-py3-none-any.whl"\nsize = 5\nsha256 = "ab"\n')
    assert load_wheels(table) == {"tool": WheelPin("tool", "2.1", "tool-2.1-py3-none-any.whl", "ab", 5)}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('version = "1"\nfilename = "x"\nsize = 1\n', "see sha256"),
        ('version = "1"\nfilename = "x"\nsize = 1\nsha256 = "a"\nurl = "x"\n', "see url"),
        ('version = "1"\nfilename = "x"\nsize = "1"\nsha256 = "a"\n', "size must be a number"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: str, message: str) -> None:
    table = tmp_path / "wheels.toml"
    table.write_text(f"[tool]\n{row}")
    with pytest.raises(BuildError, match=rf"\[tool\].*{message}"):
        load_wheels(table)


def test_a_cached_wheel_needs_no_network(tmp_path: Path, pip: Path) -> None:
    (tmp_path / PIN.filename).write_bytes(DATA)
    assert fetch_wheel(PIN, tmp_path).read_bytes() == DATA


def test_pip_is_told_platform_and_hash(tmp_path: Path, pip: Path) -> None:
    pip.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\n'
        'for word; do case "$word" in --dest=*) folder="${word#--dest=}";; esac; done\n'
        f'cp "$folder/requirements.txt" {tmp_path}/requirements\nprintf data > "$folder/{PIN.filename}"\n'
    )
    (tmp_path / PIN.filename).write_bytes(b"damaged")
    assert fetch_wheel(PIN, tmp_path).read_bytes() == DATA
    words = (tmp_path / "arguments").read_text().split()
    target = ["--platform=pyemscripten_2026_0_wasm32", "--abi=cp314", "--implementation=cp", "--python-version=314"]
    assert [word for word in words if word in target] == target
    assert (tmp_path / "requirements").read_text() == f"some-thing==1.0 --hash=sha256:{PIN.sha256}\n"


def test_a_wheel_that_cannot_be_had(tmp_path: Path, pip: Path) -> None:
    pip.write_text("#!/bin/sh\necho no such host >&2\nexit 1\n")
    with pytest.raises(BuildError, match=r"cannot download some_thing.*\nno such host"):
        fetch_wheel(PIN, tmp_path)


def test_another_file_than_the_table_names(tmp_path: Path, pip: Path) -> None:
    pip.write_text("#!/bin/sh\nexit 0\n")
    with pytest.raises(BuildError, match="pip fetched nothing for some-thing"):
        fetch_wheel(PIN, tmp_path)
