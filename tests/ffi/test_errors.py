"""Exceptions across the border (4.8)."""

from __future__ import annotations

from harness.runtime import Runtime


def test_a_python_exception(runtime: Runtime) -> None:
    name, kind, message, is_error = runtime.run_js(
        """
        try { pyodide.runPython("def f():\\n  raise ValueError('hello')\\nf()"); } catch (error) {
          return [error.name, error.type, error.message, error instanceof pyodide.ffi.PythonError];
        }
        """
    )
    assert (name, kind, is_error) == ("PythonError", "ValueError", True)
    assert message.startswith("Traceback (most recent call last):\n")
    assert message.endswith('  File "<exec>", line 3, in <module>\n  File "<exec>", line 2, in f\nValueError: hello\n')


def test_exceptions_that_are_no_errors(runtime: Runtime) -> None:
    for name in ("KeyboardInterrupt", "SystemExit"):
        body = f"try {{ pyodide.runPython('raise {name}'); }} catch (error) {{ return error.type; }}"
        assert runtime.run_js(body) == name


def test_a_javascript_exception(runtime: Runtime) -> None:
    runtime.run_js("globalThis.fail = () => { throw new RangeError('too far'); };")
    code = """
import js
from pyodide.ffi import JsException
try:
    js.fail()
except JsException as error:
    caught = error
[caught.name, caught.message, str(caught), "fail" in caught.stack, caught.js_error is caught,
 isinstance(caught, Exception)]
"""
    assert runtime.run_python(code) == ["RangeError", "too far", "RangeError: too far", True, True, True]


def test_it_comes_back_as_it_was(runtime: Runtime) -> None:
    runtime.run_js("globalThis.through = (f) => f();")
    code = """
import js
def f():
    raise error
error = KeyError("original")
try:
    js.through(f)
except KeyError as caught:
    result = caught is error
result
"""
    assert runtime.run_python(code) is True


def test_what_is_thrown_need_not_be_an_error(runtime: Runtime) -> None:
    runtime.run_js("globalThis.throws = (x) => { throw x; };")
    code = """
import js
from pyodide.ffi import JsException
found = []
for value in (1, "text", None):
    try:
        js.throws(value)
    except JsException as error:
        found.append(error.message)
found
"""
    messages = runtime.run_python(code)
    assert [message.split(": ")[-1] for message in messages] == ["1", "text", "undefined"]
    assert messages[1] == "text"


def test_a_javascript_exception_leaves_as_a_python_error(runtime: Runtime) -> None:
    runtime.run_js("globalThis.fail = () => { throw new RangeError('too far'); };")
    body = "try { pyodide.runPython('import js; js.fail()'); } catch (error) { return [error.type, error.message]; }"
    kind, message = runtime.run_js(body)
    assert kind == "JsException"
    assert message.endswith("pyodide.ffi.JsException: RangeError: too far\n")


def test_make_raise_and_pickle(runtime: Runtime) -> None:
    code = """
import pickle
from pyodide.ffi import JsException
try:
    raise JsException("Odd", "message", "stack") from ValueError("cause")
except JsException as error:
    copy = pickle.loads(pickle.dumps(error))
    result = [copy.name, copy.message, copy.stack, repr(error.__cause__)]
result
"""
    assert runtime.run_python(code) == ["Odd", "message", "stack", "ValueError('cause')"]


def test_an_error_is_its_own_argument(runtime: Runtime) -> None:
    code = """
from pyodide.code import run_js
from pyodide.ffi import JsException
made = JsException("RangeError", "far")
try:
    run_js("throw new TypeError('no')")
except JsException as error:
    caught = error
before = [repr(made.args), caught.args[0] is caught, run_js("(e) => e instanceof RangeError")(made)]
made.args = ("other", 1)
before + [list(made.args)]
"""
    assert runtime.run_python(code) == ["(RangeError: far,)", True, True, ["other", 1]]


def test_what_passes_for_an_error_is_thrown_as_it_is(runtime: Runtime) -> None:
    """An error of another realm, too, is none of ours."""
    code = """
from pyodide.code import run_js
from pyodide.ffi import JsException
try:
    run_js("throw {name: 'Odd', message: 'text', stack: ''}")
except JsException as error:
    result = [error.name, error.message]
result
"""
    assert runtime.run_python(code) == ["Odd", "text"]


def test_a_getter_that_throws(runtime: Runtime) -> None:
    runtime.run_js("globalThis.hostile = { get property() { throw new Error('no'); } };")
    code = """
import js
from pyodide.ffi import JsException
try:
    js.hostile.property
except JsException as error:
    result = error.message
result
"""
    assert runtime.run_python(code) == "no"


def test_revoked_proxies_do_no_harm(runtime: Runtime) -> None:
    runtime.run_js("const r = Proxy.revocable({}, {}); r.revoke(); globalThis.revoked = r.proxy;")
    code = """
import js
from pyodide.ffi import JsException
try:
    js.revoked.x
except JsException as error:
    result = error.name
result
"""
    assert runtime.run_python(code) == "TypeError"


def test_frames_of_javascript_stand_in_the_traceback(runtime: Runtime) -> None:
    runtime.run_js("globalThis.inner = () => { throw new Error('deep'); }; globalThis.outer = () => inner();")
    code = """
import js, traceback
def f():
    js.outer()
try:
    f()
except Exception as error:
    frames = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
frames[-3:]
"""
    names = runtime.run_python(code)
    assert [name.split(".")[-1] for name in names] == ["f", "outer", "inner"]
