"""asyncio on pyodide.webloop."""

from __future__ import annotations

import asyncio
import json
import textwrap
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from harness.runtime import Runtime

# Each is the body of a coroutine function with asyncio in scope, and `log`, a function that notes its arguments.
# `turns()` gives the event loop more turns than any of them needs.
# What it notes must be the same here and on the Python that runs the tests.
SAME_AS_CPYTHON = {
    "call_soon_is_first_in_first_out": """
        loop = asyncio.get_running_loop()
        for i in range(5):
            loop.call_soon(log, i)
        await asyncio.sleep(0)
        log("end")
    """,
    "a_turn_does_not_run_what_it_adds": """
        loop = asyncio.get_running_loop()
        def add(name, depth):
            log(name, depth)
            if depth:
                loop.call_soon(add, name, depth - 1)
        add("a", 3)
        add("b", 3)
        for i in range(5):
            log("turn", i)
            await asyncio.sleep(0)
    """,
    "timers_fire_in_order": """
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        now = loop.time()
        loop.call_at(now + 0.03, done.set_result, None)
        loop.call_at(now + 0.02, log, "late")
        loop.call_at(now + 0.01, log, "middle")
        loop.call_at(now, log, "now")
        loop.call_at(now - 1, log, "past")
        loop.call_soon(log, "soon")
        await done
    """,
    "equal_timers_all_fire": """
        loop = asyncio.get_running_loop()
        when = loop.time() + 0.001
        fired = []
        for i in range(20):
            loop.call_at(when, fired.append, i)
        while len(fired) < 20:
            await asyncio.sleep(0.001)
        log(sorted(fired))
    """,
    "cancelled_handles_do_not_run": """
        loop = asyncio.get_running_loop()
        handles = [loop.call_soon(log, "soon"), loop.call_later(0, log, "later"), loop.call_later(9999, log, "never")]
        for handle in handles:
            handle.cancel()
        await turns()
        log([handle.cancelled() for handle in handles])
    """,
    "many_cancelled_timers": """
        loop = asyncio.get_running_loop()
        timers = [loop.call_later(1000 + i, log, "never") for i in range(500)]
        fires = loop.create_future()
        loop.call_later(0.001, fires.set_result, "fires")
        for timer in timers:
            timer.cancel()
        log(await fires)
    """,
    "tasks_take_turns": """
        async def work(name):
            for i in range(3):
                log(name, i)
                await asyncio.sleep(0)
            return name
        log(await asyncio.gather(work("a"), work("b"), work("c")))
    """,
    "a_task_is_cancelled": """
        async def work():
            try:
                await asyncio.sleep(9999)
            except asyncio.CancelledError:
                log("cancelled")
                raise
            finally:
                log("finally")
        task = asyncio.create_task(work(), name="worker")
        await asyncio.sleep(0)
        log(task.cancel("reason"), task.get_name())
        try:
            await task
        except asyncio.CancelledError as error:
            log(error.args, task.cancelled(), task.cancelling())
    """,
    "a_cancelled_task_may_go_on": """
        async def stubborn():
            try:
                await asyncio.sleep(9999)
            except asyncio.CancelledError:
                asyncio.current_task().uncancel()
            return await asyncio.sleep(0, "went on")
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        task.cancel()
        log(await task)
    """,
    "gather_with_exceptions": """
        async def fail():
            raise ValueError("no")
        log([repr(r) for r in await asyncio.gather(fail(), asyncio.sleep(0, 1), return_exceptions=True)])
        try:
            await asyncio.gather(fail(), asyncio.sleep(0))
        except ValueError as error:
            log(repr(error))
    """,
    "timeout": """
        try:
            async with asyncio.timeout(0.001):
                await asyncio.sleep(9999)
        except TimeoutError:
            log("timeout")
        async with asyncio.timeout(9999):
            log(await asyncio.sleep(0, "in time"))
        try:
            await asyncio.wait_for(asyncio.sleep(9999), 0.001)
        except TimeoutError:
            log("wait_for")
    """,
    "task_group": """
        async def work(i):
            await asyncio.sleep(0)
            log(i)
            return i
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work(i)) for i in range(3)]
        log([task.result() for task in tasks])
        async def fail():
            raise KeyError("k")
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(fail())
                group.create_task(asyncio.sleep(9999))
        except BaseExceptionGroup as errors:
            log([repr(error) for error in errors.exceptions])
    """,
    "queue": """
        queue = asyncio.Queue(2)
        async def produce():
            for i in range(6):
                await queue.put(i)
                log("put", i)
        async def consume():
            while True:
                log("got", await queue.get())
                queue.task_done()
        consumer = asyncio.create_task(consume())
        await produce()
        await queue.join()
        consumer.cancel()
    """,
    "locks": """
        lock, event, condition = asyncio.Lock(), asyncio.Event(), asyncio.Condition()
        semaphore = asyncio.Semaphore(2)
        async def work(i):
            async with semaphore, lock:
                log("in", i)
                await asyncio.sleep(0)
                log("out", i)
            await event.wait()
            async with condition:
                await condition.wait()
                log("notified", i)
        tasks = [asyncio.create_task(work(i)) for i in range(3)]
        await turns()
        event.set()
        await turns()
        async with condition:
            condition.notify_all()
        await asyncio.gather(*tasks)
    """,
    "wait_and_as_completed": """
        async def after(turns):
            for _ in range(turns):
                await asyncio.sleep(0)
            return turns
        tasks = [asyncio.create_task(after(n)) for n in (9, 1, 5)]
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        log([task.result() for task in done], len(pending))
        log([await task for task in asyncio.as_completed(tasks)][1:])
    """,
    "shield": """
        inner = asyncio.ensure_future(asyncio.sleep(0.001, "inner"))
        outer = asyncio.create_task(asyncio.wait_for(asyncio.shield(inner), 9999))
        await asyncio.sleep(0)
        outer.cancel()
        try:
            await outer
        except asyncio.CancelledError:
            log("outer cancelled")
        log(await inner)
    """,
    "context_variables": """
        import contextvars
        var = contextvars.ContextVar("var", default="none")
        async def work(name):
            var.set(name)
            await asyncio.sleep(0)
            log(var.get())
        await asyncio.gather(work("a"), work("b"))
        log(var.get())
        context = contextvars.copy_context()
        context.run(var.set, "given")
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: log(var.get()), context=context)
        loop.call_later(0, lambda: log(var.get()), context=context)
        await asyncio.create_task(work("c"), context=context)
        log(var.get(), context[var])
        await turns()
    """,
    "exceptions_in_callbacks": """
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: log(context["message"][:21], repr(context["exception"])))
        loop.call_soon(lambda: 1 / 0)
        loop.call_later(0, lambda: {}["k"])
        loop.call_soon(log, "goes on")
        await turns()
        log(loop.get_exception_handler() is not None)
        loop.set_exception_handler(None)
    """,
    "an_exception_nobody_asked_for": """
        import gc
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: log(context["message"][-24:], repr(context["exception"])))
        async def fail():
            raise ValueError("unseen")
        task = asyncio.create_task(fail())
        await turns()
        del task
        gc.collect()
        loop.set_exception_handler(None)
    """,
    "callbacks_of_futures": """
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        future.add_done_callback(lambda f: log("first", f.result()))
        future.add_done_callback(lambda f: log("second"))
        loop.call_soon(future.set_result, 1)
        log(await future)
        future.add_done_callback(lambda f: log("third"))
        log("before third")
        await asyncio.sleep(0)
    """,
    "executors": """
        import contextvars
        var = contextvars.ContextVar("var", default=0)
        var.set(3)
        log(await asyncio.to_thread(lambda *args, **kwargs: (args, kwargs, var.get()), 1, a=2))
        loop = asyncio.get_running_loop()
        log(await loop.run_in_executor(None, divmod, 7, 2))
        try:
            await loop.run_in_executor(None, divmod, 7, 0)
        except ZeroDivisionError:
            log("divided")
    """,
    "task_factory": """
        loop = asyncio.get_running_loop()
        def factory(loop, coro, **kwargs):
            log("made", sorted(kwargs))
            return asyncio.Task(coro, loop=loop, **kwargs)
        loop.set_task_factory(factory)
        log(loop.get_task_factory() is factory, await loop.create_task(asyncio.sleep(0, 5)))
        loop.set_task_factory(None)
        log(await loop.create_task(asyncio.sleep(0, 6)))
    """,
    "asynchronous_generators_are_closed": """
        import gc
        async def numbers():
            try:
                yield 1
                yield 2
            finally:
                await asyncio.sleep(0)
                log("closed")
        async for number in numbers():
            log(number)
            break
        gc.collect()
        await turns()
    """,
    "what_the_loop_says": """
        loop = asyncio.get_running_loop()
        log(loop.is_running(), loop.is_closed(), loop.get_debug(), asyncio.get_event_loop() is loop)
        log(asyncio.current_task() in asyncio.all_tasks(), len(asyncio.all_tasks()))
        for method in (loop.call_soon, loop.call_soon_threadsafe):
            handle = method(log, method.__name__)
            log(handle.cancelled())
        loop.set_debug(True)
        try:
            loop.call_soon(asyncio.sleep(0))
        except TypeError as error:
            log("TypeError")
        loop.set_debug(False)
        await asyncio.sleep(0)
    """,
}


