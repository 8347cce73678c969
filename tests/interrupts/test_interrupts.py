"""Signals: from the same thread in every host, and from other threads through shared memory."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.chromium import Chromium
from harness.hosts import JsError
from harness.runtime import Runtime
from harness.server import ISOLATED, StaticServer

HERE = Path(__file__).parent
TIMEOUT = 120


def check(report: str) -> None:
    """Compare the outcomes that scenarios.mjs reports with what it expects."""
    outcomes = json.loads(report)
    assert len(outcomes) > 5
    assert [outcome for _, outcome, _ in outcomes] == [expected for _, _, expected in outcomes]


def interrupted(runtime: Runtime, code: str, number: int = 2) -> object:
    """The value of Python `code`, in which `interrupt()` writes the signal, or the last line of its traceback."""
    body = f"""
        const buffer = new Int32Array(1);
        pyodide.setInterruptBuffer(buffer);
        globalThis.interrupt = () => {{ buffer[0] = {number}; }};
        globalThis.ask = () => pyodide.checkInterrupt();
        try {{
          return pyodide.runPython({json.dumps("from js import interrupt, ask" + chr(10) + code)});
        }} catch (error) {{
          return error.message.trim().split("\\n").at(-1);
        }} finally {{
          pyodide.setInterruptBuffer(undefined);
          delete globalThis.interrupt;
          delete globalThis.ask;
        }}
    """
    return runtime.run_js(body)


def test_a_loop_is_interrupted(runtime: Runtime) -> None:
    assert interrupted(runtime, "interrupt()\nwhile True: pass") == "KeyboardInterrupt"


def test_javascript_that_asks_is_interrupted(runtime: Runtime) -> None:
    assert interrupted(runtime, "interrupt()\nask()\n'not reached'") == "KeyboardInterrupt"
    assert interrupted(runtime, "ask()\n'nothing to see'") == "nothing to see"


HANDLED = """
import signal
seen = []
before = signal.signal({number}, lambda number, frame: seen.append(number))
try:
    interrupt()
    while not seen: pass
finally:
    signal.signal({number}, before or signal.SIG_DFL)
seen[0]
"""


@pytest.mark.parametrize("number", [1, 2, 10, 15, 28, 63])
def test_any_signal_has_its_handler_called(runtime: Runtime, number: int) -> None:
    assert interrupted(runtime, HANDLED.format(number=number), number) == number


@pytest.mark.parametrize("number", [10, 65, 100000, -1])
def test_a_signal_without_a_handler_does_nothing(runtime: Runtime, number: int) -> None:
    """As in CPython's own `PyErr_SetInterruptEx`; numbers that are no signals are dropped likewise."""
    assert interrupted(runtime, "interrupt()\nfor _ in range(1000): pass\n'went on'", number) == "went on"


def test_an_ignored_interrupt_is_ignored(runtime: Runtime) -> None:
    code = """
import signal
before = signal.signal(signal.SIGINT, signal.SIG_IGN)
interrupt()
for _ in range(1000): pass
signal.signal(signal.SIGINT, before)
'went on'"""
    assert interrupted(runtime, code) == "went on"


def test_a_handler_of_a_stream_is_interrupted(runtime: Runtime) -> None:
    """Python cannot be entered there. It is told to look itself, and what it was doing goes on if nothing is raised."""
    body = """
        const buffer = new Uint8Array(1);
        pyodide.setInterruptBuffer(buffer);
        const run = (number, code) => {
          let times = 0;
          pyodide.setStdin({read(target) {
            if (times++ === 0) buffer[0] = number;
            pyodide.checkInterrupt();
            target[0] = 65;
            return 1;
          }});
          try {
            return [pyodide.runPython(code), times];
          } catch (error) {
            return [error.type, times];
          }
        };
        try {
          return [
            run(2, "import os; os.read(0, 1).decode()"),
            run(10, `
import os, signal
seen = []
before = signal.signal(10, lambda number, frame: seen.append(number))
text = os.read(0, 1).decode()
signal.signal(10, before)
f"{text} {seen}"`),
          ];
        } finally {
          pyodide.setInterruptBuffer(undefined);
          pyodide.setStdin();
        }
    """
    assert runtime.run_js(body) == [["KeyboardInterrupt", 1], ["A [10]", 2]]


def test_waiting_for_input_is_interrupted(runtime: Runtime) -> None:
    """A handler that has nothing yet says EAGAIN; it is asked again until there is a signal."""
    body = """
        const buffer = new Uint8Array(1);
        pyodide.setInterruptBuffer(buffer);
        pyodide.setStdin({read() { buffer[0] = 2; throw Object.assign(new Error("later"), {code: "EAGAIN"}); }});
        try {
          pyodide.runPython("input()");
        } catch (error) {
          return error.type;
        } finally {
          pyodide.setInterruptBuffer(undefined);
          pyodide.setStdin();
        }
    """
    assert runtime.run_js(body) == "KeyboardInterrupt"


@pytest.mark.parametrize("kind", ["Int8Array", "Uint8Array", "Int32Array", "Float64Array"])
def test_any_array_of_numbers_will_do(runtime: Runtime, kind: str) -> None:
    body = f"""
        pyodide.setInterruptBuffer({kind}.of(2));
        try {{
          pyodide.checkInterrupt();
        }} catch (error) {{
          return error.type;
        }} finally {{
          pyodide.setInterruptBuffer(null);
        }}
    """
    assert runtime.run_js(body) == "KeyboardInterrupt"


@pytest.mark.parametrize("buffer", ["5", "[0]", "new ArrayBuffer(1)", "new BigInt64Array(1)", "new Uint8Array(0)"])
def test_other_buffers_are_refused(runtime: Runtime, buffer: str) -> None:
    with pytest.raises(JsError, match="TypeError: setInterruptBuffer takes a typed array"):
        runtime.run_js(f"pyodide.setInterruptBuffer({buffer});")


def test_node_interrupts_a_worker_thread(node: Path, dist: Path) -> None:
    done = subprocess.run(
        [node, HERE / "node.mjs", dist, "scenarios"], capture_output=True, text=True, timeout=TIMEOUT, check=True
    )
    check(done.stdout)


def test_no_signal_is_lost(node: Path, dist: Path) -> None:
    """Whatever Python does at the very moment of the write."""
    words: list[str | Path] = [node, HERE / "node.mjs", dist, "many"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert (done.stdout, done.returncode) == ("1000\n", 0)


def test_node_passes_on_its_own_signal(node: Path, dist: Path) -> None:
    """Ctrl-C at a terminal."""
    words = [str(node), str(HERE / "node.mjs"), str(dist), "sigint"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        process.send_signal(signal.SIGINT)
        assert json.loads(process.stdout.readline()) == "interrupted"
        assert process.wait(TIMEOUT) == 0


@pytest.mark.parametrize("where", ["worker", "page"])
def test_chromium_interrupts_another_thread(chromium: Chromium, serve: Callable[..., StaticServer], where: str) -> None:
    """Python in a worker, interrupted by its page, and the reverse. Shared memory needs an isolated origin."""
    tab = chromium.open(f"{serve(HERE, ISOLATED).url}/page.html?{where}")
    check(tab.finished())
    tab.close()
