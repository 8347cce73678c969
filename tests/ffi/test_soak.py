"""Operations at the border leave nothing behind, however often they are done."""

from __future__ import annotations

import json
import re

import pytest

from buildlib.paths import ROOT
from harness.runtime import Runtime

OPERATIONS = (ROOT / "bench/ffi/soak_operations.mjs").read_text(encoding="utf-8")
NAMES = re.findall(r'^  "?([^":\n]+)"?: from', OPERATIONS, re.MULTILINE)

REPETITIONS = 20_000
SLACK = 200
"""Blocks that caches may come to hold, of Python's allocator. A leak would be one for each repetition;
slow operations have 1000."""


@pytest.fixture(scope="module", autouse=True)
def soak(module_runtime: Runtime) -> None:
    """The operations, in a module that has no address of its own."""
    module_runtime.run_js(
        f"""
        const source = {json.dumps(OPERATIONS)};
        globalThis.soaking = await import("data:text/javascript," + encodeURIComponent(source));
        """
    )


def test_all_operations_are_found(module_runtime: Runtime) -> None:
    names = module_runtime.run_js("return Object.keys(soaking.operations);")
    assert names == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_nothing_grows(module_runtime: Runtime, name: str) -> None:
    grown = module_runtime.run_js(f"return soaking.growth(pyodide, {json.dumps(name)}, {REPETITIONS});")
    assert {key: grown[key] for key in ("proxies", "handles", "bytes")} == {"proxies": 0, "handles": 0, "bytes": 0}
    assert grown["blocks"] < SLACK


def test_a_leak_is_noticed(module_runtime: Runtime) -> None:
    grown = module_runtime.run_js(
        """
        const kept = [];
        soaking.operations.leak = (py) => ({
            repeat(n) { for (let i = 0; i < n; i++) kept.push(py.toPy([])); },
            end() { for (const proxy of kept) proxy.destroy(); },
        });
        return soaking.growth(pyodide, "leak", 1000);
        """
    )
    assert grown["proxies"] == 1000
    assert grown["blocks"] > SLACK
