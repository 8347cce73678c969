"""Python awaitables as promises, and asynchronous iteration from JavaScript (2.4)."""

from __future__ import annotations

from typing import Any

import pytest

from harness.runtime import Runtime


@pytest.fixture(autouse=True)
def imported(module_runtime: Runtime) -> None:
    """What the tests here import stays for good."""
    module_runtime.run_python("import asyncio, _pyodide._pyproxy; asyncio.get_event_loop(); None")


def use(runtime: Runtime, code: str, body: str) -> Any:
    """What the body gives for the Python value `o`."""
    return runtime.run_js(f"const o = pyodide.runPython({code!r}); try {{ {body} }} finally {{ o.destroy(); }}")


FUNCTION = "import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return x\nf"


def test_await(runtime: Runtime) -> None:
    body = """
    const coroutine = o(5);
    const results = [await coroutine, await coroutine];
    coroutine.destroy();
    return results;
    """
    assert use(runtime, FUNCTION, body) == [5, 5]


def test_a_coroutine_starts_when_it_is_called(runtime: Runtime) -> None:
    code = "started = []\nasync def f(): started.append(1)\nf"
    body = "const c = o(); const copy = c.copy(); await copy; copy.destroy(); c.destroy();"
    use(runtime, code, body)
    assert runtime.run_python("started") == [1]


def test_a_coroutine_that_something_else_returns_does_not(runtime: Runtime) -> None:
    """It can be awaited elsewhere."""
    code = "started = []\nasync def f(): started.append(1); return 2\nkept = f()\nlambda: kept"
    body = "const c = o(), same = o.callRelaxed(1), found = await c; c.destroy(); same.destroy(); return found;"
    assert use(runtime, code, body) == 2
    code = "from functools import partial\nran = []\nasync def f(x): ran.append(x); return ran\npartial(f, 5)"
    body = "const c = o(), r = o.callRelaxed(1), l = await c, m = await r, found = m.toJs(); "
    assert use(runtime, code, body + "for (const p of [c, r, l, m]) p.destroy(); return found;") == [5, 5]


def test_a_coroutine_nobody_waits_for_runs(runtime: Runtime) -> None:
    code = "def setup():\n    async def f(resolve): resolve('ran')\n    return f\nsetup()"
    body = "return await new Promise((resolve) => o(resolve).destroy());"
    assert use(runtime, code, body) == "ran"


def test_errors_reject(runtime: Runtime) -> None:
    body = """
    const c = o();
    const seen = [await c.catch((error) => error.type), await c.then(null, (error) => error.name)];
    let cleaned = false;
    await c.finally(() => { cleaned = true; }).catch(() => {});
    c.destroy();
    return [...seen, cleaned];
    """
    assert use(runtime, "async def f(): 1 / 0\nf", body) == ["ZeroDivisionError", "PythonError", True]


def test_futures(runtime: Runtime) -> None:
    code = "import asyncio\nfuture = asyncio.get_event_loop().create_future()\nfuture"
    body = """
    const { PyAwaitable } = pyodide.ffi;
    const promise = o.then((x) => x + 1);
    o.set_result(41);
    return [await promise, o instanceof PyAwaitable, typeof o.then];
    """
    assert use(runtime, code, body) == [42, True, "function"]


def test_a_cancelled_future(runtime: Runtime) -> None:
    code = "import asyncio\nasyncio.get_event_loop().create_future()"
    assert use(runtime, code, "o.cancel(); return await o.catch((error) => error.type);") == "CancelledError"


def test_an_object_result_belongs_to_javascript(runtime: Runtime) -> None:
    body = "const c = o([1]); const r = await c; const t = r[0]; c.destroy(); r.destroy?.(); return t;"
    assert use(runtime, "async def f(x): return [2]\nf", body) == 2


def test_use_after_destroy(runtime: Runtime) -> None:
    body = "const c = o(1); await c; c.destroy(); try { await c; } catch (e) { return e.message.split('\\n')[0]; }"
    assert use(runtime, FUNCTION, body) == "Object has already been destroyed"


ASYNC_ECHO = "async def g():\n    x = yield 1\n    yield x\ng()"
ASYNC_CATCH = "async def g():\n    try:\n        yield 1\n    except Exception as e:\n        yield repr(e)\ng()"


def test_an_asynchronous_generator_receives(runtime: Runtime) -> None:
    body = "return [await o.next(), await o.next('sent'), await o.next(), o[Symbol.asyncIterator]() === o];"
    assert use(runtime, ASYNC_ECHO, body) == [
        {"done": False, "value": 1}, {"done": False, "value": "sent"}, {"done": True}, True,
    ]  # fmt: skip


def test_an_asynchronous_generator_catches(runtime: Runtime) -> None:
    body = "await o.next(); return [await o.throw(new TypeError('hi')), await o.next()];"
    assert use(runtime, ASYNC_CATCH, body) == [{"done": False, "value": "TypeError: hi"}, {"done": True}]


def test_an_asynchronous_generator_returns(runtime: Runtime) -> None:
    body = "await o.next(); return [await o.return(9), await o.next()];"
    assert use(runtime, ASYNC_ECHO, body) == [{"done": True, "value": 9}, {"done": True}]


def test_an_error_of_an_asynchronous_generator(runtime: Runtime) -> None:
    body = """
    await o.next();
    return await o.throw(new Error("through")).catch((error) => error.message.includes("through"));
    """
    assert use(runtime, ASYNC_ECHO, body) is True


def test_for_await(runtime: Runtime) -> None:
    code = """
class A:
    def __aiter__(self):
        async def items():
            for n in range(3):
                yield [n]
        return items()
A()
"""
    body = """
    const seen = [], kept = [];
    for await (const item of o) { seen.push(item[0]); kept.push(item); }
    return [seen, kept.map((item) => { try { return item.length; } catch { return "destroyed"; } })];
    """
    assert use(runtime, code, body) == [[0, 1, 2], ["destroyed"] * 3]


def test_for_await_can_be_left(runtime: Runtime) -> None:
    code = "left = []\nasync def g():\n    try:\n        yield 'a'\n    finally:\n        left.append(1)\ng()"
    assert use(runtime, code, "for await (const item of o) return item;") == "a"
    assert runtime.run_python("left") == [1]


def test_proxies_that_stay_proxies(runtime: Runtime) -> None:
    """What their members ask Python is asked of the object; of the proxy it would lead back to the member."""
    runtime.run_js(
        """
        globalThis.items = async (g) => { const l = []; for await (const x of g) l.push(x); return l; };
        globalThis.wait = async (p) => (await p) + 1;
        globalThis.relaxed = (f) => f.callRelaxed(1, 2);
        globalThis.splice = (l) => { const gone = l.splice(0, 1); return [gone[0], l.length]; };
        """
    )
    code = """
import asyncio, js
from pyodide.ffi import create_proxy
async def generate():
    yield 1
    yield 2
async def one():
    return 1
proxies = [create_proxy(x) for x in (asyncio.ensure_future(one()), one(), generate(), lambda x: x, [5, 6])]
first, second, third, fourth, fifth = proxies
found = [await js.wait(first), await js.wait(second), (await js.items(third)).to_py()]
found += [js.relaxed(fourth), js.splice(fifth).to_py()]
for proxy in proxies: proxy.destroy()
found
"""
    assert runtime.run_python_async(code) == [2, 2, [1, 2], 1, [5, 1]]
