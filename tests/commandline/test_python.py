"""`python`, the command-line runner of the release: what it does that CPython's does."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import termios
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, CompletedProcess

import pytest

TIMEOUT = 120

Python = Callable[..., CompletedProcess[str]]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def environment(node: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return inherited | {"PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def python(dist: Path, environment: dict[str, str], tmp_path: Path) -> Python:
    def run(*args: str, text: str = "", **variables: str) -> CompletedProcess[str]:
        return subprocess.run(
            [dist / "python", *args],
            input=text,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            cwd=tmp_path,
            env=environment | variables,
            check=False,
        )

    return run


@pytest.fixture
def start(dist: Path, environment: dict[str, str]) -> Start:
    """As `python`, but without waiting for its end."""

    def run(*args: str) -> subprocess.Popen[str]:
        words: list[str | Path] = [dist / "python", *args]
        return subprocess.Popen(words, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True, env=environment)

    return run


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "script.py"


def output(run: CompletedProcess[str]) -> str:
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def test_a_command(python: Python, dist: Path, tmp_path: Path) -> None:
    code = "import os, sys; print(sys.argv, sys.path[0], sys.executable, os.getcwd())"
    assert output(python("-c", code, "a", "-b")) == f"['-c', 'a', '-b']  {dist}/python {tmp_path}\n"


def test_a_module(python: Python) -> None:
    assert output(python("-m", "json.tool", "--compact", text='{"a": [1]}')) == '{"a":[1]}\n'


def test_a_script_its_folder_and_the_hosts_files(python: Python, tmp_path: Path) -> None:
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "helper.py").write_text("def write(text):\n    open('written', 'w').write(text)\n")
    (folder / "script.py").write_text("import helper, sys\nhelper.write(sys.argv[1])\nprint(__file__, __name__)\n")
    assert output(python("scripts/script.py", "ä")) == f"{folder}/script.py __main__\n"
    assert (tmp_path / "written").read_text() == "ä"


def test_a_folder_with_a_main(python: Python, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("import sys; print(sys.path[0])")
    assert output(python(".")) == f"{tmp_path}\n"


def test_a_program_on_standard_input(python: Python) -> None:
    assert output(python(text="import sys\nprint(sys.argv, __name__)\n")) == "[''] __main__\n"
    assert output(python("-", "a", text="import sys\nprint(sys.argv)\n")) == "['-', 'a']\n"


def test_standard_streams_are_bytes(dist: Path, environment: dict[str, str]) -> None:
    code = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1]); print('e', file=sys.stderr)"
    run = subprocess.run(
        [dist / "python", "-c", code],
        input=bytes(range(256)),
        capture_output=True,
        timeout=TIMEOUT,
        env=environment,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, bytes(range(255, -1, -1)), b"e\n")


def test_version_and_help(python: Python) -> None:
    assert output(python("-V")).startswith("Python 3.14")
    assert "-c cmd" in output(python("--help"))
    wrong = python("--nonsense")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Unknown option: --nonsense" in wrong.stderr


@pytest.mark.parametrize(
    ("options", "expression", "value"),
    [
        (["-I"], "(sys.flags.isolated, '' in sys.path)", "(1, False)"),
        (["-X", "dev"], "sys.flags.dev_mode", "True"),
        (["-X", "mine=1"], "sys._xoptions", "{'mine': '1'}"),
        (["-O"], "__debug__", "False"),
        (["-W", "error"], "sys.warnoptions", "['error']"),
        (["-u"], "sys.stdout.write_through", "True"),
        ([], "sys.stdout.line_buffering", "False"),
    ],
)
def test_options(python: Python, options: list[str], expression: str, value: str) -> None:
    assert output(python(*options, "-c", f"import sys; print({expression})")) == f"{value}\n"


def test_the_environment(python: Python, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/found.py").write_text("value = 7")
    code = "import found, os, sys; print(found.value, sys.flags.optimize, os.environ['MINE'])"
    variables = {"PYTHONPATH": f"{tmp_path}/lib", "PYTHONOPTIMIZE": "2", "MINE": "ä"}
    assert output(python("-c", code, **variables)) == "7 2 ä\n"
    ignored = python("-E", "-c", code, **variables)
    assert (ignored.returncode, ignored.stderr.splitlines()[-1]) == (1, "ModuleNotFoundError: No module named 'found'")


@pytest.mark.parametrize(
    ("way", "code", "ending"),
    [
        ("command", "import sys; sys.exit(3)", (3, "")),
        ("script", "import sys; sys.exit(3)", (3, "")),
        ("input", "import sys; sys.exit(3)", (3, "")),
        ("command", "raise SystemExit", (0, "")),
        ("script", "raise SystemExit('bye')", (1, "bye")),
        ("command", "import os; os._exit(4)", (4, "")),
        ("command", "1 / 0", (1, "ZeroDivisionError: division by zero")),
        ("script", "1 / 0", (1, "ZeroDivisionError: division by zero")),
        ("input", "syntax error", (1, "SyntaxError: invalid syntax")),
    ],
)
def test_exit_statuses(python: Python, script: Path, way: str, code: str, ending: tuple[int, str]) -> None:
    script.write_text(code)
    run = {
        "command": lambda: python("-c", code),
        "script": lambda: python(str(script)),
        "input": lambda: python(text=code),
    }[way]()
    assert (run.returncode, (run.stderr.splitlines() or [""])[-1]) == ending


def test_what_is_buffered_and_registered_is_not_lost(python: Python) -> None:
    code = "import atexit, sys; atexit.register(print, 'atexit'); sys.stdout.write('no end of line '){}"
    assert output(python("-c", code.format(""))) == "no end of line atexit\n"
    exited = python("-c", code.format("; sys.exit(5)"))
    assert (exited.returncode, exited.stdout) == (5, "no end of line atexit\n")


def test_it_ends_when_nothing_is_left_to_do(python: Python) -> None:
    """What was started goes on after the program's last line, as in Node."""
    code = "from js import setTimeout; from pyodide.ffi import create_once_callable as once\n"
    code += "setTimeout(once(lambda: print('later')), 50); print('now')"
    assert output(python("-c", code)) == "now\nlater\n"


