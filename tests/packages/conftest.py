"""A package index on this machine, and interpreters that use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.index import PackageIndex
from harness.runtime import Runtime
from harness.wheels import WHEELS, fetch


@pytest.fixture(scope="session")
def index() -> Iterator[PackageIndex]:
    """An index of the wheels in wheels.toml."""
    with PackageIndex() as server:
        server.add(fetch(pin) for pin in WHEELS.values())
        yield server


@pytest.fixture(scope="module")
def micropip(module_runtime: Runtime, index: PackageIndex) -> Runtime:
    """The module's interpreter with micropip imported, which asks the index above."""
    module_runtime.run_js('await pyodide.loadPackage("micropip", { messageCallback() {} });')
    module_runtime.run_python_async(f"import micropip; micropip.set_index_urls('{index.url}/simple')")
    return module_runtime
