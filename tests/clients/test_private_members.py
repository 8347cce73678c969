"""What existing clients reach for behind the public API does what they expect of it."""

from __future__ import annotations

import pytest

from harness.hosts import Host
from harness.runtime import Runtime

IN_JAVASCRIPT = {
    "_api.pyodide_code": ("[..._api.pyodide_code.find_imports('import a, b').toJs()].join()", "a,b"),
    "_api.pyodide_ffi": ("_api.pyodide_ffi.JsProxy.__name__", "JsProxy"),
    "_api.importlib": ("_api.importlib.invalidate_caches() === undefined", True),
    "_api.sys": ("_api.sys.platform", "emscripten"),
    "_api.pyVersionTuple": ("_api.pyVersionTuple.slice(0, 2)", [3, 14]),
    "_api.isPromise": ("[_api.isPromise(Promise.resolve()), _api.isPromise(null)]", [True, False]),
    "_api.packageManager": ("_api.packageManager.installBaseUrl === pyodide.lockfileBaseUrl", True),
    "_api.NoGilError": ("new _api.NoGilError('x') instanceof Error", True),
    "_module.API": ("_module.API === _api", True),
    "_module.jspiSupported": ("_module.jspiSupported === (typeof WebAssembly.Suspending === 'function')", True),
    "_module.TTY": ("typeof _module.TTY.default_tty_ops", "object"),
    "functions of C": ("_module.UTF8ToString(_module._Py_GetVersion()).slice(0, 4)", "3.14"),
    "its variables": ("_module.HEAP32[_module._PyExc_TypeError >> 2] !== 0", True),
    "what C has not": ("['_no_such_function' in _module, _module._no_such_function]", [False, None]),
}


@pytest.mark.keeps("modules that clients ask for are kept")
@pytest.mark.parametrize("name", IN_JAVASCRIPT)
def test_from_javascript(runtime: Runtime, name: str) -> None:
    expression, expected = IN_JAVASCRIPT[name]
    assert runtime.run_js(f"const {{ _api, _module }} = pyodide; return {expression};") == expected


def test_memory_of_c(runtime: Runtime) -> None:
    body = """
        const { _module } = pyodide, code = "import sys; sys.from_c = 'Ada'";
        const size = _module.lengthBytesUTF8(code) + 1, address = _module._malloc(size);
        _module.stringToUTF8(code, address, size);
        const status = _module._PyRun_SimpleString(address);
        _module._free(address);
        return [status, pyodide.runPython("import sys; sys.__dict__.pop('from_c')")];
    """
    assert runtime.run_js(body) == [0, "Ada"]


def test_a_proxy_is_alive_until_it_is_destroyed(runtime: Runtime) -> None:
    body = """
        const { pyproxyIsAlive } = pyodide._api, list = pyodide.toPy([]), before = pyproxyIsAlive(list);
        list.destroy();
        return [before, pyproxyIsAlive(list)];
    """
    assert runtime.run_js(body) == [True, False]


@pytest.mark.keeps("modules that are imported are kept")
def test_from_python(runtime: Runtime) -> None:
    code = """
        from js import AbortSignal
        from pyodide_js._api import abortSignalAny
        from pyodide_js._module import LDSO
        [list(LDSO.loadedLibsByName.as_py_json()), abortSignalAny([AbortSignal.abort()]).aborted]
    """
    assert runtime.run_python(code) == [["__main__"], True]


def test_a_fatal_error_made_by_a_client(host: Host) -> None:
    body = """
        const api = await loadPyodide(), seen = [];
        api._api.on_fatal = (error) => seen.push(error.message);
        for (const use of [() => api._api.fatal_error(new Error("simulated")), () => api.runPython("1")]) {
            try { use(); } catch (error) { seen.push(error.message); }
        }
        return seen;
    """
    dead = "Pyodide already fatally failed and can no longer be used."
    assert host.run(body) == ["simulated", "simulated", dead]
