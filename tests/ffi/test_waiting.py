"""Waiting for promises in Python: promising calls and run_sync (4.9)."""

from __future__ import annotations

import pytest

from harness.hosts import ABLE_TO_SWITCH, JsError
from harness.runtime import Runtime

switching = pytest.mark.hosts(*ABLE_TO_SWITCH)


def wait(runtime: Runtime, code: str) -> object:
    """Run Python that may wait, with some names that most tests want."""
    return runtime.run_python_async("import asyncio, js, time; from pyodide.ffi import *\n" + code)


@switching
def test_a_promise(runtime: Runtime) -> None:
    assert wait(runtime, "run_sync(js.Promise.resolve(7))") == 7
    assert wait(runtime, "run_sync(js.eval('new Promise((ok) => setTimeout(ok, 1, [1]))')).to_py()") == [1]
    assert wait(runtime, "run_sync(js.eval('({ then(ok) { ok(5); } })'))") == 5


@switching
def test_a_rejected_promise(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="JsException: TypeError: no"):
        wait(runtime, "run_sync(js.Promise.reject(js.TypeError.new('no')))")
    with pytest.raises(JsError, match="JsException: Error: text"):
        wait(runtime, "run_sync(js.Promise.reject('text'))")


@switching
@pytest.mark.parametrize(
    "awaitable", ["f()", "asyncio.ensure_future(f())", "asyncio.wait_for(f(), 5)", "Awaitable()", "f().__await__()"]
)
def test_python_awaitables(runtime: Runtime, awaitable: str) -> None:
    code = f"""
async def f():
    await asyncio.sleep(0.001)
    return 3
class Awaitable:
    def __await__(self): return f().__await__()
try:
    result = run_sync({awaitable})
except TypeError as error:
    result = str(error)
result
"""
    expected = "object coroutine_wrapper is not awaitable" if "__await__" in awaitable else 3
    assert wait(runtime, code) == expected


@pytest.mark.parametrize("value", ["3", "None", "[]", "js.Array.new()"])
def test_what_is_not_awaitable(runtime: Runtime, value: str) -> None:
    with pytest.raises(JsError, match=r"TypeError: object \w+ is not awaitable"):
        wait(runtime, f"run_sync({value})")


@switching
def test_exceptions_and_cancellation_come_out(runtime: Runtime) -> None:
    code = """
async def f():
    await asyncio.sleep(0)
    1 / 0
seen = []
try: run_sync(f())
except ZeroDivisionError as error: seen.append(str(error))
task = asyncio.ensure_future(asyncio.sleep(9))
task.get_loop().call_soon(task.cancel)
try: run_sync(task)
except asyncio.CancelledError: seen.append("cancelled")
seen
"""
    assert wait(runtime, code) == ["division by zero", "cancelled"]


@switching
def test_a_task_cannot_wait_for_itself(runtime: Runtime) -> None:
    code = """
async def f():
    try: run_sync(asyncio.current_task())
    except RuntimeError as error: return str(error)
await f()
"""
    assert "cannot wait for itself" in str(wait(runtime, code))


@switching
@pytest.mark.parametrize(
    "code",
    [
        "sorted([3, 1, 2], key=later)",
        "list(map(later, [1, 2, 3]))",
        "import re; [int(x) for x in re.sub('[0-9]', lambda m: str(later(int(m[0]))), '3 2 1').split()[::-1]]",
        "import functools; functools.reduce(lambda seen, x: [*seen, later(x)], [1, 2, 3], [])",
        "[*(later(x) for x in (1, 2, 3))]",
        "import itertools; list(itertools.accumulate([1, 1, 1], lambda a, b: later(a) + later(b)))",
        "class D(dict):\n  def __missing__(self, key): return later(key)\nd = D(); [d[1], d[2], d[3]]",
        "from contextlib import *\n@contextmanager\ndef c(): yield [*map(later, (1, 2, 3))]\nwith c() as r: pass\nr",
    ],
)
def test_through_frames_of_c(runtime: Runtime, code: str) -> None:
    prelude = """
def later(x):
    run_sync(asyncio.sleep(0))
    time.sleep(0)
    return run_sync(js.Promise.resolve(x))
"""
    assert wait(runtime, prelude + code) == [1, 2, 3]


@switching
def test_in_a_destructor(runtime: Runtime) -> None:
    code = """
seen = []
class A:
    def __del__(self):
        run_sync(asyncio.sleep(0.001))
        seen.append("deleted")
def f():
    a = A()
f()
seen.append("after")
seen
"""
    assert wait(runtime, code) == ["deleted", "after"]


