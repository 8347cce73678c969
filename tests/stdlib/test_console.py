"""pyodide.console."""

from __future__ import annotations

from harness.hosts import Host
from harness.runtime import Runtime

SESSION = """
import sys
from pyodide.console import Console
async def session(*lines, **options):
    "Push lines one by one; of each: the syntax check, the result or the kind of exception, and the text for it."
    console = Console(**options)
    outcomes = []
    for line in lines:
        future = console.push(line)
        try:
            result = await future
        except BaseException as error:
            result = type(error).__name__
        outcomes.append([future.syntax_check, result, future.formatted_error])
    return outcomes
"""


def test_pieces_of_input(runtime: Runtime) -> None:
    lines = "'x = 1', 'x + 1', 'def f():', '  return 9', '', 'f()', '(1,', '2)[1]', '# nothing', ''"
    outcomes = runtime.run_python_async(f"{SESSION}\nawait session({lines})")
    assert [outcome[0] for outcome in outcomes] == [
        *("complete", "complete", "incomplete", "incomplete", "complete", "complete"),
        *("incomplete", "complete", "complete", "complete"),
    ]
    assert [outcome[1] for outcome in outcomes] == [None, 2, None, None, None, 9, None, 2, None, None]


def test_top_level_await(runtime: Runtime) -> None:
    lines = "'import asyncio', 'await asyncio.sleep(0, 5)', 'async def f(): return 6', '', 'await f()'"
    outcomes = runtime.run_python_async(f"{SESSION}\nawait session({lines})")
    assert [outcome[1] for outcome in outcomes] == [None, 5, None, None, 6]


def test_errors(runtime: Runtime) -> None:
    lines = "'a b', 'def f(): 1/0', '', 'f()', 'raise SystemExit(3)', 'raise KeyboardInterrupt', '7'"
    syntax, _, _, division, leaving, interrupt, after = runtime.run_python_async(f"{SESSION}\nawait session({lines})")
    assert syntax == [
        "syntax-error",
        "SyntaxError",
        '  File "<console>", line 1\n    a b\n      ^\nSyntaxError: invalid syntax\n',
    ]
    assert division == [
        "complete",
        "ZeroDivisionError",
        "Traceback (most recent call last):\n"
        '  File "<console>", line 1, in <module>\n'
        '  File "<console>", line 1, in f\n'
        "ZeroDivisionError: division by zero\n",
    ]
    assert [leaving[1], interrupt[1], after[1]] == ["SystemExit", "KeyboardInterrupt", 7]


def test_a_future_statement_is_remembered(runtime: Runtime) -> None:
    lines = "'from __future__ import annotations', 'def f(a: missing): pass', '', 'f.__annotations__[\"a\"]'"
    outcomes = runtime.run_python_async(f"{SESSION}\nawait session({lines})")
    assert outcomes[-1] == ["complete", "missing", None]


def test_streams(runtime: Runtime) -> None:
    code = """
texts = []
def ask(size):
    texts.append(("ask", size))
    return "hey\\nmore"
before = sys.stdout
options = dict(stdin_callback=ask, stdout_callback=lambda t: texts.append(("out", t)),
               stderr_callback=lambda t: texts.append(("err", t)))
await session("import sys", "print(5)", "print(6, file=sys.stderr)", "print(input('name? '))", **options)
texts.append(sys.stdout is before)
console = Console(persistent_stream_redirection=True, **options)
print("kept")
console.persistent_restore_streams()
texts.append(sys.stdout is before)
texts
"""
    assert runtime.run_python_async(SESSION + code) == [
        *(["out", "5"], ["out", "\n"], ["err", "6"], ["err", "\n"]),
        *(["out", "name? "], ["ask", -1], ["out", "hey"], ["out", "\n"], True),
        *(["out", "kept"], ["out", "\n"], True),
    ]


def test_what_was_not_read_is_kept(runtime: Runtime) -> None:
    code = """
given = ["one\\ntwo", " and\\nthree"]
console = Console(stdin_callback=lambda size: given.pop(0) if given else "")
with console.redirect_streams():
    read = [sys.stdin.readline(), sys.stdin.readline(4), sys.stdin.read(), sys.stdin.read()]
read
"""
    assert runtime.run_python_async(SESSION + code) == ["one\n", "two ", "and\nthree", ""]


def test_pieces_run_one_after_another(runtime: Runtime) -> None:
    code = """
import asyncio
console = Console({"asyncio": asyncio, "seen": []})
first = console.push("await asyncio.sleep(0.001); seen.append(1)")
second = console.push("seen.append(2)")
await asyncio.gather(first, second)
console.globals["seen"]
"""
    assert runtime.run_python_async(SESSION + code) == [1, 2]


def test_a_piece_can_be_cancelled(runtime: Runtime) -> None:
    code = """
import asyncio
console = Console({"asyncio": asyncio})
future = console.push("await asyncio.sleep(9999)")
await asyncio.sleep(0)
future.cancel()
await console.push("'goes on'")
"""
    assert runtime.run_python_async(SESSION + code) == "goes on"


def test_completion(runtime: Runtime) -> None:
    code = "[Console({'word': 1}).complete(source) for source in ('wor', 'f(word.as_i', 'x = pri', 'none_such')]"
    assert runtime.run_python_async(SESSION + code) == [
        [["word"], 0],
        [["word.as_integer_ratio()"], 2],
        [["print("], 4],
        [[], 0],
    ]


def test_shorten(runtime: Runtime) -> None:
    code = """
from pyodide.console import repr_shorten, shorten
[shorten("x" * 20), shorten("abcdefghij", limit=6), shorten("abcdefghij", limit=6, split=1, separator="~"),
 len(repr_shorten("x" * 3000))]
"""
    assert runtime.run_python_async(code) == ["x" * 20, "abc...hij", "a~j", 1003]


def test_packages_that_input_imports_are_loaded(host: Host) -> None:
    body = """
        const api = await loadPyodide();
        await api.runPythonAsync(`
            from pyodide.console import PyodideConsole
            said = []
            console = PyodideConsole(stdout_callback=said.append)
            await console.push("import micropip; micropip.__name__")
            result = await console.push("micropip.__name__")
        `);
        const said = api.globals.get("said");
        return [api.globals.get("result"), said.toJs().join("").includes("micropip"), Object.keys(api.loadedPackages)];
    """
    result, said, loaded = host.run(body)
    assert (result, said) == ("micropip", True)
    assert "micropip" in loaded