def test_asyncio(python: Python) -> None:
    code = "import asyncio\nasync def f():\n await asyncio.sleep(0.01)\n print('slept')\nasyncio.run(f())\nprint('end')"
    run = python("-c", code)
    if can_wait(python):
        assert output(run) == "slept\nend\n"
    else:
        assert (run.returncode, "stack switching not supported" in run.stderr) == (1, True)


def can_wait(python: Python) -> bool:
    return output(python("-c", "from pyodide.ffi import can_run_sync; print(can_run_sync())")) == "True\n"


def test_a_link_to_it(python: Python, dist: Path, environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").symlink_to(dist / "python")
    code = "import sys; print(sys.executable)"
    path = f"{tmp_path}/bin{os.pathsep}{environment['PATH']}"
    run = subprocess.run(
        ["env", "python", "-c", code],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        cwd="/",
        env=environment | {"PATH": path},
        check=False,
    )
    assert output(run) == f"{tmp_path}/bin/python\n"


def test_options_for_node(python: Python) -> None:
    code = "import js; print(' '.join(js.process.execArgv))"
    assert output(python("-c", code, NODEFLAGS="--no-warnings --stack-trace-limit=5")).split() == [
        "--no-warnings",
        "--stack-trace-limit=5",
    ]


INTERRUPTED = """
import sys, time
try:
    print("ready", flush=True)
    {wait}
except KeyboardInterrupt:
    print("interrupted", flush=True)
    {then}
finally:
    print("finally", flush=True)
"""


@pytest.mark.parametrize(
    ("wait", "then", "status"),
    [
        ("while True: pass", "sys.exit(7)", 7),
        ("while True: pass", "raise", -signal.SIGINT),
        ("time.sleep(100)", "raise", -signal.SIGINT),
    ],
)
def test_an_interrupt(python: Python, start: Start, wait: str, then: str, status: int) -> None:
    if "sleep" in wait and not can_wait(python):
        wait = "while True: time.sleep(0.01)"  # it is not interrupted, but what follows is
    code = INTERRUPTED.format(wait=wait, then=then)
    with start("-c", code) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        written, errors = process.communicate(timeout=TIMEOUT)
        assert (process.returncode, written) == (status, "interrupted\nfinally\n")
        assert ("KeyboardInterrupt" in errors) == (status < 0)


def read_until(terminal: int, wanted: str) -> str:
    seen = ""
    while wanted not in seen:
        assert select.select([terminal], [], [], TIMEOUT)[0], f"{wanted!r} is not in {seen!r}"
        seen += os.read(terminal, 1024).decode()
    return seen


def test_a_terminal(dist: Path, environment: dict[str, str]) -> None:
    """A prompt, a program that reads, Ctrl-C at both, the size, and the end."""
    child, terminal = pty.fork()
    if child == 0:
        termios.tcsetwinsize(0, (33, 77))
        os.execve(dist / "python", ["python", "-q"], environment | {"NO_COLOR": "1"})
    read_until(terminal, ">>> ")
    for typed, answer in [
        ("1 + 1\n", "\n2\r\n>>> "),
        ("import os; os.get_terminal_size()\n", "columns=77, lines=33)\r\n>>> "),
        ("input('name? ')\n", "\r\nname? "),
        ("me\n", "\n'me'\r\n>>> "),
        ("input('again? ')\n", "\r\nagain? "),
        ("\x03", "KeyboardInterrupt\r\n>>> "),
        ("raise SystemExit(9)\n", "\n"),
    ]:
        os.write(terminal, typed.encode())
        read_until(terminal, answer)
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 9
