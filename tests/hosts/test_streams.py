"""Standard streams: handlers of every kind, as Python's files see them, in every host."""

from __future__ import annotations

import json

import pytest

from harness.hosts import JsError
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
    if runtime.host.name.startswith("chromium"):
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
