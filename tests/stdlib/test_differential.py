"""Consoles, pyodide.code and the event loop do what they do in npm's Pyodide."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from stdlib import programs

from harness.runtime import Runtime

TABLE = tomllib.loads(Path(__file__).with_name("differences.toml").read_text(encoding="utf-8"))["outcome"]
DIFFERENT = {program for row in TABLE for program in row["programs"]}
"""The programs whose outcomes differ on purpose."""

DRIVER = """
import ast, asyncio, json
from pyodide.code import *
from pyodide.console import BANNER, Console, repr_shorten, shorten
from pyodide.ffi import jsnull
from pyodide.webloop import PyodideTask

async def outcome(awaitable):
    try:
        return repr(await awaitable)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"

async def session(lines):
    console = Console()
    outcomes = []
    for line in lines:
        future = console.push(line)
        told = await outcome(future)
        outcomes.append([line, future.syntax_check, told, future.formatted_error, len(console.buffer)])
    return outcomes

def completion(source):
    words, start = Console({"word": 1, "other": [], "a_b": {"k": 1}}).complete(source)
    # The reference keeps an exception of its own among the builtins.
    return [sorted(word for word in words if "EvalCodeResult" not in word), start]

async def expression(source):
    code = compile(source, "<expression>", "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    value = eval(code, globals())
    return await value if code.co_flags & 0x80 else value

async def coroutine(body):
    seen = []
    namespace = {"log": lambda *what: seen.append(repr(what)), "loop": asyncio.get_running_loop(),
                 "asyncio": asyncio, "PyodideTask": PyodideTask}
    lines = "".join(f"    {line}\\n" for line in body.splitlines())
    exec(f"async def program():\\n    pass\\n{lines}", namespace)
    seen.append(await outcome(namespace["program"]()))
    return seen
"""


def both(runtime: Runtime, reference: Runtime, code: str) -> tuple[Any, Any]:
    """The value of asynchronous Python here and there; addresses look alike."""

    def run(where: Runtime) -> Any:
        text = where.run_python_async(f"{DRIVER}\njson.dumps({code})")
        return json.loads(re.sub(r"0x[0-9a-f]+", "0x…", text))

    return run(runtime), run(reference)


def unexplained(programs: Sequence[str], ours: Sequence[Any], theirs: Sequence[Any]) -> str:
    """What differs without being in the table, or is there in vain."""
    said = []
    for program, here, there in zip(programs, ours, theirs, strict=True):
        if (here != there) != (program in DIFFERENT):
            said.append(f"{program}\n  here:  {here}\n  there: {there}")
    return "\n".join(said)


pytestmark = pytest.mark.hosts("node24")


def test_consoles(runtime: Runtime, reference: Runtime) -> None:
    ours, theirs = both(runtime, reference, f"[await session(lines) for lines in {programs.SESSIONS!r}]")
    pairs = [pair for session in zip(ours, theirs, strict=True) for pair in zip(*session, strict=True)]
    text = unexplained([here[0] for here, _ in pairs], *zip(*pairs, strict=True))
    assert not text, text


def test_completions(runtime: Runtime, reference: Runtime) -> None:
    ours, theirs = both(runtime, reference, f"[completion(source) for source in {programs.COMPLETIONS!r}]")
    text = unexplained(programs.COMPLETIONS, ours, theirs)
    assert not text, text


def test_expressions(runtime: Runtime, reference: Runtime) -> None:
    code = f"[await outcome(expression(source)) for source in {programs.EXPRESSIONS!r}]"
    ours, theirs = both(runtime, reference, code)
    text = unexplained(programs.EXPRESSIONS, ours, theirs)
    assert not text, text


@pytest.mark.parametrize("name", programs.LOOPS)
def test_event_loops(runtime: Runtime, reference: Runtime, name: str) -> None:
    ours, theirs = both(runtime, reference, f"await coroutine({programs.LOOPS[name]!r})")
    text = unexplained([name], [ours], [theirs])
    assert not text, text


def test_every_difference_is_about_a_program_that_is_run() -> None:
    lines = {line for session in programs.SESSIONS for line in session}
    assert lines | {*programs.COMPLETIONS, *programs.EXPRESSIONS, *programs.LOOPS} >= DIFFERENT
