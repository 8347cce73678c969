"""Interrupts while Python's event loop is at work: no callback is lost, and who waits hears of it."""

from __future__ import annotations

import json

import pytest

from harness.hosts import SWITCHING
from harness.runtime import Runtime

pytestmark = pytest.mark.hosts(*SWITCHING)


def interruptible(runtime: Runtime, body: str) -> object:
    """The value of JavaScript, in which `buffer` is the interrupt buffer and Python's `js.interrupt()` writes to it."""
    return runtime.run_js(f"""
        const buffer = new Uint8Array(1);
        globalThis.interrupt = () => {{ buffer[0] = 2; }};
        pyodide.setInterruptBuffer(buffer);
        try {{
          {body}
        }} finally {{
          pyodide.setInterruptBuffer(undefined);
          delete globalThis.interrupt;
        }}
    """)


def run(runtime: Runtime, code: str) -> object:
    return interruptible(runtime, f"return await pyodide.runPythonAsync({json.dumps(code)});")


def test_no_callback_is_lost(runtime: Runtime) -> None:
    """Python looks for signals at every 50th chance: each of them is tried as the first one."""
    code = """
import asyncio
from js import interrupt
from pyodide.ffi import run_sync

loop = asyncio.get_event_loop()
wrong = []
for offset in range(50):
    for _ in range(offset): pass
    ran = []
    never = loop.create_future()
    loop.call_soon(interrupt)
    for number in range(40):
        loop.call_soon(ran.append, number)
        loop.call_later(0, ran.append, number)
    try:
        run_sync(never)
    except KeyboardInterrupt:
        pass
    while loop._ready or loop._scheduled:
        run_sync(asyncio.sleep(0))
    if sorted(ran) != sorted([*range(40)] * 2):
        wrong.append((offset, len(ran)))
str(wrong)
"""
    assert run(runtime, code) == "[]"


def test_what_leaves_a_callback_goes_to_who_waits(runtime: Runtime) -> None:
    """As it leaves run_until_complete() elsewhere."""
    code = """
import asyncio
from pyodide.ffi import run_sync

def raises(): raise KeyboardInterrupt("stop")

loop = asyncio.get_event_loop()
loop.call_soon(raises)
after = loop.create_future()
loop.call_soon(after.set_result, "went on")
try:
    run_sync(loop.create_future())
except KeyboardInterrupt as error:
    result = str(error), run_sync(after)
str(result)
"""
    assert run(runtime, code) == "('stop', 'went on')"


@pytest.mark.parametrize(
    "wait",
    [
        "import time; time.sleep(60)",
        "import threading; lock = threading.Lock(); lock.acquire(); lock.acquire()",
        "import queue; queue.Queue().get()",
    ],
)
def test_whatever_it_waits_for(runtime: Runtime, wait: str) -> None:
    code = f"""
import asyncio

def raises(): raise KeyboardInterrupt

asyncio.get_event_loop().call_later(0.01, raises)
try:
    {wait}
except KeyboardInterrupt:
    result = "interrupted"
result
"""
    assert run(runtime, code) == "interrupted"


def test_the_end_of_a_task_is_no_place_for_it(runtime: Runtime) -> None:
    """Nobody is left to be interrupted, wherever the next look at the buffer falls."""
    body = """
        const errors = [];
        for (let offset = 0; offset < 50; offset++) {
          try {
            await pyodide.runPythonAsync(`
              import asyncio, js
              await asyncio.sleep(0)
              for _ in range(${offset}): pass
              js.interrupt()`);
          } catch (error) {
            if (error.type !== "KeyboardInterrupt") errors.push(String(error));
          }
          buffer[0] = 0;
          await new Promise((resolve) => setTimeout(resolve));  // an uncaught error would have come by now
        }
        return errors;
    """
    assert interruptible(runtime, body) == []


def test_a_task_that_is_busy_is_interrupted(runtime: Runtime) -> None:
    code = """
import asyncio
from js import interrupt

async def busy():
    interrupt()
    while True:
        await asyncio.sleep(0)

try:
    await busy()
except KeyboardInterrupt:
    result = "interrupted"
result
"""
    assert run(runtime, code) == "interrupted"
