"""Standard streams: handlers of every kind, as Python's files see them, in every host."""

from __future__ import annotations

import json

import pytest

from harness.hosts import ENGINES, SWITCHING, Host, JsError
from harness.runtime import Runtime

READS = "import os; '|'.join(os.read(0, 5).decode() for _ in range(4))"
WRITE = "import os; os.write(1, 'é\\nx'.encode())"


def reads(runtime: Runtime, options: str) -> list[str]:
    """What four reads of five bytes from standard input give. `give` makes a handler that gives its arguments."""
    give = "const give = (...pieces) => () => pieces.length ? pieces.shift() : null;"
    runtime.run_js(f"{give} pyodide.setStdin({options});")
    return str(runtime.run_python(READS)).split("|")


def written(runtime: Runtime, options: str, code: str = WRITE) -> object:
    """What the handler in `options` collected in `got` while Python ran `code`."""
    return runtime.run_js(
        f"""
        const got = [];
        pyodide.setStdout({options});
        pyodide.runPython({json.dumps(code)});
        pyodide.setStdout();
        return got;
        """
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("{stdin: give('abc', 'de\\n', 'f')}", ["abc\n", "de\n", "f\n", ""]),
        ("{stdin: give('ab', 'cdefghi'), autoEOF: false}", ["ab\ncd", "efghi", "\n", ""]),
        ("{stdin: give(65, 66, undefined, 67)}", ["AB", "", "C", ""]),
        ("{stdin: give(new Uint8Array([65, 66]), new Uint8Array([67, 10]).buffer)}", ["AB", "", "C\n", ""]),
        ("{read(buffer) { buffer[0] = 65; return 1; }}", ["A", "A", "A", "A"]),
    ],
    ids=["lines", "no autoEOF", "bytes", "buffers", "read"],
)
def test_input(runtime: Runtime, options: str, expected: list[str]) -> None:
    assert reads(runtime, options) == expected


def test_input_lines_without_an_end_of_file_between_them(runtime: Runtime) -> None:
    runtime.run_js("const lines = ['a', 'b']; pyodide.setStdin({stdin: () => lines.shift()});")
    assert runtime.run_python("import sys; input() + input() + sys.stdin.read()") == "ab"


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ("{error: true}", "OSError: [Errno 29]"),
        ("{stdin: () => ({})}", "OSError: [Errno 29]"),
        ("{read: () => {}}", "OSError: [Errno 29]"),
        ("{read: () => 6}", "OSError: [Errno 29]"),
        ("{read() { throw new Error('x'); }}", "OSError: [Errno 29]"),
        ("{read() { throw Object.assign(new Error('x'), {code: 'EPERM'}); }}", "PermissionError: [Errno 63]"),
        ("{read() { throw Object.assign(new Error('x'), {errno: 44}); }}", "FileNotFoundError: [Errno 44]"),
    ],
)
def test_a_handler_that_fails_is_an_os_error(runtime: Runtime, options: str, error: str) -> None:
    with pytest.raises(JsError) as caught:
        reads(runtime, options)
    assert error in caught.value.message


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("{batched: (line) => got.push(line)}", ["é", "x"]),
        ("{raw: (byte) => got.push(byte)}", [195, 169, 10, 120]),
        ("{write(bytes) { got.push([...bytes]); return bytes.length; }}", [[195, 169, 10, 120]]),
    ],
    ids=["batched", "raw", "write"],
)
def test_output(runtime: Runtime, options: str, expected: list[object]) -> None:
    assert written(runtime, options) == expected


def test_a_line_appears_when_it_is_complete(runtime: Runtime) -> None:
    options = "{batched: (line) => got.push(line)}"
    assert written(runtime, options, "print('a', end=''); print('b'); print('c', end='')") == ["ab"]
    runtime.run_python("print(flush=True)")


def test_partial_writes_are_continued(runtime: Runtime) -> None:
    options = "{write(bytes) { got.push(bytes[0]); return 1; }}"
    assert written(runtime, options, "print('abc')") == [97, 98, 99, 10]


def test_fsync_passes_on_what_is_left(runtime: Runtime) -> None:
    options = "{batched: (line) => got.push(line)}"
    assert written(runtime, options, "import os; os.write(1, b'x'); os.fsync(1); os.write(1, b'y\\n')") == ["x", "y"]


