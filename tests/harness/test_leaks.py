"""The check that every test of `runtime` passes through, tried on a loader that leaks when it is told to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from buildlib.paths import ROOT

LOADER = """
export async function loadPyodide() {
  let proxies = 7;
  const core = { liveProxies: () => proxies, liveHandles: () => 3 };
  return { runPython() {}, leak() { proxies += 2; }, _module: { core } };
}
"""


def outcome(folder: Path, tests: str) -> str:
    """What pytest prints about `tests`, run on that loader."""
    (folder / "pyodide.mjs").write_text(LOADER)
    (folder / "manifest.json").write_text("{}")  # the mark of a distribution that counts its objects
    (folder / "test_it.py").write_text(f"import pytest\n{tests}")
    options = ["--rootdir", str(folder), "-c", os.devnull, "-p", "conftest", "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", *options, "--dist-dir", str(folder), "--host=node20", str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), str(ROOT / "site_scons")])},
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def test_a_leak_fails_and_names_the_test(tmp_path: Path) -> None:
    said = outcome(tmp_path, "def test_leaks(runtime): runtime.run_js('pyodide.leak()')")
    assert "test_leaks[node20] leaves objects behind: {'proxies': 2}" in said
    assert "1 passed, 1 error" in said


def test_balance_passes(tmp_path: Path) -> None:
    assert "2 passed" in outcome(
        tmp_path,
        "def test_first(runtime): pass\n"
        "@pytest.mark.keeps('its purpose')\n"
        "def test_keeps(runtime): runtime.run_js('pyodide.leak()')",
    )


def test_a_failure_is_not_reported_twice(tmp_path: Path) -> None:
    said = outcome(tmp_path, "def test_fails(runtime):\n  runtime.run_js('pyodide.leak()')\n  assert False")
    assert "1 failed in" in said


def test_what_follows_a_death_says_so(tmp_path: Path) -> None:
    said = outcome(
        tmp_path,
        "def test_dies(runtime): runtime.run_js('process.exit(1)')\ndef test_follows(runtime): pass",
    )
    assert "node20 died. Its last output:" in said
    assert "node20 died in an earlier test of this module" in said