TURNS = """
import asyncio
async def turns():
    for _ in range(20):
        await asyncio.sleep(0)
"""


def function_of(body: str) -> str:
    """Source of a coroutine function `program(log)`."""
    return TURNS + "async def program(log):\n" + textwrap.indent(textwrap.dedent(body), "    ")


def on_cpython(source: str) -> list[Any]:
    """What the program notes when CPython's own event loop runs it."""
    notes: list[Any] = []
    names: dict[str, Any] = {}
    exec(source, names)
    # In a thread of its own: this one's event loop is Playwright's.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, names["program"](lambda *args: notes.append(args))).result()
    noted: list[Any] = json.loads(json.dumps(notes))
    return noted


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
@pytest.mark.parametrize("body", SAME_AS_CPYTHON.values(), ids=SAME_AS_CPYTHON.keys())
def test_it_does_as_cpython_does(runtime: Runtime, body: str) -> None:
    source = function_of(body)
    expected = on_cpython(source)
    assert expected  # a program that notes nothing shows nothing
    runner = "import json\nnotes = []\nawait program(lambda *args: notes.append(args))\njson.dumps(notes)"
    assert json.loads(runtime.run_python_async(f"{source}\n{runner}")) == expected


def test_the_loop_is_the_one_there_is(runtime: Runtime) -> None:
    code = """
import asyncio
from pyodide.webloop import WebLoop
loop = asyncio.get_running_loop()
loop.stop()
loop.close()
loop.run_forever()
policy = asyncio.events._get_event_loop_policy()
[isinstance(loop, WebLoop), asyncio.new_event_loop() is loop, policy.get_event_loop() is loop, loop.is_closed(),
 loop.is_running()]
"""
    assert runtime.run_python(code) == [True, True, True, False, True]