def test_terminals(runtime: Runtime) -> None:
    code = "import os; f'{os.isatty(1)} {os.get_terminal_size(1)}'"
    body = f"""
        const write = (bytes) => bytes.length;
        const getTerminalSize = () => ({{rows: 11, columns: 22}});
        pyodide.setStdout({{write, isatty: true, getTerminalSize}});
        const asked = [pyodide.runPython({json.dumps(code)})];
        pyodide.setStdout({{write, isatty: true}});
        asked.push(pyodide.runPython({json.dumps(code)}));
        pyodide.setStdout({{write}});
        asked.push(pyodide.runPython("os.isatty(1)"));
        pyodide.setStdout();
        return asked;
    """
    assert runtime.run_js(body) == [
        "True os.terminal_size(columns=22, lines=11)",
        "True os.terminal_size(columns=80, lines=24)",
        False,
    ]


def test_a_copied_descriptor_follows_the_handler(runtime: Runtime) -> None:
    runtime.run_python("import os; copy = os.dup(1)")
    code = "os.write(copy, b'x'); os.close(copy)"
    assert written(runtime, "{raw: (byte) => got.push(byte)}", code) == [120]


def test_a_closed_descriptor_is_opened_again(runtime: Runtime) -> None:
    runtime.run_python("import os; os.close(1)")
    assert written(runtime, "{raw: (byte) => got.push(byte)}", "os.write(1, b'x')") == [120]


def test_again_is_tried_again(runtime: Runtime) -> None:
    """Where the thread may wait; a page may not, and Python is told."""
    options = """{
        times: 0,
        write(bytes) {
          if (this.times++ === 0) throw Object.assign(new Error("later"), {code: "EAGAIN"});
          got.push(bytes[0]);
          return bytes.length;
        }
    }"""
    if runtime.host.name in ("chromium", *ENGINES):
        with pytest.raises(JsError, match="BlockingIOError"):
            written(runtime, options, "import os; os.write(1, b'x')")
        runtime.run_js("pyodide.setStdout();")
    else:
        assert written(runtime, options, "import os; os.write(1, b'x')") == [120]


@pytest.mark.parametrize(
    "call",
    [
        "setStdin({stdin: () => null, read: () => 0})",
        "setStdin({read: () => 0, autoEOF: true})",
        "setStdout({batched() {}, raw() {}})",
        "setStderr({batched() {}, isatty: true})",
        "setStdout({isatty: true})",
        "setStdin({error: true, stdin() {}})",
    ],
)
def test_options_that_exclude_each_other(runtime: Runtime, call: str) -> None:
    with pytest.raises(JsError) as caught:
        runtime.run_js(f"pyodide.{call};")
    assert caught.value.name == "TypeError"
    assert caught.value.message.startswith(call.split("(", maxsplit=1)[0])


def test_standard_error_is_a_stream_of_its_own(runtime: Runtime) -> None:
    body = """
        const out = [], err = [];
        pyodide.setStdout({batched: (line) => out.push(line)});
        pyodide.setStderr({batched: (line) => err.push(line)});
        pyodide.runPython("import sys; print('o'); print('e', file=sys.stderr)");
        pyodide.setStdout();
        pyodide.setStderr();
        return [out, err];
    """
    assert runtime.run_js(body) == [["o"], ["e"]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("setStdin({stdn() {}})", "setStdin: unknown option 'stdn'; did you mean 'stdin'?"),
        ("setStdin(null)", "setStdin takes an object of options, not null"),
        ("setStdout('text')", "setStdout takes an object of options, not a string"),
        ("setStdin({stdin: 'text'})", "setStdin: option 'stdin' must be a function, not a string"),
        ("setStdout({bached() {}})", "setStdout: unknown option 'bached'; did you mean 'batched'?"),
        ("setStderr({write: null})", "setStderr: option 'write' must be a function, not null"),
        ("setStdout({raw() {}, isatty: 1})", "setStdout: option 'isatty' must be a boolean, not a number"),
    ],
)
def test_a_wrong_option_is_named(runtime: Runtime, call: str, message: str) -> None:
    with pytest.raises(JsError) as caught:
        runtime.run_js(f"pyodide.{call};")
    assert (caught.value.name, caught.value.message) == ("TypeError", message)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("write(bytes) { throw new Error('x'); }", "OSError: [Errno 29]"),
        ("write(bytes) {}", "OSError: [Errno 29]"),
        ("write: (bytes) => bytes.length + 1", "OSError: [Errno 29]"),
        ("raw() { throw Object.assign(new Error('x'), {code: 'ENOSPC'}); }", "OSError: [Errno 51]"),
        ("batched() { throw Object.assign(new Error('x'), {errno: 64}); }", "BrokenPipeError: [Errno 64]"),
    ],
)
def test_an_output_handler_that_fails_is_an_os_error(runtime: Runtime, body: str, error: str) -> None:
    with pytest.raises(JsError) as caught:
        written(runtime, f"{{{body}}}", "import os; os.write(1, b'x\\n')")
    runtime.run_js("pyodide.setStdout();")
    assert error in caught.value.message


