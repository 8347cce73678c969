import os
import subprocess
import sys
from pathlib import Path

import pytest

from buildlib.filelock import BuildLock
from buildlib.paths import ROOT

# Takes the lock, says so, and keeps it until its input ends.
HOLDER = """
import sys, pathlib
from buildlib.filelock import BuildLock
with BuildLock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(lock: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, lock],
        env={**os.environ, "PYTHONPATH": str(ROOT / "site_scons")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def line(process: subprocess.Popen[str], stream: str) -> str:
    pipe = getattr(process, stream)
    text: str = pipe.readline()
    return text


def test_second_holder_waits_and_names_the_first(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with hold(lock) as first:
        assert line(first, "stdout") == "held\n"
        with hold(lock) as second:
            waiting = line(second, "stderr")
            assert f"waiting for process {first.pid} " in waiting
            assert str(lock) in waiting
            first.communicate(timeout=60)
            assert line(second, "stdout") == "held\n"
            second.communicate(timeout=60)


def test_killed_holder_leaves_no_lock(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lock = tmp_path / "lock"
    with hold(lock) as holder:
        assert line(holder, "stdout") == "held\n"
        holder.kill()
    with BuildLock(lock):
        assert lock.read_text().startswith(f"{os.getpid()} ")
    assert "waiting" not in capfd.readouterr().err


def test_lock_file_deleted_while_waiting(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with hold(lock) as first:
        assert line(first, "stdout") == "held\n"
        with hold(lock) as second:
            assert "waiting" in line(second, "stderr")
            lock.unlink()
            first.communicate(timeout=60)
            assert line(second, "stdout") == "held\n"
            assert lock.read_text().startswith(f"{second.pid} ")
            second.communicate(timeout=60)


def test_can_be_taken_again(tmp_path: Path) -> None:
    lock = BuildLock(tmp_path / "folder" / "lock")
    for _ in range(2):
        with lock:
            pass
