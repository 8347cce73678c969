"""What blocks in asyncio and time: it waits where Python can, and lets everything else run meanwhile."""

from __future__ import annotations

import pytest

from harness.hosts import SWITCHING, JsError
from harness.interrupts import interrupt
from harness.runtime import Runtime

switching = pytest.mark.hosts(*SWITCHING)

RUNS = {
    "asyncio.run": "asyncio.run(main())",
    "Runner": "with asyncio.Runner() as runner: runner.run(main())",
    "run_until_complete": "asyncio.new_event_loop().run_until_complete(main())",
}

TICKER = """
import asyncio, time
ticks = []
async def tick():
    while True:
        ticks.append(len(ticks))
        await asyncio.sleep(0)
ticker = asyncio.ensure_future(tick())
"""


@switching
@pytest.mark.parametrize("run", RUNS)
def test_a_program_runs_to_its_end(runtime: Runtime, run: str) -> None:
    code = f"""
import asyncio
seen = []
async def main():
    seen.append(await asyncio.gather(*(asyncio.sleep(0.001 * (3 - i), i) for i in range(3))))
{RUNS[run]}
seen
"""
    assert runtime.run_python_async(code) == [[0, 1, 2]]


@switching
@pytest.mark.parametrize("run", RUNS)
def test_its_exception_comes_out(runtime: Runtime, run: str) -> None:
    with pytest.raises(JsError, match="ZeroDivisionError"):
        runtime.run_python_async(f"import asyncio\nasync def main():\n  await asyncio.sleep(0)\n  1/0\n{RUNS[run]}")


@pytest.mark.parametrize("run", RUNS)
def test_it_is_refused_where_python_cannot_wait(runtime: Runtime, run: str) -> None:
    runtime.run_python("import asyncio\nran = []\nasync def main(): ran.append(1)")
    with pytest.raises(JsError, match=r"RuntimeError: .*use await instead"):
        runtime.run_python(RUNS[run])
    assert runtime.run_python_async("await asyncio.sleep(0.001); ran") == []


@switching
def test_run_ends_the_tasks_it_leaves_and_no_others(runtime: Runtime) -> None:
    code = (
        TICKER
        + """
seen = []
async def left():
    try: await asyncio.sleep(99)
    finally: seen.append("ended")
async def main():
    asyncio.ensure_future(left())
    await asyncio.sleep(0)
asyncio.run(main())
seen.append(ticker.done())
ticker.cancel()
seen
"""
    )
    assert runtime.run_python_async(code) == ["ended", False]


@switching
def test_runs_in_each_other(runtime: Runtime) -> None:
    code = """
import asyncio
async def inner(x):
    await asyncio.sleep(0.001)
    return x
async def outer(x):
    return [asyncio.run(inner(x)), await inner(x + 1)]
asyncio.run(outer(1)) + await asyncio.gather(outer(3), outer(5))
"""
    assert runtime.run_python_async(code) == [1, 2, [3, 4], [5, 6]]


@switching
def test_a_runner_keeps_its_context(runtime: Runtime) -> None:
    code = """
import asyncio, contextvars
var = contextvars.ContextVar("var", default=0)
async def add():
    var.set(var.get() + 1)
    return var.get()
with asyncio.Runner() as runner:
    results = [runner.run(add()), runner.run(add()), var.get()]
try: runner.run(add())
except RuntimeError as error: results.append(str(error))
results
"""
    assert runtime.run_python_async(code) == [1, 2, 0, "Runner is closed"]


@switching
@pytest.mark.parametrize("call", ["time.sleep(0.01)", "asyncio.run(asyncio.sleep(0.01))"])
def test_others_run_meanwhile(runtime: Runtime, call: str) -> None:
    assert runtime.run_python_async(f"{TICKER}\n{call}\nticker.cancel()\nlen(ticks) > 2")