def test_importing_it_first_is_no_different(host: Any) -> None:
    body = """
        const api = await loadPyodide();
        const same = "import asyncio; asyncio.get_running_loop() is pyodide.webloop._loop";
        return [api.runPython(`import pyodide.webloop; ${same}`), api.runPython("type(asyncio.__loader__).__name__")];
    """
    assert host.run(body) == [True, "zipimporter"]


def test_then_catch_and_finally(runtime: Runtime) -> None:
    code = """
import asyncio
notes = []
loop = asyncio.get_running_loop()
async def outcome(future):
    try:
        return await future
    except BaseException as error:
        return repr(error)
def chains(future):
    return [
        future.then(lambda x: x + 1).then(lambda x: asyncio.sleep(0, x * 10)),
        future.then(None),
        future.then(lambda x: 1 / 0),
        future.then(lambda x: x, lambda error: f"caught {error!r}"),
        future.catch(lambda error: asyncio.sleep(0, "caught")),
        future.finally_(lambda: notes.append("finally")),
        future.finally_(lambda: 1 / 0),
    ]
result = []
for settle in (lambda f: f.set_result(1), lambda f: f.set_exception(KeyError("k")), lambda f: f.cancel()):
    future = loop.create_future()
    made = chains(future)
    settle(future)
    result.append([await outcome(chain) for chain in made])
result.append(notes)
result
"""
    divided, key, cancelled = "ZeroDivisionError('division by zero')", "KeyError('k')", "CancelledError()"
    assert runtime.run_python_async(code) == [
        [20, 1, divided, 1, 1, 1, divided],
        [key, key, key, "caught KeyError('k')", "caught", key, divided],
        [cancelled, cancelled, cancelled, cancelled, cancelled, cancelled, divided],
        ["finally", "finally", "finally"],
    ]