@switching
def test_a_finalizer_of_the_collector_may_not_wait(runtime: Runtime) -> None:
    code = """
import gc
seen = []
class A:
    def __del__(self):
        try: run_sync(js.Promise.resolve())
        except RuntimeError as error: seen.append(str(error))
a = A(); a.self = a; del a
gc.collect()
seen[0]
"""
    assert "finalizer that the garbage collector calls" in str(wait(runtime, code))


@pytest.mark.parametrize("entry", ["runPython", "callback", "ctypes"])
def test_what_stands_in_the_way_is_named(runtime: Runtime, entry: str) -> None:
    """An error, and nothing is harmed: with ctypes the engine itself refuses."""
    runtime.run_python("""
import asyncio, ctypes, js
from pyodide.ffi import run_sync, can_run_sync
said = []
def f():
    try: run_sync(asyncio.sleep(0))
    except RuntimeError as error: said.append(str(error))
    return 1
callback = ctypes.CFUNCTYPE(ctypes.c_int)(f)
""")
    if entry == "runPython":
        runtime.run_python("f()")
    else:
        runtime.run_python_async("js.eval('(f) => f()')(f)" if entry == "callback" else "callback()")
    [said] = runtime.run_python("said")
    assert "use await instead" in said
    if runtime.host.name not in ABLE_TO_SWITCH:
        assert "not supported in this JavaScript runtime" in said
    else:
        reason = {
            "runPython": "was a synchronous function. Use pyFunc.callPromising()",
            "callback": "because a JavaScript function called this Python code",
            "ctypes": "because there is a JavaScript function between",
        }[entry]
        assert reason in said
        assert wait(runtime, "time.sleep(0.001); run_sync(asyncio.sleep(0, 5))") == 5


def test_can_run_sync(runtime: Runtime) -> None:
    body = """
        const can = pyodide.runPython("from pyodide.ffi import can_run_sync as can; can");
        const results = [
            can(),
            await pyodide.runPythonAsync("can()"),
            await pyodide.runPythonAsync("import asyncio; await asyncio.sleep(0); can()"),
            await pyodide.runPythonAsync("import js; js.eval('(f) => f()')(can)"),
        ];
        can.destroy();
        return results;
    """
    able = runtime.host.name in ABLE_TO_SWITCH
    assert runtime.run_js(body) == [False, able, able, False]


CALLS = [
    ("callPromising(1, 2)", "((1, 2), {})"),
    ("callPromisingKwargs(1, { a: 2 })", "((1,), {'a': 2})"),
    ("callWithOptions({ promising: true }, 1)", "((1,), {})"),
    ("callWithOptions({ promising: true, kwargs: true }, { b: 'x' })", "((), {'b': 'x'})"),
    ("bind({}, 1).callPromising(2)", "((1, 2), {})"),
]


@switching
@pytest.mark.parametrize(("call", "expected"), CALLS)
def test_promising_calls(runtime: Runtime, call: str, expected: str) -> None:
    body = f"""
        const f = pyodide.runPython(`
import js
from pyodide.ffi import run_sync
lambda *args, **kwargs: run_sync(js.Promise.resolve(repr((args, kwargs))))`);
        try {{ return await f.{call}; }} finally {{ f.destroy(); }}
    """
    assert runtime.run_js(body) == expected


@switching
def test_relaxed_promising_calls(runtime: Runtime) -> None:
    body = """
        const f = pyodide.runPython("def f(x, y=0): return x + y\\nf");
        const results = [
            await f.callWithOptions({ promising: true, relaxed: true }, 1, 2, 3),
            await f.callWithOptions({ promising: true, relaxed: true, kwargs: true }, 1, { y: 5, z: 6 }),
        ];
        f.destroy();
        return results;
    """
    assert runtime.run_js(body) == [3, 6]


@switching
def test_a_promising_call_takes_its_arguments_at_once_and_starts_in_another_turn(runtime: Runtime) -> None:
    body = """
        globalThis.seen = [];
        const f = pyodide.runPython("from js import seen; lambda x: seen.push('f') and x[0]");
        const argument = pyodide.toPy([6]);
        const promise = f.callPromising(argument);
        argument.destroy();
        f.destroy();
        seen.push("called");
        await undefined;
        seen.push("microtask");
        return [await promise, ...seen];
    """
    assert runtime.run_js(body) == [6, "called", "microtask", "f"]


@switching
@pytest.mark.parametrize(
    ("code", "call", "error"),
    [
        ("lambda: 1 / 0", "callPromising()", "PythonError"),
        ("async def f(): 1 / 0\nf", "callPromising()", "PythonError"),
        ("print", "callPromisingKwargs()", "TypeError"),
        ("print", "callPromisingKwargs(1)", "TypeError"),
        ("print", "callPromising(gone)", "Error"),
    ],
)
def test_a_promising_call_rejects(runtime: Runtime, code: str, call: str, error: str) -> None:
    body = f"""
        const gone = pyodide.toPy([]);
        gone.destroy();
        const f = pyodide.runPython(`{code}`);
        let promise;
        try {{ promise = f.{call}; }} finally {{ f.destroy(); }}
        return await promise.then(() => "fulfilled", (error) => error.name);
    """
    assert runtime.run_js(body) == error


