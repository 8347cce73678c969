"""What start-up imports, compared with the boot list of stdlib-policy.toml."""

from __future__ import annotations

import json

from buildlib import policy, stdlib
from harness.hosts import Host
from harness.runtime import Runtime

LOADED = """
import sys
archive = next(entry for entry in sys.path if entry.endswith(".zip"))
def file(module):
    frozen = getattr(getattr(module, "__spec__", None), "origin", None) == "frozen"
    return "" if frozen else getattr(module, "__file__", None) or ""
[archive, [[name, file(module)] for name, module in [*sys.modules.items()]]]
"""


def test_start_up_imports_exactly_the_boot_list(runtime: Runtime) -> None:
    archive, loaded = runtime.run_python(LOADED)
    missing, in_vain = stdlib.boot_difference(policy.load().boot, [(name, file) for name, file in loaded], archive)
    assert (missing, in_vain) == ([], []), "change [boot] in stdlib-policy.toml: (add, drop)"


def test_an_event_loop_imports_exactly_its_list(host: Host) -> None:
    body = f"""
        const api = await loadPyodide();
        await api.runPythonAsync("import asyncio; await asyncio.sleep(0)");
        const found = api.runPython({json.dumps(LOADED)});
        return found.toJs();
    """
    archive, loaded = host.run(body)
    known = policy.load()
    listed = [*known.boot, *known.event_loop, "importlib"]
    missing, in_vain = stdlib.boot_difference(listed, [(name, file) for name, file in loaded], archive)
    assert (missing, in_vain) == ([], []), "change event_loop in [boot] in stdlib-policy.toml: (add, drop)"


def test_bytecode_is_what_start_up_loads(runtime: Runtime) -> None:
    archive, loaded = runtime.run_python(LOADED)
    sources = [name for name, file in loaded if file.startswith(f"{archive}/") and not file.endswith(".pyc")]
    assert sources == []
