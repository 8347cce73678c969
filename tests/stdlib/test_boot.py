"""What start-up imports, compared with the boot list of stdlib-policy.toml."""

from __future__ import annotations

import base64
import json

from buildlib import policy, stdlib
from harness.hosts import Host
from harness.index import make_wheel
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
    listed = [*known.boot, *known.event_loop]
    missing, in_vain = stdlib.boot_difference(listed, [(name, file) for name, file in loaded], archive)
    assert (missing, in_vain) == ([], []), "change event_loop in [boot] in stdlib-policy.toml: (add, drop)"


def test_installing_packages_imports_exactly_its_list(host: Host) -> None:
    wheel = base64.b64encode(make_wheel("small")).decode()
    body = f"""
        const api = await loadPyodide();
        await api.runPythonAsync("import asyncio; await asyncio.sleep(0)");
        await api.loadPackage("micropip", {{ messageCallback() {{}} }});
        api.FS.writeFile("/tmp/small-1.0-py3-none-any.whl", Uint8Array.from(atob("{wheel}"), (c) => c.charCodeAt(0)));
        await api.runPythonAsync("import micropip; await micropip.install('emfs:/tmp/small-1.0-py3-none-any.whl')");
        const found = api.runPython({json.dumps(LOADED)});
        return found.toJs();
    """
    archive, loaded = host.run(body)
    known = policy.load()
    listed = [*known.boot, *known.event_loop, *known.packages]
    missing, in_vain = stdlib.boot_difference(listed, [(name, file) for name, file in loaded], archive)
    assert (missing, in_vain) == ([], []), "change packages in [boot] in stdlib-policy.toml: (add, drop)"


def test_bytecode_is_what_start_up_loads(runtime: Runtime) -> None:
    archive, loaded = runtime.run_python(LOADED)
    sources = [name for name, file in loaded if file.startswith(f"{archive}/") and not file.endswith(".pyc")]
    assert sources == []
