"""Promises, asynchronous iterators and generators in Python, and how long arguments live for them (4.6, 4.7)."""

from __future__ import annotations

from typing import Any

import pytest

from harness.runtime import Runtime


@pytest.fixture(autouse=True)
def imported(module_runtime: Runtime) -> None:
    """What the tests here import stays for good."""
    module_runtime.run_python("import asyncio; asyncio.get_event_loop(); None")


def run(runtime: Runtime, setup: str, body: str) -> Any:
    """What `async def main()` with this body returns, as repr(), or what it raised."""
    indented = "\n".join(f"    {line}" for line in body.strip().splitlines())
    code = f"""
import js
from pyodide.ffi import JsException
async def main():
{indented}
try:
    outcome = repr(await main())
except BaseException as error:
    outcome = "raised " + repr(error)
outcome
"""
    runtime.run_js(f"{setup};")
    return runtime.run_python_async(code)


@pytest.mark.parametrize(
    ("promise", "expected"),
    [
        ("Promise.resolve(5)", "5"),
        ("Promise.resolve()", "None"),
        ("{ then(resolve) { resolve('thenable'); } }", "'thenable'"),
        ("Promise.reject(new RangeError('far'))", "raised RangeError: far"),
        ("new Promise((resolve) => queueMicrotask(() => resolve([1])))", "1"),
    ],
)
def test_await_a_promise(runtime: Runtime, promise: str, expected: str) -> None:
    setup = f"globalThis.p = {promise}; p.catch?.(() => {{}})"  # not unhandled before Python awaits it
    assert run(runtime, setup, "return await js.p") == expected


CALLS = """
    globalThis.box = {
        promise: Promise.resolve(1), later: async (x) => x, thenable: () => ({ then(resolve) { resolve(2); } }),
        refuse: async () => { throw new RangeError("far"); },
        never: () => new Promise((resolve) => { box.release = resolve; }),
        Later: class { then(resolve) { resolve(3); } }, same: (a, b) => a === b,
        respondWith(answer) { this.answer = Promise.resolve(answer).then((x) => x + 1); },
    };
"""


def test_a_call_that_gives_a_promise_gives_a_future(runtime: Runtime) -> None:
    body = """
import asyncio
from pyodide.code import run_js
from pyodide.ffi import JsPromise, create_proxy
from pyodide.webloop import PyodideFuture
box, later = js.box, js.box.later
proxied = create_proxy(asyncio.ensure_future(asyncio.sleep(0)))
given = [later(1), box.thenable(), run_js("Promise.resolve(1)"), js.Promise.resolve(1), later(1).then(str),
         later(1).catch(str), later(1).finally_(list), box.later(proxied)]
kept = [box.promise, box.Later.new(), box.promise.then(str), run_js("[Promise.resolve(1)]")[0]]
futures = [isinstance(x, PyodideFuture) and asyncio.isfuture(x) and not isinstance(x, JsPromise) for x in given]
promises = [isinstance(x, JsPromise) and not asyncio.isfuture(x) for x in kept]
await asyncio.wait(given)
proxied.destroy()
return all(futures), all(promises)
"""
    assert run(runtime, CALLS, body) == "(True, True)"


def test_such_a_future_does_what_asyncio_wants_of_it(runtime: Runtime) -> None:
    body = """
import asyncio
later, found = js.box.later, []
done, pending = await asyncio.wait([later(1)])
found += [len(done), len(pending), await asyncio.gather(later(1), later(2)), await asyncio.shield(later(3))]
called = later(4)
called.add_done_callback(lambda future: found.append(future.result()))
found += [called.done(), await called, called.done(), asyncio.ensure_future(called) is called]
refused = js.box.refuse()
await asyncio.wait([refused])
found += [refused.exception().name, refused.cancel()]
try:
    await asyncio.wait_for(js.box.never(), 0)
except TimeoutError:
    found.append("timeout")
js.box.release()
await asyncio.sleep(0)
return found
"""
    outcome = "[1, 0, [1, 2], 3, 4, False, 4, True, True, 'RangeError', False, 'timeout']"
    assert run(runtime, CALLS, body) == outcome


def test_such_a_future_is_its_promise_for_javascript(runtime: Runtime) -> None:
    body = """
future = js.box.later(1)
found = [js.box.same(future, future)]
js.box.respondWith(js.box.later(1))  # which the proxy of an argument would not live to see
found.append(await js.box.answer)
cancelled = js.box.never()
cancelled.cancel()
try:
    await js.box.later(cancelled)
except BaseException as error:
    found.append(type(error).__name__)
js.box.release()
await js.box.later(0)
return found
"""
    assert run(runtime, CALLS, body) == "[True, 2, 'CancelledError']"


