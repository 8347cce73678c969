from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from harness.wheels import Wheel, fetch

WHEEL = Wheel("some-thing", "1.0", hashlib.sha256(b"data").hexdigest())


def test_a_cached_wheel_needs_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent")
    (tmp_path / "some_thing-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl").write_bytes(b"data")
    assert fetch(WHEEL, tmp_path) == b"data"


def test_another_wheel_under_the_name_is_refused_and_removed(tmp_path: Path) -> None:
    (tmp_path / WHEEL.file_name).write_bytes(b"other")
    with pytest.raises(RuntimeError, match=f"expected {WHEEL.sha256}"):
        fetch(WHEEL, tmp_path)
    assert not (tmp_path / WHEEL.file_name).exists()


def test_an_unreachable_wheel_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = tmp_path / "python"
    pip.write_text("#!/bin/sh\necho no such host >&2\nexit 1\n")
    pip.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(pip))
    with pytest.raises(RuntimeError, match=r"cannot download it:\nno such host"):
        fetch(WHEEL, tmp_path)
