"""pyodide.ffi.wrappers (3.4). That nothing is left behind is checked after every test."""

from __future__ import annotations

import pytest

from harness.runtime import Runtime

PRELUDE = """
import asyncio, js
from pyodide.ffi import JsProxy
from pyodide.ffi.wrappers import *
seen = []
def failure(function, *args):
    try:
        function(*args)
    except Exception as error:
        return [type(error).__name__, *error.args]
"""


DROPPED = (
    PRELUDE
    + """
import weakref
def listener(event): pass
target = js.EventTarget.new()
add_event_listener(target, "a", listener)
reference = weakref.ref(listener)
del listener, target
lambda: reference() is not None
"""
)


@pytest.fixture(scope="module", autouse=True)
def imported(module_runtime: Runtime) -> None:
    """The module keeps a WeakMap of its own."""
    module_runtime.run_python("import pyodide.ffi.wrappers; del pyodide")


def test_listeners(runtime: Runtime) -> None:
    code = """
target = js.EventTarget.new()
class Listener:
    def hear(self, event): seen.append(event.type)
listener = Listener()
dispatch = lambda name: target.dispatchEvent(js.Event.new(name))
add_event_listener(target, "a", listener.hear)
add_event_listener(target, "b", listener.hear)
add_event_listener(target, "a", listener.hear)
dispatch("a"), dispatch("b")
remove_event_listener(target, "a", listener.hear)
dispatch("a"), dispatch("b")
remove_event_listener(target, "b", listener.hear)
dispatch("b")
seen
"""
    assert runtime.run_python(PRELUDE + code) == ["a", "b", "b"]


def test_a_listener_of_javascripts(runtime: Runtime) -> None:
    code = """
target, heard = js.EventTarget.new(), js.Array.new()
listener = js.eval("(heard) => (event) => heard.push(event.type)")(heard)
add_event_listener(target, "a", listener)
target.dispatchEvent(js.Event.new("a"))
remove_event_listener(target, "a", listener)
target.dispatchEvent(js.Event.new("a"))
list(heard)
"""
    assert runtime.run_python(PRELUDE + code) == ["a"]


def test_wrong_listeners(runtime: Runtime) -> None:
    code = """
target = js.EventTarget.new()
[failure(add_event_listener, target, "a", 5), failure(add_event_listener, js.Object.new(), "a", print),
 failure(remove_event_listener, target, "a", len)]
"""
    uncallable, no_target, unknown = runtime.run_python(PRELUDE + code)
    assert uncallable == ["TypeError", "listener must be callable, not int"]
    assert no_target[0] == "AttributeError"
    assert unknown == ["KeyError", "<built-in function len> was not added for 'a' by add_event_listener()"]


@pytest.mark.hosts("node20", "node24", "node26")  # where the collector can be called
@pytest.mark.keeps("the collector frees proxies in its own time")
def test_listeners_end_with_their_target(runtime: Runtime) -> None:
    body = f"""
        process.getBuiltinModule("v8").setFlagsFromString("--expose-gc");
        const collect = process.getBuiltinModule("vm").runInNewContext("gc");
        const lives = pyodide.runPython({DROPPED!r});
        for (let attempt = 0; lives() && attempt < 100; attempt++) {{
          await new Promise((resolve) => setImmediate(resolve));
          collect();
        }}
        return lives();
    """
    assert runtime.run_js(body) is False


def test_timeouts(runtime: Runtime) -> None:
    code = """
set_timeout(lambda: seen.append("fired"), 1)
cleared = set_timeout(lambda: seen.append("cleared"), 0)
clear_timeout(cleared)
clear_timeout(cleared)
while not seen:
    await asyncio.sleep(0)
fired = set_timeout(seen.clear, 0)
while seen:
    await asyncio.sleep(0)
clear_timeout(fired)
[seen, failure(set_timeout, "code", 0)]
"""
    assert runtime.run_python_async(PRELUDE + code) == [[], ["TypeError", "callback must be callable, not str"]]


@pytest.mark.keeps("JavaScript drops what an asynchronous callback returns")
def test_a_timer_starts_a_coroutine(runtime: Runtime) -> None:
    code = """
finished = asyncio.Event()
async def slow():
    await asyncio.sleep(0)
    finished.set()
set_timeout(slow, 0)
await finished.wait()
"""
    assert runtime.run_python_async(PRELUDE + code) is True


def test_intervals(runtime: Runtime) -> None:
    code = """
def until_three():
    seen.append(1)
    if len(seen) == 3:
        clear_interval(interval)
interval = set_interval(until_three, 1)
while len(seen) < 3:
    await asyncio.sleep(0)
await asyncio.sleep(0.005)
count = js.Array.new()
own = set_interval(js.eval("(count) => () => count.push(1)")(count), 1)
while len(count) < 2:
    await asyncio.sleep(0)
clear_interval(own)
[len(seen), failure(set_interval, None, 1)]
"""
    assert runtime.run_python_async(PRELUDE + code) == [3, ["TypeError", "callback must be callable, not NoneType"]]