def test_a_terminal_that_cannot_tell_its_size_is_an_os_error(runtime: Runtime) -> None:
    body = """
        const write = (bytes) => bytes.length;
        pyodide.setStdout({write, isatty: true, getTerminalSize() { throw new Error("x"); }});
        try {
          return pyodide.runPython(`
import os
try:
    os.get_terminal_size(1)
except OSError as error:
    outcome = error.errno
outcome`);
        } finally {
          pyodide.setStdout();
        }
    """
    assert runtime.run_js(body) == 29


def test_shutil_asks_the_terminal(runtime: Runtime) -> None:
    """And so do argparse, textwrap's users and pytest."""
    code = "import shutil; got_size = shutil.get_terminal_size(); f'{got_size.columns} {got_size.lines}'"
    body = f"""
        pyodide.setStdout({{raw() {{}}, isatty: true, getTerminalSize: () => ({{rows: 5, columns: 66}})}});
        try {{ return pyodide.runPython({json.dumps(code)}); }} finally {{ pyodide.setStdout(); }}
    """
    assert runtime.run_js(body) == "66 5"


def test_interrupted_reads_are_repeated(runtime: Runtime) -> None:
    """EINTR without a signal, as for any system call (PEP 475)."""
    body = """
        let times = 0;
        pyodide.setStdin({read(target) {
          if (times++ < 2) throw Object.assign(new Error("again"), {code: "EINTR"});
          target[0] = 66;
          return 1;
        }});
        return [pyodide.runPython("import os; os.read(0, 4).decode()"), times];
    """
    assert runtime.run_js(body) == ["B", 3]


def test_all_bytes_pass_both_ways(runtime: Runtime) -> None:
    body = """
        const all = Uint8Array.from({length: 70000}, (_, i) => i);
        let given = 0;
        const got = [];
        pyodide.setStdin({read(target) {
          const part = all.subarray(given, given + target.length);
          target.set(part);
          given += part.length;
          return part.length;
        }});
        pyodide.setStdout({write(bytes) { for (const byte of bytes) got.push(byte); return bytes.length; }});
        pyodide.runPython("import sys; n = sys.stdout.buffer.write(sys.stdin.buffer.read()); sys.stdout.flush()");
        pyodide.setStdout();
        pyodide.setStdin();
        return [got.length, got.every((byte, i) => byte === all[i])];
    """
    assert runtime.run_js(body) == [70000, True]


def test_what_a_handler_keeps_stays_as_it_was(runtime: Runtime) -> None:
    """The buffer is its own, not Python's memory."""
    options = "{write(bytes) { got.push(bytes); return bytes.length; }}"
    code = "import os; os.write(1, b'abc'); x = [bytearray(9) for _ in range(9999)]; os.write(1, b'xyz'); del x"
    assert written(runtime, options, code) == [{"0": 97, "1": 98, "2": 99}, {"0": 120, "1": 121, "2": 122}]


def test_handlers_change_while_python_runs(runtime: Runtime) -> None:
    """From within a handler and from Python, in the middle of a write."""
    body = """
        const got = [];
        pyodide.setStdout({batched(line) {
          got.push(`first ${line}`);
          pyodide.setStdout({batched: (line) => got.push(`second ${line}`)});
        }});
        globalThis.third = () => pyodide.setStdout({batched: (line) => got.push(`third ${line}`)});
        try {
          pyodide.runPython("import js; print('a'); print('b')");
          pyodide.runPython("print('c', end='', flush=True); js.third(); print('d')");
        } finally {
          pyodide.setStdout();
          delete globalThis.third;
        }
        return got;
    """
    assert runtime.run_js(body) == ["first a", "second b", "second c", "third d"]


def test_a_failing_handler_can_be_replaced(runtime: Runtime) -> None:
    """Even if passing on what it held back fails."""
    body = """
        pyodide.setStdout({batched() { throw new Error("broken"); }});
        pyodide.runPython("import os; n = os.write(1, b'held back')");
        let message;
        try { pyodide.setStdout({batched: () => {}}); } catch (error) { message = error.message; }
        pyodide.runPython("n = os.write(1, bytes([65, 10]))");
        pyodide.setStdout();
        return message;
    """
    assert runtime.run_js(body) == "broken"


def test_python_cannot_be_entered_from_a_handler(runtime: Runtime) -> None:
    """It is in the middle of a system call. The handler is told, and can go on."""
    body = """
        const told = [];
        pyodide.setStdout({write(bytes) {
          try { pyodide.runPython("1 + 1"); } catch (error) { told.push(error.name); }
          return bytes.length;
        }});
        pyodide.runPython("print('x')");
        pyodide.setStdout();
        return told;
    """
    assert runtime.run_js(body) == ["NoGilError"]


