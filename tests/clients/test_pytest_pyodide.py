"""pytest-pyodide, unmodified: a small suite of ours runs through it, in Node and in Chromium."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from buildlib import browser
from buildlib.atomic import new_folder
from buildlib.filelock import BuildLock
from buildlib.paths import ROOT, cache_root

SUITE = Path(__file__).parent / "suite"
REQUIREMENTS = Path(__file__).parent / "requirements.txt"


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder where the plugin is installed."""
    folder = cache_root() / f"pytest-pyodide-{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]}"
    with BuildLock(folder.with_suffix(".lock")):
        if not folder.exists():
            with new_folder(folder) as made:
                pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
                subprocess.run([*pip, "--target", str(made), "-r", str(REQUIREMENTS)], check=True)
    return folder


def run_suite(runtime: str, dist: Path, packages: Path, environment: dict[str, str]) -> str:
    """What pytest says when it runs the suite with the plugin on it."""
    options = ["--dist-dir", str(dist), "--rt", runtime, "--runner", "playwright"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", str(SUITE / "pytest.ini"), *options, str(SUITE)],
        env={**os.environ, "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.hosts("node24")
def test_in_node(node: Path, dist: Path, packages: Path) -> None:
    said = run_suite("node", dist, packages, {"PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"})
    assert "14 passed, 2 skipped" in said


def test_in_chromium(chromium: object, dist: Path, packages: Path) -> None:
    executable = browser.ensure(ROOT / "build/logs/chromium.log", lambda: pytest.fail("the fixture has installed it"))
    said = run_suite("chrome", dist, packages, {"CHROMIUM": str(executable)})
    assert "16 passed" in said
