"""pyodide.code on the Python that runs the tests."""

import ast
import asyncio
import linecache
import subprocess
import sys
import traceback
from typing import Any

import pytest
from pyodide.code import (
    CodeRunner,
    eval_code,
    eval_code_async,
    find_imports,
    relaxed_call,
    relaxed_wrap,
    run_js,
    should_quiet,
)

from buildlib.paths import ROOT


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 1", 2),
        ("x = 1\nx + 1", 2),
        ("x = 1", None),
        ("1 + 1;", None),
        ("1 + 1;  # quiet\n", None),
        ("';'", ";"),
        ("1 # ;", 1),
        ("", None),
        ("# nothing", None),
        ("def f(): return 5\nf()", 5),
        ("for i in [1]: i", None),
        ("    x = 2\n    x", 2),
    ],
)
def test_last_expression_is_the_result(source: str, value: object) -> None:
    assert eval_code(source, {}) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("x = 3", 3),
        ("x = y = 3", 3),
        ("x: int = 3", 3),
        ("x: int", None),
        ("x = 1; x += 2", 3),
        ("x = 3;", None),
        ("a, b = 1, 2", None),
        ("d = {}; d['k'] = 1", None),
        ("1", 1),
    ],
)
def test_last_assignment_is_the_result_if_asked_for(source: str, value: object) -> None:
    assert eval_code(source, {}, return_mode="last_expr_or_assign") == value


def test_no_result_if_none_is_wanted() -> None:
    namespace: dict[str, Any] = {}
    assert eval_code("x = 4; x", namespace, return_mode="none") is None
    assert namespace["x"] == 4


def test_namespaces() -> None:
    assert eval_code("x", {"x": 1}, {"x": 2}) == 2
    assert eval_code("__name__") == "__main__"


def test_nothing_but_builtins_is_added_to_the_globals() -> None:
    namespace: dict[str, Any] = {}
    eval_code("1", namespace)
    assert list(namespace) == ["__builtins__"]


def test_source_does_not_inherit_our_future_imports() -> None:
    assert eval_code("def f(x: int): ...\nf.__annotations__", {}) == {"x": int}


def test_dedent_keeps_strings_of_unindented_source() -> None:
    assert eval_code("x = '''a\n   \n  b'''\nx", {}) == "a\n   \n  b"


def test_dedent_can_be_switched_off() -> None:
    with pytest.raises(IndentationError):
        eval_code("  1", {}, dedent=False)


def test_runner_is_compiled_once_and_first() -> None:
    runner = CodeRunner("1")
    with pytest.raises(RuntimeError, match="Not yet compiled"):
        runner.run({})
    assert runner.compile() is runner
    with pytest.raises(RuntimeError, match="Already compiled"):
        runner.compile()


def test_runner_runs_again() -> None:
    runner = CodeRunner("n += 1\nn").compile()
    namespace = {"n": 0}
    assert (runner.run(namespace), runner.run(namespace)) == (1, 2)


def test_tree_can_be_changed_before_compiling() -> None:
    runner = CodeRunner("1 + 1")
    assert isinstance(runner.ast, ast.Module)
    statement = runner.ast.body[0]
    assert isinstance(statement, ast.Expr) and isinstance(statement.value, ast.BinOp)
    statement.value.op = ast.Sub()
    assert runner.compile().run({}) == 0


@pytest.mark.parametrize("mode", ["exec", "eval", "single"])
def test_modes(mode: str) -> None:
    assert CodeRunner("1 + 1", mode=mode).compile().run({}) == 2


def test_await_at_top_level() -> None:
    source = "import asyncio\nx = await asyncio.sleep(0, 3)\nawait asyncio.sleep(0, x + 1)"
    assert asyncio.run(eval_code_async(source, {})) == 4
    assert asyncio.run(eval_code_async("5", {})) == 5


def test_await_needs_the_asynchronous_way() -> None:
    with pytest.raises(SyntaxError):
        eval_code("await f()", {})
    runner = CodeRunner("await f()", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT).compile()
    with pytest.raises(RuntimeError, match="run_async"):
        runner.run({})


def test_traceback_shows_the_lines_of_a_named_source() -> None:
    try:
        eval_code("\n1 / 0", {}, filename="named.py")
    except ZeroDivisionError:
        assert 'File "named.py", line 2, in <module>\n    1 / 0' in traceback.format_exc()
    else:
        pytest.fail("nothing was raised")
    finally:
        linecache.cache.pop("named.py", None)


def test_result_expression_has_its_line() -> None:
    try:
        eval_code("x = 1\n\n1 / 0", {})
    except ZeroDivisionError as error:
        assert traceback.extract_tb(error.__traceback__)[-1].lineno == 3
    else:
        pytest.fail("nothing was raised")


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b.c, d", ["a", "a.b", "a.b.c", "d"]),
        ("from a.b import c", ["a", "a.b"]),
        ("import a as b", ["a"]),
        ("def f():\n  import q", ["q"]),
        ("from . import x", []),
        ("x = = 1", []),
    ],
)
def test_find_imports(source: str, names: list[str]) -> None:
    assert find_imports(source) == names


@pytest.mark.parametrize(
    ("source", "quiet"),
    [
        ("1;", True),
        ("1; # c", True),
        ("1;\n\n", True),
        ("a\\\n;", True),
        ("é = 'é' ; #", True),
        ("x = '''a\n;'''", False),
        ("f(';')", False),
        ("1 # ;", False),
        ("1;\n2", False),
        ("(", False),
        ("", False),
    ],
)
def test_should_quiet(source: str, quiet: bool) -> None:
    assert should_quiet(source) is quiet


def echo(a: int, b: int = 2, *, k: int = 1) -> tuple[int, int, int]:
    return a, b, k


def test_relaxed_call_drops_what_is_not_taken() -> None:
    assert relaxed_call(echo, 1, 2, 3, k=5, z=6) == (1, 2, 5)
    assert relaxed_call(lambda *args, **kwargs: (args, kwargs), 1, 2, q=3) == ((1, 2), {"q": 3})


def test_relaxed_call_still_needs_what_is_required() -> None:
    with pytest.raises(TypeError):
        relaxed_call(echo)


def test_relaxed_wrap_keeps_the_name() -> None:
    wrapped = relaxed_wrap(echo)
    assert wrapped(1, 2, 3, 4) == (1, 2, 1)
    assert wrapped.__name__ == "echo"


def test_run_js_takes_only_text() -> None:
    with pytest.raises(TypeError, match="int"):
        run_js(1)  # type: ignore[arg-type]


def test_importing_costs_no_other_module() -> None:
    """Start-up imports pyodide.code: what it can do without, it must not import."""
    code = (
        "import sys; before = set(sys.modules); import pyodide.code\n"
        "print(*sorted(name for name in set(sys.modules) - before if not name.lstrip('_').startswith('pyodide')))"
    )
    argv = [sys.executable, "-S", "-c", code]
    done = subprocess.run(argv, cwd=ROOT / "runtime/python", stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.split() == ["_ast"]