@switching
def test_to_thread(runtime: Runtime) -> None:
    code = (
        TICKER
        + """
import contextvars
var = contextvars.ContextVar("var")
var.set("kept")
def work(x):
    time.sleep(0.005)
    return x, var.get()
results = await asyncio.gather(*(asyncio.to_thread(work, i) for i in range(3)))
try: await asyncio.to_thread(lambda: 1 / 0)
except ZeroDivisionError as error: results.append(str(error))
ticker.cancel()
[results, len(ticks) > 2]
"""
    )
    expected = [[0, "kept"], [1, "kept"], [2, "kept"], "division by zero"]
    assert runtime.run_python_async(code) == [expected, True]


@pytest.mark.hosts("node20")
def test_to_thread_where_python_cannot_wait(runtime: Runtime) -> None:
    assert runtime.run_python_async("import asyncio\nawait asyncio.to_thread(abs, -2)") == 2


BLOCKED = {
    "run_sync(js.Promise.resolve(1))": "use await",
    "run_sync(asyncio.sleep(0))": "use await",
    "asyncio.run(asyncio.sleep(0))": "use await",
    "asyncio.Runner().run(asyncio.sleep(0))": "use await",
    "asyncio.new_event_loop().run_until_complete(asyncio.sleep(0))": "use await",
    "threading.Event().wait()": "use await",
    "queue.Queue().get()": "use await",
    "queue.SimpleQueue().get()": "use await",
    "urllib.request.urlopen('http://127.0.0.1:1/')": "use await",
    "await js.pyodide.useNodeSockFS()": "Node 24 or newer can",
}
"""What waits, and the alternative that its error names."""


@pytest.mark.hosts("node20")
@pytest.mark.parametrize("call", BLOCKED)
def test_what_blocks_says_why_it_cannot_where_stacks_cannot_be_switched(runtime: Runtime, call: str) -> None:
    runtime.run_js("globalThis.pyodide = pyodide;")
    code = f"""
import asyncio, js, queue, threading, urllib.request
from pyodide.ffi import run_sync
try: {call}
except Exception as error: said = str(error)
said
"""
    said = runtime.run_python_async(code)
    assert "stack switching not supported" in said or "cannot switch stacks" in said
    assert BLOCKED[call] in said


WAITS = {
    "time.sleep": "time.sleep(99)",
    "run_sync of a promise": "run_sync(js.never)",
    "run_sync of a coroutine": "run_sync(work())",
    "asyncio.run": "asyncio.run(work())",
    "time.sleep in a coroutine": "run_sync(blocks())",
}


@switching
@pytest.mark.parametrize("wait", WAITS)
def test_an_interrupt_reaches_who_waits(runtime: Runtime, wait: str) -> None:
    """KeyboardInterrupt comes at once, and what was waited for is cancelled."""
    code = f"""
import asyncio, js, time
from pyodide.ffi import run_sync
seen = []
async def work():
    try: await asyncio.sleep(99)
    except asyncio.CancelledError: seen.append("cancelled"); raise
async def blocks():
    time.sleep(99)
start = time.monotonic()
js.waiting = True
try: {WAITS[wait]}
except KeyboardInterrupt: seen.append("interrupted")
await asyncio.sleep(0.001)
[sorted(seen), time.monotonic() - start < 50]
"""
    runtime.run_js("globalThis.never = new Promise(() => {});")
    cancelled = ["cancelled"] if "work()" in WAITS[wait] else []
    assert interrupt(runtime, code, 20) == ([[*cancelled, "interrupted"], True], 0)


@switching
def test_a_handler_that_does_not_raise_lets_the_wait_go_on(runtime: Runtime) -> None:
    """PEP 475."""
    code = """
import js, signal, time
seen = []
before = signal.signal(signal.SIGINT, lambda *args: seen.append("signal"))
js.waiting = True
start = time.monotonic()
time.sleep(0.1)
seen.append(time.monotonic() - start >= 0.1)
signal.signal(signal.SIGINT, before)
seen
"""
    assert interrupt(runtime, code, 20)[0] == ["signal", True]