def test_a_rejection_that_nobody_awaits_ends_no_process(runtime: Runtime) -> None:
    body = """
import asyncio, gc, io, contextlib
with contextlib.redirect_stderr(io.StringIO()) as log:
    js.box.refuse()
    await asyncio.sleep(0.01)
    gc.collect()
return ["never retrieved" in log.getvalue(), "RangeError: far" in log.getvalue()]
"""
    assert run(runtime, CALLS, body) == "[True, True]"


def test_then_catch_finally(runtime: Runtime) -> None:
    setup = "globalThis.ok = Promise.resolve(1); globalThis.bad = Promise.reject(new Error('bad')); bad.catch(() => {})"
    body = """
found = []
found.append(await js.ok.then(lambda value: value + 1))
found.append(await js.ok.then(None, print))
found.append(await js.bad.then(print, lambda error: error.message))
found.append(await js.bad.catch(lambda error: error.message))
found.append(await js.ok.finally_(lambda: found.append("finally")))
try:
    await js.bad.finally_(lambda: None)
except JsException as error:
    found.append(error.message)
return found
"""
    assert run(runtime, setup, body) == "[2, 1, 'bad', 'bad', 'finally', 1, 'bad']"


def test_a_python_exception_comes_back_through_a_promise(runtime: Runtime) -> None:
    setup = "globalThis.through = async (f) => f()"
    body = """
error = KeyError("mine")
def f():
    raise error
try:
    await js.through(f)
except KeyError as caught:
    return caught is error
"""
    assert run(runtime, setup, body) == "True"


def test_asynchronous_iteration(runtime: Runtime) -> None:
    setup = "globalThis.count = async function* (n) { for (let i = 0; i < n; i++) yield i; }"
    assert run(runtime, setup, "return [i async for i in js.count(3)]") == "[0, 1, 2]"


def test_asynchronous_generators(runtime: Runtime) -> None:
    setup = """globalThis.g = (async function* () {
        let x = 1;
        try { while (true) { try { x = yield x + 1; } catch (e) { x = e.type; } } }
        finally { globalThis.hasEnded = true; }
    })()"""
    body = """
found = [await anext(js.g), await js.g.asend(5), await js.g.athrow(ValueError("x"))]
await js.g.aclose()
try:
    await anext(js.g)
except StopAsyncIteration:
    found.append(js.hasEnded)
return found
"""
    assert run(runtime, setup, body) == "[2, 6, 'ValueError1', True]"


def test_asynchronous_disposables(runtime: Runtime) -> None:
    setup = """globalThis.d = { gone: false,
        async [Symbol.asyncDispose]() { await undefined; this.gone = true; } }"""
    body = "async with js.d as d:\n    inside = d.gone\nreturn [inside, d.gone]"
    assert run(runtime, setup, body) == "[False, True]"


GENERATORS = """
    globalThis.pops = function* (list, n) { for (let i = 0; i < n; i++) yield list.pop(); };
    globalThis.apops = async function* (list, n) { for (let i = 0; i < n; i++) yield list.pop(); };
"""


def test_a_generator_extends_the_call_that_made_it(runtime: Runtime) -> None:
    runtime.run_js(GENERATORS)
    code = """
import js
g = js.pops([1, 2, 3], 2)
h = js.pops([1, 2, 3], 2)
first = [next(h), h.close()]
[list(g), first]
"""
    assert runtime.run_python(code) == [[3, 2], [3, None]]


def test_an_asynchronous_generator_extends_it_too(runtime: Runtime) -> None:
    assert run(runtime, GENERATORS, "return [x async for x in js.apops([1, 2, 3], 2)]") == "[3, 2]"


def test_promises_are_hashable(runtime: Runtime) -> None:
    setup = "globalThis.ps = [1, 2].map(async (x) => x); globalThis.plain = {}"
    body = """
import asyncio
found = [await asyncio.gather(*js.ps), hash(js.ps[0]) == hash(js.ps[0]), len({js.ps[0], js.ps[0], js.ps[1]})]
try:
    hash(js.plain)
except TypeError as error:
    found.append("unhashable" in str(error))
return found
"""
    assert run(runtime, setup, body) == "[[1, 2], True, 2, True]"


def test_what_has_next_only_may_be_either_kind_of_iterator(runtime: Runtime) -> None:
    setup = (
        "globalThis.make = () => ({ i: 0, next() { return Promise.resolve({ done: this.i++ > 1, value: this.i }); } })"
    )
    assert run(runtime, setup, "return [v async for v in js.make()]") == "[1, 2]"


def test_a_thenable_without_finally(runtime: Runtime) -> None:
    setup = "globalThis.thenable = { then(resolve) { resolve(5); } }"
    body = "return [await js.thenable.finally_(lambda: 7), await js.thenable.then(lambda v: v + 1)]"
    assert run(runtime, setup, body) == "[5, 6]"
