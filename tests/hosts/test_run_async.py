"""`pyodide.runPythonAsync`."""

from __future__ import annotations

import pytest

from harness.hosts import Host, JsError
from harness.runtime import Runtime


def test_code_may_await(runtime: Runtime) -> None:
    assert runtime.run_python_async("import asyncio\nawait asyncio.sleep(0.001, [1, 2])") == [1, 2]


def test_code_need_not_await(runtime: Runtime) -> None:
    assert runtime.run_python_async("def f():\n    return 6\nf() + 1") == 7


def test_it_starts_in_another_turn(runtime: Runtime) -> None:
    for code in ("seen.push('run')", "seen.push('run'); await asyncio.sleep(0)"):
        body = f"""
            globalThis.seen = [];
            const promise = pyodide.runPythonAsync("import asyncio; from js import seen; {code}");
            seen.push("called");
            await undefined;
            seen.push("microtask");
            await promise;
            return seen;
        """
        assert runtime.run_js(body) == ["called", "microtask", "run"]


@pytest.mark.parametrize("code", ["1/0", "await asyncio.sleep(0)\n1/0", "1/", "    1\n 2"])
def test_what_is_raised_rejects(runtime: Runtime, code: str) -> None:
    runtime.run_python("import asyncio")
    kind = {"1/": "SyntaxError", "    1\n 2": "IndentationError"}.get(code, "ZeroDivisionError")
    with pytest.raises(JsError, match=kind) as caught:
        runtime.run_python_async(code)
    assert caught.value.name == "PythonError"


@pytest.mark.parametrize("raised", ["KeyboardInterrupt", "SystemExit"])
def test_an_exit_rejects_and_harms_nothing(runtime: Runtime, raised: str) -> None:
    """The host stays alive: nothing is left uncaught."""
    for wait in ("", "await asyncio.sleep(0)\n"):
        with pytest.raises(JsError, match=raised):
            runtime.run_python_async(f"import asyncio\n{wait}raise {raised}")
    assert runtime.run_python_async("await asyncio.sleep(0.001, 5)") == 5


def test_the_filename_is_in_the_traceback(runtime: Runtime) -> None:
    body = "await pyodide.runPythonAsync('import asyncio\\nawait asyncio.sleep(0)\\n1/0', {filename: 'mine.py'});"
    with pytest.raises(JsError, match=r'File "mine\.py", line 3, in <module>\n    1/0'):
        runtime.run_js(body)


def test_namespaces(runtime: Runtime) -> None:
    body = """
        const [globals, locals] = [pyodide.runPython("{}"), pyodide.runPython("{}")];
        try {
          const value = await pyodide.runPythonAsync("import asyncio; x = await asyncio.sleep(0, 2); x", {globals});
          await pyodide.runPythonAsync("y = x + 1", {globals, locals});
          return [value, pyodide.globals.has("x"), pyodide.runPython("x", {globals}),
                  pyodide.runPython("y", {globals: pyodide.globals, locals})];
        } finally {
          globals.destroy();
          locals.destroy();
        }
    """
    assert runtime.run_js(body) == [2, False, 2, 3]


def test_an_unknown_option_is_named(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="file_name"):
        runtime.run_js("await pyodide.runPythonAsync('1', {file_name: 'x'});")


def test_several_run_at_once(runtime: Runtime) -> None:
    body = """
        globalThis.seen = [];
        const code = (name) => `
import asyncio
from js import seen
for i in range(3):
    seen.push(f"${name}{i}")
    await asyncio.sleep(0)
"${name}"`;
        const values = await Promise.all([pyodide.runPythonAsync(code("a")), pyodide.runPythonAsync(code("b"))]);
        return [values, seen];
    """
    assert runtime.run_js(body) == [["a", "b"], ["a0", "b0", "a1", "b1", "a2", "b2"]]


def test_context_variables_stay_inside(runtime: Runtime) -> None:
    runtime.run_python("import contextvars, asyncio; var = contextvars.ContextVar('var', default=0)")
    for wait in ("", "await asyncio.sleep(0); "):
        assert runtime.run_python_async(f"{wait}token = var.set(1); var.get()") == 1
        assert runtime.run_python("var.get()") == 0
    runtime.run_python("del token")


def test_it_is_a_task(host: Host) -> None:
    """Also code that does not await, from when there is asyncio."""
    body = """
        const api = await loadPyodide();
        const ask = "import asyncio; type(asyncio.current_task()).__name__";
        const function_ = "def ask():\\n  import asyncio\\n  return type(asyncio.current_task()).__name__\\nask()";
        return [await api.runPythonAsync(ask), await api.runPythonAsync("await asyncio.sleep(0); " + ask),
                await api.runPythonAsync(function_), api.runPython(function_)];
    """
    assert host.run(body) == ["PyodideTask", "PyodideTask", "PyodideTask", "NoneType"]


def test_no_event_loop_is_made_before_one_is_needed(host: Host) -> None:
    body = """
        const api = await loadPyodide();
        const modules = () => api.runPython("import sys; 'asyncio' in sys.modules");
        const before = modules();
        await api.runPythonAsync("1 + 1");
        const between = modules();
        await api.runPythonAsync("async def f(): pass\\nawait f()");
        return [before, between, modules()];
    """
    assert host.run(body) == [False, False, True]
