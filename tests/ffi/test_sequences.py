"""Array's methods on Python sequences: what they do to a list is what they do to an array of the same items."""

from __future__ import annotations

import json

import pytest

from harness.runtime import Runtime

START = [3, 1, "b", 2, "a", 10, 1]

READING = [
    "o.join()",
    "o.join('-')",
    "o.slice()",
    "o.slice(1, -1)",
    "o.slice(-2)",
    "o.indexOf(1)",
    "o.indexOf(1, 2)",
    "o.indexOf('nope')",
    "o.lastIndexOf(1)",
    "o.lastIndexOf(1, -2)",
    "o.includes('b')",
    "o.includes('c')",
    "o.map((x, i, a) => [x, i, a === o])",
    "o.filter((x) => typeof x === 'number')",
    "o.some((x) => x === 'a')",
    "o.every((x) => x)",
    "o.reduce((a, x) => a + x)",
    "o.reduce((a, x) => a + x, '>')",
    "o.reduceRight((a, x) => a + x)",
    "o.reduceRight((a, x) => a + x, '>')",
    "o.at(0)",
    "o.at(-1)",
    "o.at(99)",
    "o.concat([5], 6)",
    "[0].concat(o)",
    "[...o.entries()]",
    "[...o.keys()]",
    "[...o.values()]",
    "o.find((x) => x === 'b')",
    "o.find((x) => x === 'z')",
    "o.findIndex((x) => x === 'b')",
    "o.forEach((x, i) => (seen ??= []).push([x, i])), seen",
    "o.map(function () { return this.t; }, { t: 1 })",
    "o.toJSON ? [...o.toJSON()] : o",
]

CHANGING = [
    "o.push()",
    "o.push(1, 'x')",
    "o.pop()",
    "o.shift()",
    "o.unshift()",
    "o.unshift(7, 8)",
    "o.splice()",
    "o.splice(2)",
    "o.splice(1, 2)",
    "o.splice(-3, 1, 'n', 'm')",
    "o.splice(99, 1, 'end')",
    "o.splice(1, undefined, 'in')",
    "o.splice(undefined)",
    "o.splice(0, -5)",
    "o.reverse() === o",
    "o.sort() === o",
    "o.sort((a, b) => String(b).localeCompare(String(a))) === o",
    "o.fill(0) === o",
    "o.fill('f', 1, -2) === o",
    "o.copyWithin(0, 3) === o",
    "o.copyWithin(-2, 0) === o",
    "o.copyWithin(1, 2, 4) === o",
    "o[1] = 'set'",
]

LISTS = [json.dumps(START), f"__import__('collections').UserList({START!r})"]


def compare(runtime: Runtime, code: str, expression: str) -> None:
    """Evaluates for the array and for the Python sequence."""
    found, wanted = runtime.run_js(
        f"""
        const run = (o) => {{ let seen; return [({expression}), [...o]]; }};
        const list = pyodide.runPython({code!r});
        const both = [run(list), run({json.dumps(START)})].map((x) => JSON.stringify(x));
        list.destroy();
        return both;
        """
    )
    assert found == wanted


@pytest.mark.parametrize("expression", READING)
def test_reading(runtime: Runtime, expression: str) -> None:
    compare(runtime, repr(tuple(START)), expression)


@pytest.mark.parametrize("code", LISTS, ids=["list", "UserList"])
@pytest.mark.parametrize("expression", CHANGING)
def test_changing(runtime: Runtime, code: str, expression: str) -> None:
    compare(runtime, code, expression)


@pytest.mark.parametrize("expression", ["o.push(1)", "o.shift()", "o.splice(1, 2, 'x')", "o.reverse() === o"])
def test_a_deque_has_no_slices(runtime: Runtime, expression: str) -> None:
    compare(runtime, f"__import__('collections').deque({START!r})", expression)


def test_empty(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const o = pyodide.runPython("[]");
        const result = [o.pop(), o.shift(), o.length, o.join(), o.every(() => false)];
        try { o.reduce((a, b) => a); } catch (error) { result.push(error.name); }
        o.destroy();
        return result;
        """
    ) == [None, None, 0, "", True, "TypeError"]


def test_items_keep_their_types(runtime: Runtime) -> None:
    """Moving items around is Python's business: 1.0 must not become 1 on the way."""
    code = "l = [3.0, 1.0, 2.0]\nl"
    runtime.run_js(f"const o = pyodide.runPython({code!r}); o.sort(); o.reverse(); o.copyWithin(0, 1); o.destroy();")
    assert runtime.run_python("repr(l)") == "[2.0, 1.0, 1.0]"


def test_sort_keeps_equal_items_in_order_and_none_last(runtime: Runtime) -> None:
    code = "l = ['b1', None, 'a1', 'b2', 'a2']\nl"
    runtime.run_js(
        f"const o = pyodide.runPython({code!r}); o.sort((a, b) => a.charCodeAt(0) - b.charCodeAt(0)); o.destroy();"
    )
    assert runtime.run_python("repr(l)") == "['a1', 'a2', 'b1', 'b2', None]"


def test_a_comparison_that_throws_changes_nothing(runtime: Runtime) -> None:
    body = """
    const o = pyodide.runPython("[2, 1]");
    let message;
    try { o.sort(() => { throw new Error("no"); }); } catch (error) { message = error.message; }
    const text = o.toString();
    o.destroy();
    return [message, text];
    """
    assert runtime.run_js(body) == ["no", "[2, 1]"]


def test_many_items_at_once(runtime: Runtime) -> None:
    assert runtime.run_js(
        "const o = pyodide.runPython('[]'); const n = o.push(...Array(1000).keys()); const last = o[999]; o.destroy();"
        "return [n, last];"
    ) == [1000, 999]


def test_python_objects_keep_their_identity(runtime: Runtime) -> None:
    code = "a, b = [1], [2]\nl = [a]\nl"
    runtime.run_js(
        f"""
        const o = pyodide.runPython({code!r});
        const b = pyodide.runPython("b");
        o.push(b);
        o.reverse();
        const a = o.pop();
        o.unshift(a);
        for (const p of [a, b, o]) p.destroy();
        """
    )
    assert runtime.run_python("[l[0] is a, l[1] is b, len(l)]") == [True, True, 2]


def test_a_memoryview_is_a_buffer(runtime: Runtime) -> None:
    """It may have several dimensions, and then no items by one index."""
    body = """
    const view = pyodide.runPython("memoryview(b'abcd').cast('B', [2, 2])");
    const found = [view instanceof pyodide.ffi.PyBuffer, view instanceof pyodide.ffi.PySequence, view.toJs().length];
    view.destroy();
    return found;
    """
    assert runtime.run_js(body) == [True, False, 2]


def test_a_splice_that_fails_changes_nothing(runtime: Runtime) -> None:
    body = """
    const bytes = pyodide.runPython("bytearray(b'abc')");
    let type;
    try { bytes.splice(0, 1, "x"); } catch (error) { type = error.type; }
    const found = [type, bytes.splice(0, 1, 65, 66), String(bytes)];
    bytes.destroy();
    return found;
    """
    assert runtime.run_js(body) == ["TypeError", [97], "bytearray(b'ABbc')"]
