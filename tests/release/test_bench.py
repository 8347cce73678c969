"""The benchmark script: a table that adds up, and errors that say what is wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from buildlib.paths import ROOT
from harness.chromium import Chromium


def bench(*options: str) -> subprocess.CompletedProcess[str]:
    node = shutil.which("node")
    assert node, "node is not on PATH"
    script = ROOT / "bench/startup.mjs"
    return subprocess.run([node, script, *options], capture_output=True, text=True, timeout=300, check=False)


def in_chromium(*options: str) -> subprocess.CompletedProcess[str]:
    script = ROOT / "bench/startup_chromium.py"
    return subprocess.run([sys.executable, script, *options], capture_output=True, text=True, timeout=300, check=False)


def check(done: subprocess.CompletedProcess[str], steps: int) -> None:
    """A table with a row for each step."""
    assert done.returncode == 0, done.stderr
    _, head, *rows = done.stdout.splitlines()
    assert head.split() == ["ours", "reference", "ratio"]
    assert len(rows) == steps
    for row in rows:
        ours, reference, ratio = map(float, row.split()[-3:])
        assert ours > 0
        assert ratio == pytest.approx(ours / reference, rel=0.2, abs=0.02)


def test_the_table_compares_both(dist: Path) -> None:
    check(bench("--runs=1", f"--dist={dist}"), 4)


def test_likewise_of_snapshots(dist: Path) -> None:
    check(bench("--snapshot", "--runs=1", f"--dist={dist}"), 4)


@pytest.mark.browser
def test_likewise_in_chromium(chromium: Chromium, dist: Path) -> None:
    """The fixture sees to it that there is a Chromium."""
    check(in_chromium("--runs=1", f"--dist={dist}"), 3)


@pytest.mark.parametrize(
    ("option", "message"),
    [("--runs=0", "--runs=0 is not a positive number"), ("--dist=/nonexistent", "/nonexistent/pyodide.mjs is missing")],
)
def test_bad_options_in_chromium_are_one_line(option: str, message: str) -> None:
    done = in_chromium(option)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert message in line


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--bogus", "Unknown option '--bogus'"),
        ("--runs=0", "--runs=0 is not a positive number"),
        ("--dist=/nonexistent", "/nonexistent/pyodide.mjs is missing"),
        ("--node=/nonexistent", "/nonexistent is missing"),
    ],
)
def test_bad_options_are_one_line(option: str, message: str) -> None:
    done = bench(option)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert message in line
