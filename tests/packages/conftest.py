"""A package index on this machine, and interpreters that use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.index import PackageIndex
from harness.runtime import Runtime
from harness.sidemodules import build_wheel
from harness.wheels import SDISTS, WHEELS, fetch


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PackageIndex]:
    """An index of the wheels in wheels.toml, and of those compiled here from the archives in sdists.toml."""
    with PackageIndex() as server:
        server.add(fetch(pin) for pin in WHEELS.values())
        for name, package in {"markupsafe": "src/markupsafe", "pyyaml": "lib/yaml"}.items():
            server.add([build_wheel(fetch(SDISTS[name]), package, tmp_path_factory.mktemp(name))])
        yield server


@pytest.fixture(scope="module")
def micropip(module_runtime: Runtime, index: PackageIndex) -> Runtime:
    """The module's interpreter with micropip imported, which asks the index above."""
    module_runtime.run_js('await pyodide.loadPackage("micropip", { messageCallback() {} });')
    module_runtime.run_python_async(f"import micropip; micropip.set_index_urls('{index.url}/simple')")
    return module_runtime
