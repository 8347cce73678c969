"""threading's locks, and what is made of them, between tasks."""

from __future__ import annotations

import pytest

from harness.hosts import SWITCHING, JsError
from harness.interrupts import interrupt
from harness.runtime import Runtime

switching = pytest.mark.hosts(*SWITCHING)

PRELUDE = """
import asyncio, queue, threading, time
from asyncio import to_thread
"""


@switching
def test_a_lock_keeps_others_out(runtime: Runtime) -> None:
    code = """
lock, seen = threading.Lock(), []
def work(i):
    with lock:
        seen.append(i)
        time.sleep(0)
        seen.append(i)
await asyncio.gather(*(to_thread(work, i) for i in range(100)))
[seen[::2] == seen[1::2], sorted(seen[::2]) == [*range(100)], lock.locked()]
"""
    assert runtime.run_python_async(PRELUDE + code) == [True, True, False]


@switching
def test_a_recursive_lock_keeps_other_tasks_out(runtime: Runtime) -> None:
    code = """
lock, seen = threading.RLock(), []
def work(i):
    with lock, lock:
        seen.append(i)
        time.sleep(0)
        with lock: seen.append(i)
await asyncio.gather(*(to_thread(work, i) for i in range(100)))
[seen[::2] == seen[1::2], sorted(seen[::2]) == [*range(100)], lock.locked()]
"""
    assert runtime.run_python_async(PRELUDE + code) == [True, True, False]


@switching
def test_whose_a_recursive_lock_is(runtime: Runtime) -> None:
    """A task that waits is a thread of its own; coroutines share theirs; what has ended holds nothing."""
    code = """
lock, go_on, seen = threading.RLock(), threading.Event(), []
def hold():
    with lock: go_on.wait()
def look():
    results = [lock.acquire(False), lock.acquire(timeout=0.01), lock._is_owned()]
    try: lock.release()
    except RuntimeError as error: results.append(str(error))
    return results
holder = asyncio.ensure_future(to_thread(hold))
await asyncio.sleep(0)
seen.append(await to_thread(look))
waiter = asyncio.ensure_future(to_thread(lambda: lock.acquire() and seen.append("mine")))
await asyncio.sleep(0)
go_on.set()
await asyncio.gather(holder, waiter)
seen.append([lock.locked(), lock.acquire(False)])
lock.release()
lock.release()
async def across():
    with lock: await asyncio.sleep(0)
await asyncio.wait_for(asyncio.gather(across(), across()), 60)
[*seen, lock.locked()]
"""
    expected = [[False, False, False, "cannot release un-acquired lock"], "mine", [True, True], False]
    assert runtime.run_python_async(PRELUDE + code) == expected


@switching
def test_a_condition_gives_its_lock_away(runtime: Runtime) -> None:
    code = """
condition, seen = threading.Condition(), []
def wait(i):
    with condition, condition:
        condition.wait()
        seen.append(i)
        time.sleep(0)
        seen.append(i)
tasks = [asyncio.ensure_future(to_thread(wait, i)) for i in range(20)]
while len(condition._waiters) < 20: await asyncio.sleep(0)
with condition: condition.notify_all()
await asyncio.gather(*tasks)
[seen[::2] == seen[1::2], len(seen), condition.acquire(False), condition.release()]
"""
    assert runtime.run_python_async(PRELUDE + code) == [True, 40, True, None]


@switching
def test_timeouts(runtime: Runtime) -> None:
    code = """
lock = threading.Lock()
lock.acquire()
start = time.monotonic()
results = [lock.acquire(timeout=0.03), lock.acquire(False), time.monotonic() - start >= 0.03]
asyncio.get_running_loop().call_later(0.01, lock.release)
results += [lock.acquire(True, 60), time.monotonic() - start < 30]
lock.release()
for arguments in (True, -2), (False, 1), (True, 1e99), (True, "x"), (1, 2, 3):
    try: lock.acquire(*arguments)
    except (ValueError, OverflowError, TypeError) as error: results.append(type(error).__name__)
[*results, lock.locked()]
"""
    expected = [False, False, True, True, True, "ValueError", "ValueError", "OverflowError", "TypeError", "TypeError"]
    assert runtime.run_python_async(PRELUDE + code) == [*expected, False]


@switching
def test_what_is_made_of_locks(runtime: Runtime) -> None:
    code = """
q, done, ready = queue.Queue(2), threading.Event(), threading.Semaphore(0)
meeting = threading.Barrier(3)
seen = []
def produce():
    for i in range(5): q.put(i)
    q.put(None)
def consume():
    while (item := q.get()) is not None: seen.append(item)
    done.set()
def meet():
    meeting.wait()
    ready.release()
tasks = [asyncio.ensure_future(to_thread(f)) for f in (consume, produce, meet, meet, meet)]
done.wait()
for _ in range(3): ready.acquire()
await asyncio.gather(*tasks)
try: q.get(timeout=0.01)
except queue.Empty: seen.append("empty")
seen.append(threading.Event().wait(0.01))
seen
"""
    assert runtime.run_python_async(PRELUDE + code) == [0, 1, 2, 3, 4, "empty", False]


@switching
def test_simple_queues(runtime: Runtime) -> None:
    code = """
q, seen = queue.SimpleQueue(), []
reader = asyncio.ensure_future(to_thread(lambda: seen.extend(iter(q.get, None))))
await asyncio.sleep(0)
for item in 1, 2, None: q.put(item)
await reader
try: q.get(timeout=0.01)
except queue.Empty: seen.append("empty")
seen
"""
    assert runtime.run_python_async(PRELUDE + code) == [1, 2, "empty"]


@switching
def test_who_is_interrupted_takes_no_turn(runtime: Runtime) -> None:
    """The interrupt goes to who has waited for the shortest time, the lock to the next."""
    code = """
lock, seen = threading.Lock(), []
lock.acquire()
def take(name):
    js.waiting = name == "third"
    try:
        with lock: seen.append(name)
    except KeyboardInterrupt:
        seen.append("interrupted")
        lock.release()
tasks = [asyncio.ensure_future(to_thread(take, name)) for name in ("first", "second", "third")]
await asyncio.gather(*tasks)
[*seen, lock.locked()]
"""
    assert interrupt(runtime, PRELUDE + code)[0] == ["interrupted", "first", "second", False]


def test_where_python_cannot_wait(runtime: Runtime) -> None:
    with pytest.raises(JsError, match=r"This lock is held, and nobody else can run to release it: .*use await instead"):
        runtime.run_python("import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()")
    assert runtime.run_python("lock.acquire(timeout=0.01)") is False
    assert runtime.run_python("lock.release(); lock.acquire()") is True


@switching
def test_what_others_hold_is_not_entered_where_python_cannot_wait(runtime: Runtime) -> None:
    code = (
        PRELUDE
        + """
from js import globalThis
lock, go_on = threading.RLock(), asyncio.Event()
def hold():
    with lock: asyncio.run(go_on.wait())
def enter():
    with lock: pass
holder = asyncio.ensure_future(to_thread(hold))
await asyncio.sleep(0)
"""
    )
    runtime.run_python_async(code)
    with pytest.raises(JsError, match="This lock is held, and nobody else can run to release it: Cannot stack switch"):
        runtime.run_python("enter()")
    runtime.run_python_async("go_on.set()\nawait holder")
    runtime.run_python("enter()")