@pytest.mark.hosts("chromium")
def test_a_page_asks_with_a_prompt(runtime: Runtime) -> None:
    body = """
        pyodide.setStdin();
        const { prompt } = globalThis;
        const answers = ["typed", null];
        globalThis.prompt = () => answers.shift();
        try {
          return [pyodide.runPython("input()"), pyodide.runPython("import sys; sys.stdin.read()")];
        } finally {
          globalThis.prompt = prompt;
        }
    """
    assert runtime.run_js(body) == ["typed", ""]


@pytest.mark.hosts("chromium-worker")
def test_a_worker_has_nobody_to_ask(runtime: Runtime) -> None:
    runtime.run_js("pyodide.setStdin();")
    with pytest.raises(JsError, match=r"OSError: \[Errno 29\]"):
        runtime.run_python("input()")


@pytest.mark.hosts("chromium", "chromium-worker")
def test_a_browser_shows_lines_on_its_console(runtime: Runtime) -> None:
    body = """
        pyodide.setStdout();
        pyodide.setStderr();
        const { log, warn } = console;
        const seen = [];
        console.log = (line) => seen.push(`log ${line}`);
        console.warn = (line) => seen.push(`warn ${line}`);
        try {
          pyodide.runPython("import sys; print('out'); print('err', file=sys.stderr)");
        } finally {
          Object.assign(console, {log, warn});
        }
        return seen;
    """
    assert runtime.run_js(body) == ["log out", "warn err"]


@pytest.mark.hosts(*SWITCHING)
def test_a_handler_may_give_promises(runtime: Runtime) -> None:
    body = """
        const lines = ["one", "two\\nthree\\n", null];
        pyodide.setStdin({ stdin: async () => { await undefined; return lines.shift(); } });
        try {
            const code = `
def lines():
    try:
        while True: yield input()
    except EOFError: yield "end"
list(lines())`;
            const list = await pyodide.runPythonAsync(code), values = list.toJs();
            list.destroy();
            return values;
        } finally { pyodide.setStdin(); }
    """
    assert runtime.run_js(body) == ["one", "two", "three", "end"]


def test_a_promise_where_python_cannot_wait(runtime: Runtime) -> None:
    body = """
        let asked = 0;
        pyodide.setStdin({ stdin: async () => { asked++; return "line"; } });
        try { pyodide.runPython("input()"); }
        catch (error) { return [asked, error.type]; }
        finally { pyodide.setStdin(); }
    """
    assert runtime.run_js(body) == [1, "OSError"]


ASYNC_DEVICE = """
    const { FS } = pyodide, texts = ["ab\\n", "fi\\nxy", "\\n"];
    FS.createAsyncInputDevice("/dev", "letters", async () => {
        const text = texts.shift();
        return text === undefined ? null : new TextEncoder().encode(text);
    });
"""


@pytest.mark.hosts(*SWITCHING)
def test_a_device_of_promises(runtime: Runtime) -> None:
    code = "open('/dev/letters').read()"
    body = f"{ASYNC_DEVICE} try {{ return await pyodide.runPythonAsync({json.dumps(code)}); }}"
    assert runtime.run_js(f"{body} finally {{ FS.unlink('/dev/letters'); }}") == "ab\nfi\nxy\n"


def test_a_device_of_promises_where_python_cannot_wait(runtime: Runtime) -> None:
    code = "open('/dev/letters').read()"
    body = f"{ASYNC_DEVICE} try {{ pyodide.runPython({json.dumps(code)}); }} catch (error) {{ return error.message; }}"
    assert "Resource deadlock would occur" in runtime.run_js(f"{body} finally {{ FS.unlink('/dev/letters'); }}")


@pytest.mark.hosts(*SWITCHING)
def test_a_client_puts_such_a_device_in_place_of_standard_input(host: Host) -> None:
    body = """
        const api = await loadPyodide(), { FS } = api, lines = ["Ada\\n", "36\\n"];
        FS.closeStream(0);
        FS.unlink("/dev/stdin");
        FS.createAsyncInputDevice("/dev", "stdin", async () => new TextEncoder().encode(lines.shift()));
        const stream = FS.open("/dev/stdin", "r");
        stream.tty = { ops: {} };
        const answer = await api.runPythonAsync("f'{input()} is {input()}'");
        return [stream.fd, api.runPython("import os; os.isatty(0)"), answer];
    """
    assert host.run(body) == [0, True, "Ada is 36"]