@switching
def test_a_coroutine_or_container_from_a_promising_call(runtime: Runtime) -> None:
    body = """
        const f = pyodide.runPython("async def f(): return 7\\nf"), g = pyodide.runPython("lambda: [1, 2]");
        const list = await g.callPromising();
        const results = [await f.callPromising(), list.toJs()];
        for (const each of [f, g, list]) each.destroy();
        pyodide.runPython("import gc; gc.collect(); None");
        return results;
    """
    assert runtime.run_js(body) == [7, [1, 2]]


@pytest.mark.hosts("node20")
@pytest.mark.parametrize("call", ["callPromising()", "callPromisingKwargs({})", "callWithOptions({ promising: true })"])
def test_promising_calls_where_stacks_cannot_be_switched(runtime: Runtime, call: str) -> None:
    with pytest.raises(JsError, match="stack switching not supported"):
        runtime.run_js(f"const f = pyodide.runPython('print'); try {{ return f.{call}; }} finally {{ f.destroy(); }}")


@switching
def test_sleep_lets_others_run(runtime: Runtime) -> None:
    code = """
seen = []
async def other():
    for i in range(3):
        seen.append(i)
        await asyncio.sleep(0)
task = asyncio.ensure_future(other())
start = time.monotonic()
time.sleep(0.02)
[seen, time.monotonic() - start >= 0.019]  # Firefox rounds its clock to milliseconds
"""
    assert wait(runtime, code) == [[0, 1, 2], True]


@pytest.mark.parametrize(
    ("seconds", "error"), [("-1", "ValueError"), ("'x'", "TypeError"), ("float('nan')", "ValueError")]
)
def test_sleep_refuses_what_is_no_time(runtime: Runtime, seconds: str, error: str) -> None:
    with pytest.raises(JsError, match=error):
        wait(runtime, f"time.sleep({seconds})")


@switching
def test_what_tasks_that_wait_take(runtime: Runtime) -> None:
    """Of wasm heap some 12 KB for each that is five calls below C deep; the next thousand reuse them."""
    runtime.run_python("""
from pyodide.ffi import run_sync
def deep(n, gate):
    return sorted([0], key=lambda _: deep(n - 1, gate))[0] if n else run_sync(gate) or 0
""")
    body = """
        const deep = pyodide.globals.get("deep");
        const round = async () => {
            let open, waiting = 0;
            const gate = { then(resolve) { waiting++; promise.then(resolve); } };
            const promise = new Promise((resolve) => { open = resolve; });
            const tasks = Array.from({ length: 1000 }, () => deep.callPromising(5, gate));
            while (waiting < tasks.length) await new Promise((resolve) => setTimeout(resolve));
            const size = pyodide._module.HEAPU8.length;
            open();
            await Promise.all(tasks);
            return size;
        };
        const before = pyodide._module.HEAPU8.length, first = await round();
        const sizes = [first - before, (await round()) - first];
        deep.destroy();
        return sizes;
    """
    first, second = runtime.run_js(body)
    assert first / 1000 < 24_000
    assert second == 0


@switching
def test_thousands_go_on_in_any_order(runtime: Runtime) -> None:
    """Each has its own variables, at two depths of C, and its own context."""
    runtime.run_python("""
import contextvars
from pyodide.ffi import run_sync
number = contextvars.ContextVar("number")
def wait_twice(n, gate):
    number.set(n)
    def inner(x):
        try: raise ValueError(x)
        except ValueError as error: return run_sync(gate(n)) + error.args[0]
    total = sum(map(inner, [n, 2 * n]))
    return total if number.get() == n else -1
""")
    body = """
        const wait = pyodide.globals.get("wait_twice"), COUNT = 3000;
        const gates = [];
        const gate = (n) => new Promise((open) => gates.push(() => open(n)));
        const tasks = Array.from({ length: COUNT }, (_, n) => wait.callPromising(n, gate));
        let state = 1;
        const random = (below) => (state = (state * 48271) % 2147483647) % below;
        for (let opened = 0; opened < 2 * COUNT; opened++) {
            const wanted = Math.max(1, Math.min(COUNT, 2 * COUNT - opened) / 2);
            while (gates.length < wanted) await new Promise((resolve) => setTimeout(resolve));
            gates.splice(random(gates.length), 1)[0]();
        }
        const results = await Promise.all(tasks);
        wait.destroy();
        return results.filter((result, n) => result !== 5 * n).length;
    """
    assert runtime.run_js(body) == 0