def test_a_cancelled_chain_leaves_its_source_alone(runtime: Runtime) -> None:
    code = """
import asyncio
future = asyncio.get_running_loop().create_future()
chain = future.then(lambda x: x)
await asyncio.sleep(0)
chain.cancel()
await asyncio.sleep(0)
future.set_result(4)
[chain.cancelled(), await future]
"""
    assert runtime.run_python_async(code) == [True, 4]


def test_eager_tasks(runtime: Runtime) -> None:
    code = """
import asyncio
notes = []
async def work():
    notes.append("begun")
    await asyncio.sleep(0)
    notes.append("done")
eager = asyncio.create_task(work(), eager_start=True)
notes.append("made")
lazy = asyncio.create_task(work(), eager_start=False)
notes.append("made")
await asyncio.gather(eager, lazy)
notes
"""
    assert runtime.run_python_async(code) == ["begun", "made", "made", "done", "begun", "done"]


def test_turns_alternate_with_the_host(runtime: Runtime) -> None:
    """A task that never waits for long keeps nothing else from running."""
    body = """
        let turns = 0;
        const timer = setInterval(() => { turns++; globalThis.enough = turns >= 3; }, 1);
        globalThis.enough = false;
        await pyodide.runPythonAsync("import asyncio, js\\nwhile not js.enough: await asyncio.sleep(0)");
        clearInterval(timer);
        return turns >= 3;
    """
    assert runtime.run_js(body) is True


def test_a_timer_that_is_due_sooner_comes_first(runtime: Runtime) -> None:
    """It is set between turns, while the host waits for another."""
    body = """
        pyodide.runPython("import asyncio; seen = []; loop = asyncio.get_running_loop()");
        pyodide.runPython("timer = loop.call_later(9999, seen.append, 'late'); None");
        await new Promise((resolve) => pyodide._api.scheduleCallback(resolve));
        pyodide.runPython("done = loop.create_future(); loop.call_later(0.001, done.set_result, 1); None");
        const value = await pyodide.runPythonAsync("await done");
        pyodide.runPython("timer.cancel()");
        return value;
    """
    assert runtime.run_js(body) == 1


def test_infinity_never_comes(runtime: Runtime) -> None:
    code = """
import asyncio, math
timer = asyncio.get_running_loop().call_later(math.inf, print)
await asyncio.sleep(0.001)
timer.cancel()
timer.when() == math.inf
"""
    assert runtime.run_python_async(code) is True


def test_a_distant_timer_does_not_wrap_around(runtime: Runtime) -> None:
    code = """
import asyncio
fired = []
timer = asyncio.get_running_loop().call_later(2**40, fired.append, 1)
await asyncio.sleep(0.02)
timer.cancel()
fired
"""
    assert runtime.run_python_async(code) == []


