"""Standard streams of a Node program whose caller set no handler: the process's own."""

from __future__ import annotations

import os
import pty
import struct
import subprocess
import termios
from fcntl import ioctl
from pathlib import Path

import pytest

TIMEOUT = 120


@pytest.fixture
def program(dist: Path, tmp_path: Path) -> Path:
    """A program that runs the Python in its environment's CODE."""
    script = tmp_path / "program.mjs"
    script.write_text(
        f"""
        import {{ loadPyodide }} from "{dist.as_uri()}/pyodide.mjs";
        (await loadPyodide()).runPython(process.env.CODE);
        """
    )
    return script


def run(node: Path, program: Path, code: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [node, program], input=given, env={"CODE": code}, capture_output=True, timeout=TIMEOUT, check=True
    )


def test_pipes_carry_all_bytes(node: Path, program: Path) -> None:
    given = bytes(range(256)) * 1000
    code = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()); sys.stderr.write('done\\n')"
    done = run(node, program, code, given)
    assert done.stdout == given
    assert done.stderr == b"done\n"


def test_input_reads_lines_until_the_end(node: Path, program: Path) -> None:
    code = """
lines = []
try:
    while True: lines.append(input())
except EOFError:
    print(lines)
"""
    assert run(node, program, code, "eins\nzwöi\n\nend".encode()).stdout.decode() == "['eins', 'zwöi', '', 'end']\n"


def test_text_without_a_newline_appears_at_the_end(node: Path, program: Path) -> None:
    done = run(node, program, "import sys; print('out', end=''); print('err', end='', file=sys.stderr)")
    assert (done.stdout, done.stderr) == (b"out", b"err")


def test_so_does_what_a_handler_of_lines_waits_for(node: Path, program: Path) -> None:
    script = program.read_text().replace("loadPyodide()", "loadPyodide({stdout: (line) => console.log(`<${line}>`)})")
    program.write_text(script)
    assert run(node, program, "print('whole'); print('tail', end='')").stdout == b"<whole>\n<tail>\n"


def test_a_pipe_is_no_terminal(node: Path, program: Path) -> None:
    code = "import os; print([os.isatty(fd) for fd in range(3)])"
    assert run(node, program, code).stdout == b"[False, False, False]\n"


def test_a_reader_that_has_gone_is_a_broken_pipe(node: Path, program: Path) -> None:
    code = """
import sys
try:
    for _ in range(9999): sys.stdout.write('x' * 9999)
except BrokenPipeError:
    print('broken', file=sys.stderr)
    sys.stdout = None
"""
    with subprocess.Popen(
        [node, program], env={"CODE": code}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b"broken\n"


def test_a_terminal_is_one_and_has_its_size(node: Path, program: Path) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb+", buffering=0) as terminal:
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 77, 0, 0))
        code = "import os; print([os.isatty(fd) for fd in range(3)], *os.get_terminal_size()); print(input()[::-1])"
        with subprocess.Popen(
            [node, program], env={"CODE": code}, stdin=theirs, stdout=theirs, stderr=theirs
        ) as process:
            os.close(theirs)
            said = b""
            while b"77 33" not in said:
                said += terminal.read(1000)
            terminal.write(b"typed\n")
            while b"depyt" not in said:
                said += terminal.read(1000)
            assert process.wait(TIMEOUT) == 0
    assert b"[True, True, True] 77 33" in said
