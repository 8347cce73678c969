"""What `scons lock` makes is loaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import pytest
from packaging.requirements import Requirement

from buildlib import locking
from harness.runtime import Runtime
from harness.wheels import WHEELS, fetch

PYDANTIC = ["annotated-types", "pydantic", "pydantic-core", "typing-extensions", "typing-inspection"]


def offline(requirement: Requirement, folder: Path) -> NoReturn:
    raise AssertionError(f"{requirement} is to be downloaded")


@pytest.mark.hosts("node20", "node24", "node26")
@pytest.mark.keeps("another interpreter")
def test_a_locked_folder(runtime: Runtime, tmp_path: Path) -> None:
    info = runtime.run_js("return pyodide.lockfile.info")
    wheels = [str(fetch(WHEELS[name])) for name in PYDANTIC]
    lock = locking.lock(wheels, tmp_path / "locked", info=info, download=offline)
    options = json.dumps({"lockFileURL": str(lock), "packages": ["pydantic"]})
    code = f"""
        const py = await loadPyodide({{ ...{options}, stdout() {{}} }});
        const answer = py.runPython("import pydantic; pydantic.TypeAdapter(int).validate_python('42')");
        return [answer, Object.keys(py.loadedPackages)];
    """
    answer, loaded = runtime.run_js(code)
    assert answer == 42
    assert sorted(loaded) == ["annotated-types", "pydantic", "pydantic_core", "typing-inspection", "typing_extensions"]