def test_an_idle_loop_holds_nothing(runtime: Runtime) -> None:
    body = """
        const core = pyodide._module.core;
        const counts = () => { pyodide.runPython("import gc; gc.collect(); None");
                               return [core.liveProxies(), core.liveHandles()]; };
        const before = counts();
        pyodide.runPython("import asyncio; t = asyncio.get_running_loop().call_later(9999, print); None");
        const during = counts();
        pyodide.runPython("t.cancel()");
        await new Promise((resolve) => pyodide._api.scheduleCallback(resolve)); // after the turn that finds no more
        return [before[0] < during[0], String(before) === String(counts())];
    """
    assert runtime.run_js(body) == [True, True]


def test_a_result_that_is_there_needs_no_waiting(runtime: Runtime) -> None:
    code = """
import asyncio
loop = asyncio.get_running_loop()
loop.run_until_complete(loop.run_in_executor(None, abs, -3))
"""
    assert runtime.run_python(code) == 3


def test_without_blocking_run_gives_the_task(host: Any) -> None:
    body = """
        const api = await loadPyodide({ enableRunUntilComplete: false });
        return await api.runPythonAsync(`
import asyncio
await asyncio.run(asyncio.sleep(0, 8))`);
    """
    assert host.run(body) == 8


def test_handlers_for_what_ends_a_program(runtime: Runtime) -> None:
    code = """
import asyncio, sys
loop = asyncio.get_running_loop()
seen = []
loop._system_exit_handler = lambda code: seen.append(("exit", code))
loop._keyboard_interrupt_handler = lambda: seen.append("interrupt")
def interrupt():
    raise KeyboardInterrupt
loop.call_soon(sys.exit, 3)
loop.call_soon(interrupt)
loop.call_soon(seen.append, "goes on")
await asyncio.sleep(0)
await asyncio.sleep(0)
del loop._system_exit_handler, loop._keyboard_interrupt_handler
seen
"""
    assert runtime.run_python_async(code) == [["exit", 3], "interrupt", "goes on"]


def test_the_end_of_all_work_is_told(runtime: Runtime) -> None:
    body = """
        const idle = new Promise((resolve) => { globalThis.tellIdle = resolve; });
        pyodide.runPython(`
import asyncio, js
loop = asyncio.get_running_loop()
seen = []
def idle():
    seen.append(("idle", loop._in_progress))
    del loop._no_in_progress_handler
    js.tellIdle()
loop._no_in_progress_handler = idle
async def work():
    await asyncio.sleep(0.005)
    seen.append("worked")
task = loop.create_task(work())
seen.append(loop._in_progress)
None`);
        await idle;
        return pyodide.runPython("repr(seen)");
    """
    assert runtime.run_js(body) == "[2, 'worked', ('idle', 0)]"


@pytest.mark.hosts("node20", "node24")
def test_an_exit_that_nobody_gets_reaches_the_host(runtime: Runtime) -> None:
    body = """
        const caught = new Promise((resolve) => process.once("uncaughtException", resolve));
        pyodide.runPython("import asyncio, sys; loop = asyncio.get_running_loop(); loop.call_soon(sys.exit, 3); None");
        const after = pyodide.runPythonAsync("await asyncio.sleep(0, 'goes on')");
        return [(await caught).type, await after];
    """
    assert runtime.run_js(body) == ["SystemExit", "goes on"]


@pytest.mark.parametrize("call", ["create_connection(print)", "sock_recv(None, 1)", "subprocess_shell(print, 'ls')"])
def test_what_the_host_lacks_is_refused(runtime: Runtime, call: str) -> None:
    code = f"""
import asyncio
try:
    await asyncio.get_running_loop().{call}
except NotImplementedError as error:
    message = str(error)
message
"""
    assert runtime.run_python_async(code).startswith(f"WebLoop.{call.partition('(')[0]}() needs ")


def test_descriptors_are_not_watched(runtime: Runtime) -> None:
    code = """
import asyncio
try:
    asyncio.get_running_loop().add_reader(0, print)
except NotImplementedError as error:
    message = str(error)
message
"""
    assert "add_reader" in runtime.run_python(code)
