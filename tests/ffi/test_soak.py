"""Operations at the border leave nothing behind, however often they are done."""

from __future__ import annotations

import json
import re

import pytest

from buildlib.paths import ROOT
from harness.hosts import SWITCHING
from harness.runtime import Runtime

OPERATIONS = (ROOT / "bench/ffi/soak_operations.mjs").read_text(encoding="utf-8")
ROWS = re.findall(r'^  "?([^":\n]+)"?: (from\w+)', OPERATIONS, re.MULTILINE)
NAMES = [name for name, maker in ROWS if maker != "fromTask"]
TASKS = [name for name, maker in ROWS if maker == "fromTask"]
"""Those that wait by switching stacks."""

REPETITIONS = 20_000
SLACK = 800
"""Blocks that caches may come to hold, of Python's allocator. A leak would be one for each repetition."""


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
    assert names == NAMES + TASKS


@pytest.mark.parametrize("name", NAMES)
def test_nothing_grows(module_runtime: Runtime, name: str) -> None:
    grown = module_runtime.run_js(f"return soaking.growth(pyodide, {json.dumps(name)}, {REPETITIONS});")
    assert {key: grown[key] for key in ("proxies", "handles", "bytes")} == {"proxies": 0, "handles": 0, "bytes": 0}
    assert grown["blocks"] < SLACK


@pytest.mark.hosts(*SWITCHING)
@pytest.mark.parametrize("name", TASKS)
def test_waiting_leaves_nothing(module_runtime: Runtime, name: str) -> None:
    test_nothing_grows(module_runtime, name)


HEAP = """
const v8 = process.getBuiltinModule("node:v8"), vm = process.getBuiltinModule("node:vm");
v8.setFlagsFromString("--expose-gc");
const collect = vm.runInNewContext("gc");
const { repeat, end } = NAMED;
const used = async () => {
    await new Promise((resolve) => setTimeout(resolve)); // what is done with ends in the next turn
    collect();
    return process.memoryUsage().heapUsed;
};
const grown = [];
for (let round = 0, before; round < 5; round++) {
    await repeat(ROUND);
    const now = await used();
    if (round > 1) grown.push(now - before);
    before = now;
}
end();
return Math.min(...grown);
"""
"""By how much JavaScript's heap grows; the least of some rounds, because the engine's own data come and go."""

ROUND = 10_000
SMALLEST = 12
"""Bytes of the smallest object that JavaScript could keep for each repetition."""


def heap_growth(module_runtime: Runtime, name: str) -> int:
    operation = f"soaking.operations[{json.dumps(name)}]"
    body = HEAP.replace("NAMED", f"{operation}(pyodide)").replace("ROUND", f"{ROUND} * ({operation}.divide ?? 1)")
    return int(module_runtime.run_js(body))


@pytest.mark.hosts("node24")
@pytest.mark.parametrize("name", TASKS)
def test_waiting_leaves_nothing_on_the_heap_of_javascript(module_runtime: Runtime, name: str) -> None:
    assert heap_growth(module_runtime, name) < ROUND * SMALLEST


@pytest.mark.hosts("node24")
def test_a_leak_on_the_heap_of_javascript_is_noticed(module_runtime: Runtime) -> None:
    module_runtime.run_js("""
        const kept = [];
        soaking.operations.hoard = () => ({
            repeat(n) { for (let i = 0; i < n; i++) kept.push([]); },
            end() { kept.length = 0; },
        });
    """)
    assert heap_growth(module_runtime, "hoard") >= ROUND * SMALLEST


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
