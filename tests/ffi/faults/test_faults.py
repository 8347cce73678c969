"""Memory that runs out: whichever request of an operation fails, there is an error and nothing else happens.

The allocator that fails is an extension module, compiled here: the runtime is the released one.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from buildlib.paths import ROOT
from buildlib.process import run
from buildlib.toolchain import Toolchain
from buildlib.wheelplatform import load_platform
from harness.runtime import Runtime

FOLDER = Path(__file__).parent
OPERATIONS = (FOLDER / "operations.mjs").read_text(encoding="utf-8")


def _names(tables: str) -> list[str]:
    return ["".join(found) for found in re.findall(r'^  (?:"([^"]+)"|(\w+)):(?: ["[]|$)', tables, re.MULTILINE)]


TABLES, _, WAITING_TABLES = OPERATIONS.partition("const fault = {")[0].partition("export const waiting")
NAMES, WAITING = _names(TABLES), _names(WAITING_TABLES)

MODULE = "/lib/python3.14/site-packages/_faults.cpython-314-wasm32-emscripten.so"

CLEAN = {"fine", "MemoryError", "ConversionError", "RangeError", "JsException", "Error"}
"""What a caller may see. Error says that Python could not describe its exception for want of memory; RangeError comes
from JavaScript's side of the border and is a JsException in Python; some operations can do without what failed."""


@pytest.fixture(scope="session")
def faults(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The extension module _faults."""
    stamp = ROOT / "build/toolchain.json"
    if not stamp.exists():
        pytest.skip("needs the toolchain of a clone in which ./scons dist has run")
    toolchain = Toolchain.load(stamp.read_text(encoding="utf-8"))
    folder = tmp_path_factory.mktemp("faults")
    flags = ["-O1", "-Wall", "-Wextra", "-Werror", *load_platform(ROOT / "cpython/platform.toml").flags]
    run(
        [
            toolchain.tool("emcc"),
            *flags,
            "-sSIDE_MODULE=2",
            "-sEXPORTED_FUNCTIONS=_PyInit__faults",
            f"-isystem{ROOT / 'build/cpython/include/python3.14'}",
            FOLDER / "_faults.c",
            "-o",
            folder / "_faults.so",
        ],
        cwd=folder,
        env=toolchain.env(),
        log=folder / "emcc.log",
    )
    return (folder / "_faults.so").read_bytes()


@pytest.fixture(scope="module")
def starving(module_runtime: Runtime, faults: bytes) -> Runtime:
    """A runtime with that allocator; what formats tracebacks is imported before memory runs out."""
    module_runtime.write_file(MODULE, faults)
    module_runtime.run_js(
        f"""
        const source = {json.dumps(OPERATIONS)};
        globalThis.faults = await import("data:text/javascript," + encodeURIComponent(source));
        pyodide.runPython("import linecache, traceback, asyncio, pyodide.code, _faults");
        globalThis.faultControl = pyodide.runPython("_faults.install()");
        """
    )
    return module_runtime


@pytest.mark.hosts("node20", "node24")
def test_all_operations_are_found(starving: Runtime) -> None:
    found = starving.run_js("return [...Object.keys(faults.fromJs), ...Object.keys(faults.fromPython)];")
    assert found == NAMES
    found = starving.run_js("return [...Object.keys(faults.waiting), ...Object.keys(faults.waitedFor)];")
    assert found == WAITING


@pytest.mark.hosts("node20", "node24")
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("name", NAMES)
def test_memory_runs_out(starving: Runtime, name: str, lasting: bool) -> None:
    found = starving.run_js(f"return faults.starve(pyodide, faultControl, {json.dumps(name)}, {json.dumps(lasting)});")
    assert set(found["seen"]) <= CLEAN
    assert found["grown"]["proxies"] <= 0
    assert found["grown"]["handles"] <= 0
    assert found["grown"]["blocks"] < 5
    assert starving.run_python("sum(range(10))") == 45


STRIDE = int(os.environ.get("FAULTS_STRIDE", "20"))
"""What a failed request leaves is counted for one in so many, where that waits. 1 takes ten minutes."""


@pytest.mark.hosts("node24")
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("name", WAITING)
def test_memory_runs_out_while_something_waits(starving: Runtime, name: str, lasting: bool) -> None:
    found = starving.run_js(
        f"return faults.starveWaiting(pyodide, faultControl, {json.dumps(name)}, {json.dumps(lasting)}, {STRIDE});"
    )
    assert found["requests"] > 0
    # CPython makes a TypeError of what keeps `async for` from waiting.
    assert set(found["seen"]) <= CLEAN | {"Endless", "TypeError"}
    assert found["kept"] == {}


@pytest.mark.hosts("node20", "node24")
def test_a_leak_is_noticed(starving: Runtime) -> None:
    """So that the tests above can fail: an operation that keeps a list when its second request fails."""
    found = starving.run_js(
        """
        const kept = pyodide.runPython("kept = []; kept");
        faults.fromJs.leak = ["lambda: [object(), [], {}]", (f) => {
            try { f().destroy(); } catch { kept.push(1); kept.push("text".repeat(9) + kept.length); }
        }];
        const found = await faults.starve(pyodide, faultControl, "leak", false, 3);
        kept.destroy();
        return found;
        """
    )
    assert found["requests"] > 0
    assert found["grown"]["blocks"] >= 5
