"""numpy, built from its source archive, and a slice of its own tests. It takes minutes: `./scons test-numpy` only."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from harness.builder import Builder, run_in_reference
from harness.runtime import Runtime
from harness.wheels import BROUGHT, SDISTS, WHEELS, fetch

pytestmark = pytest.mark.hosts("node24")

TAG = "cp314-cp314-pyemscripten_2026_0_wasm32"
NEEDED = ("pytest", "pluggy", "iniconfig", "pygments", "hypothesis", "sortedcontainers", "attrs")
SLICE = (
    "numpy._core.tests.test_multiarray",
    "numpy._core.tests.test_umath",
    "numpy.fft.tests.test_pocketfft",
    "numpy.linalg.tests.test_linalg",
    "numpy.random.tests.test_generator_mt19937",
)
TIMEOUT = 1200

USE = """
import numpy as np
matrix = np.arange(9.0).reshape(3, 3) + np.eye(3)
solved = np.allclose(matrix @ np.linalg.inv(matrix), np.eye(3))
f"{solved} {np.random.default_rng(1).integers(0, 100, 3)} {np.fft.fft([1, 0, 0, 0]).real.sum()} {np.sort(['b', 'a'])}"
"""
ANSWER = "True [47 51 75] 4.0 ['a' 'b']"


@pytest.fixture(scope="module")
def wheel(builder: Builder) -> Path:
    """It brings a Meson of its own, which therefore has to be told of the cross file."""
    settings = (
        f"--cross-file={builder.setting('meson_cross_file')}",
        "-Dallow-noblas=true",
        "-Dblas=none",
        "-Dlapack=none",
    )
    return builder.build(fetch(SDISTS["numpy"]), *(f"setup-args={each}" for each in settings))


def test_it_loads_here_and_in_the_reference(wheel: Path, runtime: Runtime, node: Path) -> None:
    assert wheel.name.endswith(f"-{TAG}.whl")
    runtime.run_js(f"await pyodide.loadPackage({str(wheel)!r}, {{ messageCallback() {{}} }});")
    assert runtime.run_python(USE) == ANSWER
    assert run_in_reference(node, USE, wheel) == ANSWER


def test_a_slice_of_its_own_tests_passes(builder: Builder, wheel: Path, node: Path) -> None:
    folder = builder.venv(node)
    environment = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"}
    wheels = [*(fetch(WHEELS[name]) for name in NEEDED), fetch(BROUGHT["packaging"]), wheel]
    subprocess.run([folder / "bin/pip", "install", "--no-index", *wheels], check=True, timeout=TIMEOUT, env=environment)
    words: list[str | Path] = [
        folder / "bin/python",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--pyargs",
        *SLICE,
    ]
    ran = subprocess.run(
        words, capture_output=True, text=True, timeout=TIMEOUT, cwd=builder.work, env=environment, check=False
    )
    summary = ran.stdout.splitlines()[-1]
    assert ran.returncode == 0, f"{ran.stdout[-5000:]}\n{ran.stderr[-2000:]}"
    passed = re.search(r"(\d+) passed", summary)
    assert passed and int(passed[1]) > 1000, summary
