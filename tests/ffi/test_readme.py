"""The README's section about the border: its code runs and prints what it says."""

from __future__ import annotations

from textwrap import indent

from harness import readme
from harness.runtime import Runtime


def test_javascript_calls_python(runtime: Runtime) -> None:
    code = readme.border("js")
    expected = readme.promised(code)
    assert len(expected) >= 5
    printed = runtime.run_js(
        f"""
        const py = pyodide, printed = [];
        const console = {{ log: (...values) => printed.push(values.join(" ")) }};
        {code}
        return printed;
        """
    )
    assert printed == expected


def test_python_calls_javascript(runtime: Runtime) -> None:
    code = readme.border("python")
    expected = readme.promised(code)
    assert len(expected) >= 4
    block = f"with redirect_stdout(StringIO()) as printed:\n{indent(code, '    ')}"
    printed = runtime.run_python_async(
        f"from contextlib import redirect_stdout\nfrom io import StringIO\n{block}\nprinted.getvalue().splitlines()"
    )
    assert printed == expected
