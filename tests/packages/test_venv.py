"""A virtual environment that the unmodified pyodide-build makes: our Python, in which pip installs and pytest runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from harness.builder import Builder
from harness.wheels import BROUGHT, SDISTS, WHEELS, fetch

TIMEOUT = 120
PYTEST = ("pytest", "pluggy", "iniconfig", "pygments")

Run = Callable[..., CompletedProcess[str]]

pytestmark = pytest.mark.hosts("node24")

PROJECT = """
import sys
import msgpack._cmsgpack

def test_of_an_extension_module(tmp_path):
    (tmp_path / "packed").write_bytes(msgpack._cmsgpack.Packer().pack([1, "a"]))
    assert msgpack.unpackb((tmp_path / "packed").read_bytes()) == [1, "a"]

def test_where_it_runs():
    assert sys.platform == "emscripten" and sys.prefix != sys.base_prefix

def test_that_fails():
    assert sys.prefix == "nowhere"
"""


@pytest.fixture(scope="module")
def venv(builder: Builder, node: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a wheel that was built from its source with the same tool, and pytest, installed by pip."""
    folder = builder.venv(node)
    wheels = [fetch(WHEELS[name]) for name in PYTEST] + [fetch(BROUGHT["packaging"])]
    wheels.append(builder.build(fetch(SDISTS["msgpack"])))
    words: list[str | Path] = [folder / "bin/pip", "install", "--no-index", *wheels]
    subprocess.run(words, check=True, timeout=TIMEOUT, cwd=tmp_path_factory.mktemp("pip"), env=environment(node))
    return folder


def environment(node: Path) -> dict[str, str]:
    return os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def run(venv: Path, node: Path, tmp_path: Path) -> Run:
    def start(script: str, *args: str) -> CompletedProcess[str]:
        words: list[str | Path] = [venv / "bin" / script, *args]
        return subprocess.run(
            words, capture_output=True, text=True, timeout=TIMEOUT, cwd=tmp_path, env=environment(node), check=False
        )

    return start


def test_the_folders_are_its_own(run: Run, venv: Path) -> None:
    code = "import micropip, sys, sysconfig; print(sys.prefix, sysconfig.get_path('purelib'), micropip.__file__)"
    site = f"{venv}/lib/python3.14/site-packages"
    assert run("python", "-c", code).stdout == f"{venv} {site} {site}/micropip/__init__.py\n"


@pytest.mark.parametrize("command", [("pytest",), ("python", "-m", "pytest")])
def test_pytest_runs(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "test_project.py").write_text(PROJECT)
    result = run(*command, "-q")
    assert (result.returncode, result.stderr) == (1, "")
    assert "assert '/" in result.stdout and "1 failed, 2 passed" in result.stdout


def test_packages_are_installed_and_removed(run: Run, venv: Path) -> None:
    install = "import asyncio, micropip; asyncio.run(micropip.install('file:{}'))"
    code = f"{install}; import annotated_types as module; print(module.__file__)"
    installed = run("python", "-c", code.format(fetch(WHEELS["annotated-types"])))
    assert installed.stdout == f"{venv}/lib/python3.14/site-packages/annotated_types/__init__.py\n", installed.stderr
    removed = run("python", "-m", "pip", "uninstall", "-y", "annotated-types")
    assert "Successfully uninstalled annotated-types" in removed.stdout
    assert "No module named 'annotated_types'" in run("python", "-c", "import annotated_types").stderr


def test_pip_takes_no_wheel_for_another_platform(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other-1.0-cp314-cp314-manylinux_2_17_x86_64.whl").touch()
    result = run("pip", "install", "--no-index", "--find-links=.", "other")
    assert result.returncode == 1
    assert "No matching distribution found for other" in result.stderr
