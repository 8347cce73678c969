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
    "its downloads": ("_api.packageManager.cdnURL === _api.config.packageBaseUrl", True),
    "_api.NoGilError": ("new _api.NoGilError('x') instanceof Error", True),
    "_api.package_loader": ("_api.package_loader.__name__", "pyodide._package_loader"),
    "_api.tests": ("new _api.tests.Function('return 5')()", 5),
    "_api.rawRun": (
        "[_api.rawRun('import sys; sys.stderr.write(chr(233)); print(file=sys.stderr)'), _api.rawRun('1/0')[0]]",
        [[0, "é"], -1],
    ),
    "its errors": ("_api.rawRun('1/0')[1].split('\\n').at(-1)", "ZeroDivisionError: division by zero"),
    "_api.runPythonInternal": (
        "[_api.runPythonInternal('internal = 3'), _api.runPythonInternal('internal'), pyodide.globals.has('internal')]",
        [None, 3, False],
    ),
    "processBufferFormatString": (
        "['b', '>i', 'd', '=Q'].map(_module.processBufferFormatString).map(([Type, big]) => [Type.name, big])",
        [["Int8Array", False], ["Int32Array", True], ["Float64Array", False], ["BigUint64Array", False]],
    ),
    "_clear_method_call_singleton": ("_module._clear_method_call_singleton()", None),
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


def test_formats_of_no_array(runtime: Runtime) -> None:
    body = """
        const { processBufferFormatString } = pyodide._module, told = [];
        for (const args of [["e"], ["x"], ["zz", " Sorry."]]) {
          try { processBufferFormatString(...args); } catch (error) { told.push(error.message); }
        }
        return told;
    """
    assert runtime.run_js(body) == [
        "Javascript has no Float16Array.",
        "Unrecognized buffer format 'x'.",
        "Unrecognized buffer format 'zz'. Sorry.",
    ]


def test_numbers_for_javascript_values(runtime: Runtime) -> None:
    """A value stays as long as its number has references. A number that is gone is an error, and told to harnesses."""
    body = """
        const { _module: m, _api } = pyodide, before = m._hiwire_num_refs(), value = {};
        const handle = m._hiwire_new(value), counted = [m._hiwire_num_refs() - before, m.hiwire.num_keys() - before];
        m._hiwire_incref(handle);
        m._hiwire_decref(handle);
        const same = m._hiwire_get(handle) === value;
        m._hiwire_decref(handle);
        const told = [_api.fail_test ?? false];
        for (const use of [m._hiwire_get, m._hiwire_incref, m._hiwire_decref]) {
          try { use(handle); } catch (error) { told.push(error.message.split(" ", 4).join(" ")); }
        }
        told.push(_api.fail_test);
        delete _api.fail_test;
        return [counted, same, told, m._hiwire_num_refs() - before];
    """
    told = [False, *(f"hiwire_{name} on invalid reference" for name in ("get", "incref", "decref")), True]
    assert runtime.run_js(body) == [[1, 1], True, told, 0]


def test_proxies_are_traced_while_a_client_wants_it(runtime: Runtime) -> None:
    body = """
        const { _module: m } = pyodide, map = m.pyproxy_alloc_map, sizes = [map.size];
        const make = () => pyodide.runPython("[[]]");
        const early = make();
        m.enable_pyproxy_allocation_tracing();
        const list = make(), item = list.get(0), method = list.append, copy = list.copy();
        sizes.push(map.size, map.has(early), /make/.test(map.get(list)));
        for (const proxy of [early, copy, item]) proxy.destroy();
        sizes.push(map.size);
        list.destroy();
        sizes.push(map.size, m.pyproxy_alloc_map === map);
        m.disable_pyproxy_allocation_tracing();
        make().destroy();
        return [...sizes, map.size];
    """
    assert runtime.run_js(body) == [0, 4, False, True, 2, 0, True, 0]


def test_an_exception_that_c_has_set_is_thrown(runtime: Runtime) -> None:
    body = """
        const { _module: m } = pyodide, text = m.stringToNewUTF8("left behind");
        m._PyErr_SetString(m.HEAP32[m._PyExc_AssertionError / 4], text);
        m._free(text);
        const set = m._PyErr_Occurred() !== 0;
        try { m._pythonexc2js(); } catch (error) { return [set, error.name, error.message, m._PyErr_Occurred()]; }
    """
    assert runtime.run_js(body) == [True, "PythonError", "AssertionError: left behind\n", 0]


def test_errors_by_their_names(runtime: Runtime) -> None:
    """Those of a client come back from a pickle as what they were."""
    body = """
        const { errorConstructors, deserializeError } = pyodide._api;
        class MyError extends Error { name = "MyError"; }
        errorConstructors.set("MyError", MyError);
        try {
          const made = ["TypeError", "MyError", "Unknown"].map((name) => deserializeError(name, "text", "at once"));
          const told = made.map(({ constructor, name, message, stack }) => [constructor.name, name, message, stack]);
          const error = pyodide.runPython(`
            import pickle
            from pyodide.ffi import JsException
            pickle.loads(pickle.dumps(JsException("MyError", "text")))
          `);
          return [...told, error instanceof MyError];
        } finally {
          errorConstructors.delete("MyError");
        }
    """
    assert runtime.run_js(body) == [
        ["TypeError", "TypeError", "text", "at once"],
        ["MyError", "MyError", "text", "at once"],
        ["Error", "Unknown", "text", "at once"],
        True,
    ]


def test_the_text_of_proxies_can_be_changed(runtime: Runtime) -> None:
    body = """
        const text = pyodide.runPython("from fractions import Fraction; Fraction(1, 2)"), said = [];
        for (const repr of [true, false]) {
          pyodide._api.setPyProxyToStringMethod(repr);
          said.push(String(text));
        }
        text.destroy();
        return said;
    """
    assert runtime.run_js(body) == ["Fraction(1, 2)", "1/2"]


def test_the_program_of_the_arguments(host: Host) -> None:
    body = """
        const lines = [], said = [];
        for (const run of ["_run_main", "promisingRunMain"]) {
          const stdout = (line) => lines.push(line), stderr = stdout;
          const options = { args: ["-c", "print(6 * 7); raise SystemExit(3)"], stdout, stderr };
          const { _module, runPython } = await loadPyodide(options);
          said.push(await _module[run](), runPython("1 + 1"));
        }
        return [said, lines.filter((line) => line === "42" || line.startsWith("SystemExit"))];
    """
    assert host.run(body) == [[1, 2, 1, 2], ["42", "SystemExit: 3"] * 2]


@pytest.mark.parametrize(("hoist", "kind"), [("true", "string"), ("undefined", "object")])
def test_a_harness_reads_the_cause_of_a_failure(host: Host, hoist: str, kind: str) -> None:
    body = f"""
        const {{ error }} = console, seen = [];
        console.error = (...values) => seen.push(...values);
        try {{
          const api = await loadPyodide({{ stderr() {{}} }});
          api._api.inTestHoist = {hoist};
          try {{ api._api.fatal_error(new Error("simulated")); }} catch {{}}
        }} finally {{
          console.error = error;
        }}
        return [typeof seen.at(-1), String(seen.at(-1)).includes("simulated")];
    """
    assert host.run(body) == [kind, True]


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
