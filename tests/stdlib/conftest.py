"""What several tests here use."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from buildlib.paths import ROOT
from harness.node import NodeHost
from harness.runtime import Runtime

# The tests that need no distribution import its Python packages from their sources.
sys.path.insert(0, str(ROOT / "runtime/python"))


@pytest.fixture(scope="module")
def reference() -> Iterator[Runtime]:
    """npm's Pyodide in Node, for tests that compare. They belong to the host "node24"."""
    host = NodeHost("reference", ROOT / "node_modules/node24/bin/node", ROOT / "node_modules/pyodide")
    try:
        runtime = Runtime.load(host)
        # A SystemExit in one of its tasks is an error that nobody handles.
        runtime.run_js("for (const name of ['uncaughtException', 'unhandledRejection']) process.on(name, () => {});")
        yield runtime
    finally:
        host.close()
