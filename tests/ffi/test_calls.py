"""Calls in both directions, and how long what they pass lives (4.7)."""

from __future__ import annotations

from textwrap import dedent

import pytest

from harness.runtime import Runtime


def test_positional_arguments(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const f = pyodide.runPython("lambda *args: repr(args)");
        const results = [f(), f(1), f(1, "two", 3.5), f(...Array(200).keys())];
        f.destroy();
        return results;
        """
    ) == ["()", "(1,)", "(1, 'two', 3.5)", repr(tuple(range(200)))]


def test_keyword_arguments(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const f = pyodide.runPython("lambda *args, **kwargs: repr((args, kwargs))");
        const results = [f.callKwargs({}), f.callKwargs(1, { a: "x", b: undefined })];
        f.destroy();
        return results;
        """
    ) == ["((), {})", "((1,), {'a': 'x', 'b': None})"]


@pytest.mark.parametrize(
    "arguments", ["", "1", "null", "[1]", "new Map([['end', '']])", "new Date()", "globalThis.proxy = f.copy()"]
)
def test_call_kwargs_needs_a_plain_object(runtime: Runtime, arguments: str) -> None:
    assert runtime.run_js(
        f"""
        const f = pyodide.runPython("print");
        try {{ f.callKwargs({arguments}); }} catch (error) {{ return error.name; }}
        finally {{ f.destroy(); globalThis.proxy?.destroy(); }}
        """
    ) == ("TypeError")


def test_apply_call_and_bind(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const f = pyodide.runPython("lambda *args: repr(args)");
        const bound = f.bind({}, 1).bind({}, 2);
        const results = [f.apply(null, [1, 2]), f.call(null, 3), bound(3), f instanceof Function];
        bound.destroy();
        return results;
        """
    ) == ["(1, 2)", "(3,)", "(1, 2, 3)", True]


def test_capture_this(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const f = pyodide.runPython("lambda this, *args: repr((this.name, args))").captureThis();
        const object = { name: "me", method: f };
        const results = [object.method(1), f.bind({ name: "fixed" })(2)];
        f.destroy();
        return results;
        """
    ) == ["('me', (1,))", "('fixed', (2,))"]


def test_calls_of_javascript(runtime: Runtime) -> None:
    runtime.run_js("globalThis.show = (...args) => JSON.stringify(args);")
    assert runtime.run_python(
        "from js import show\n[show(), show(1, 'x'), show(*range(20)), show(1, a=2, b='y'), show(a=1)]"
    ) == ["[]", '[1,"x"]', str(list(range(20))).replace(" ", ""), '[1,{"a":2,"b":"y"}]', '[{"a":1}]']


def test_a_method_has_its_object_as_this(runtime: Runtime) -> None:
    runtime.run_js("globalThis.object = { n: 5, get() { return this.n; }, free: function () { return this; } };")
    assert runtime.run_python("import js\nget = js.object.get\n[js.object.get(), get()]") == [5, 5]


def test_new(runtime: Runtime) -> None:
    runtime.run_js("globalThis.Point = class { constructor(x, options) { this.x = x; this.y = options?.y; } };")
    assert runtime.run_python("import js\np = js.Point.new(1, y=2)\n[p.x, p.y]") == [1, 2]


def test_a_proxy_made_for_a_call_ends_with_it(runtime: Runtime) -> None:
    runtime.run_js("globalThis.keep = (x) => { globalThis.kept = x; return x.type; };")
    assert runtime.run_python("import js\njs.keep([1, 2])") == "list"
    message = runtime.run_js("try { return kept.append; } catch (error) { return error.message; }")
    assert "automatically destroyed at the end of a function call" in message


def test_a_promise_extends_the_call(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        globalThis.later = async (x) => { await undefined; globalThis.seen = x.pop(); globalThis.kept = x; };
        const done = pyodide.runPython("import js; js.later([7])");
        await done;
        await undefined;
        let alive = true;
        try { kept.append; } catch { alive = false; }
        return [seen, alive];
        """
    ) == [7, False]


def test_the_value_of_a_promise_may_be_an_argument(runtime: Runtime) -> None:
    runtime.run_js("globalThis.later = async (x) => x;")
    assert runtime.run_python_async("import js\nl = [1]\nawait js.later(l) is l")


def test_a_value_that_cannot_cross_rejects(runtime: Runtime) -> None:
    code = """
    import js
    await js.later([1])
    try:
        await js.result
    except Exception as error:
        text = str(error)
    text
    """
    runtime.run_js("globalThis.later = (x) => (globalThis.result = Promise.resolve(x));")
    assert "automatically destroyed" in runtime.run_python_async(dedent(code))


def test_a_returned_proxy_ends_and_its_object_lives(runtime: Runtime) -> None:
    runtime.run_js("globalThis.same = (x) => x;")
    assert runtime.run_python("import js\nl = [1]\njs.same(l) is l")


def test_recursion_through_both_languages(runtime: Runtime) -> None:
    """As deep as the smallest stack allows, that of a worker in Chromium."""
    runtime.run_js("globalThis.down = (f, n) => (n === 0 ? 0 : 1 + f(f, n - 1));")
    assert runtime.run_python("import js\ndef f(g, n):\n    return js.down(g, n)\nf(f, 50)") == 50


def test_arguments_survive_code_that_their_encoding_runs(runtime: Runtime) -> None:
    """A hostile object calls into Python while it is asked what it can do."""
    assert runtime.run_js(
        """
        const f = pyodide.runPython("lambda *args: repr(args[:3])");
        const hostile = new Proxy({}, { get(target, key) { f("x", "y", "z", "w"); return undefined; } });
        const result = f(1, "two", 3.5, hostile, "rest");
        f.destroy();
        return result;
        """
    ) == ("(1, 'two', 3.5)")
