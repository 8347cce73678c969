"""Ways to call a Python callable: relaxed, with options; and when Python cannot be called at all (2.4, 2.5)."""

from __future__ import annotations

import pytest

from harness.hosts import JsError
from harness.runtime import Runtime

F = "def f(a, b=2, *, c=3): return repr((a, b, c))\nf"


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("f.callRelaxed(1, 2, 3, 4)", "(1, 2, 3)"),
        ("f.callRelaxed(1)", "(1, 2, 3)"),
        ("f.callKwargsRelaxed(1, 5, 6, { c: 7, d: 8 })", "(1, 5, 7)"),
        ("f.callWithOptions({ relaxed: true }, 1, 2, 3)", "(1, 2, 3)"),
        ("f.callWithOptions({ kwargs: true }, 1, { c: 9 })", "(1, 2, 9)"),
        ("f.callWithOptions({ relaxed: true, kwargs: true }, 1, 2, 3, { c: 9, x: 0 })", "(1, 2, 9)"),
        ("f.callWithOptions({}, 1)", "(1, 2, 3)"),
        ("f.bind(null, 1).callRelaxed(4, 5)", "(1, 4, 3)"),
    ],
)
def test_conventions(runtime: Runtime, call: str, result: str) -> None:
    runtime.run_js("pyodide.runPython('import pyodide.code; None')")
    assert (
        runtime.run_js(f"const f = pyodide.runPython({F!r}); try {{ return {call}; }} finally {{ f.destroy(); }}")
        == result
    )


@pytest.mark.parametrize(
    "call", ["callKwargsRelaxed(1)", "callKwargsRelaxed()", "callWithOptions({ kwargs: true }, 1)"]
)
def test_keyword_arguments_must_be_an_object(runtime: Runtime, call: str) -> None:
    body = f"""
    const f = pyodide.runPython("print");
    try {{ f.{call}; }} catch (error) {{ return error.name; }} finally {{ f.destroy(); }}
    """
    assert runtime.run_js(body) == "TypeError"


def test_an_argument_whose_encoding_destroys_the_callable(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="already been destroyed"):
        runtime.run_js(
            "const f = pyodide.runPython('lambda x: x');"
            "f(new Proxy({}, { get(target, key) { f.destroy(); return undefined; } }));"
        )


def test_python_is_not_entered_without_its_lock(runtime: Runtime) -> None:
    """A stream's handler runs within a system call, for which CPython gives up the lock."""
    assert runtime.run_js(
        """
        const d = pyodide.runPython("{}");
        const f = pyodide.runPython("lambda: 1");
        const names = [];
        const runs = [() => pyodide.runPython("1"), () => pyodide.pyimport("sys")];
        const attempts = [() => d.get("a"), () => d.x, () => f(), ...runs];
        pyodide.setStdout({
          write(bytes) {
            for (const attempt of attempts.splice(0)) try { attempt(); } catch (error) { names.push(error.name); }
            return bytes.length;
          },
        });
        try { pyodide.runPython("print('x')"); } finally { pyodide.setStdout(); }
        const after = f();
        for (const p of [d, f]) p.destroy();
        return [names, after];
        """
    ) == [["NoGilError"] * 5, 1]
