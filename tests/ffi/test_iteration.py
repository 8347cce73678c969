"""Iterating over Python objects from JavaScript (2.4)."""

from __future__ import annotations

from typing import Any

import pytest

from harness.hosts import JsError
from harness.runtime import Runtime

ECHO = "def g():\n    x = yield 1\n    y = yield x\n    return y\ng()"
STUBBORN = "def g():\n    try:\n        yield 1\n    except GeneratorExit:\n        yield 2\ng()"
FINALLY = "def g():\n    try:\n        yield 1\n    except GeneratorExit:\n        return 2\ng()"
CATCH = "def g():\n    try:\n        yield 1\n    except Exception as e:\n        yield repr(e)\ng()"


def use(runtime: Runtime, code: str, body: str) -> Any:
    """What the body gives for the Python value `o`."""
    return runtime.run_js(f"const o = pyodide.runPython({code!r}); try {{ {body} }} finally {{ o.destroy(); }}")


@pytest.mark.parametrize(
    ("code", "items"),
    [
        ("[1, 'two', None]", [1, "two", None]),
        ("{'a': 1, 'b': 2}", ["a", "b"]),
        ("iter((1, 2))", [1, 2]),
        ("(x * x for x in range(3))", [0, 1, 4]),
        ("type('A', (), {'__getitem__': lambda self, i: [5, 6][i]})()", [5, 6]),
    ],
)
def test_for_of(runtime: Runtime, code: str, items: list[object]) -> None:
    assert use(runtime, code, "return [...o];") == items


def test_items_end_with_the_loop(runtime: Runtime) -> None:
    body = """
    const seen = [], lengths = [];
    for (const item of o) { seen.push(item); lengths.push(item.length); }
    const message = (item) => { try { return item.length; } catch (error) { return error.message.split("\\n")[0]; } };
    return [lengths, seen.map(message)];
    """
    lengths, after = use(runtime, "[[1], [2, 3]]", body)
    assert lengths == [1, 2]
    assert after == ["This borrowed proxy was automatically destroyed when an iterator was exhausted."] * 2


def test_an_item_found_survives_the_loop_that_was_left(runtime: Runtime) -> None:
    body = """
    let found;
    for (const item of o) { found = item; break; }
    const length = found.length;
    found.destroy();
    return length;
    """
    assert use(runtime, "[[1], [2, 3]]", body) == 1


def test_a_generator_receives_and_returns(runtime: Runtime) -> None:
    body = "return [o.next(), o.next('sent'), o.next('end'), o.next(), o[Symbol.iterator]() === o];"
    assert use(runtime, ECHO, body) == [
        {"done": False, "value": 1},
        {"done": False, "value": "sent"},
        {"done": True, "value": "end"},
        {"done": True},
        True,
    ]


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        (ECHO, [(True, 9), (True, None)]),
        (STUBBORN, [(False, 2), (True, None)]),
        (FINALLY, [(True, 2), (True, None)]),
    ],
)
def test_generator_return(runtime: Runtime, code: str, steps: list[tuple[bool, object]]) -> None:
    found = use(runtime, code, "o.next(); return [o.return(9), o.next()];")
    assert [(step["done"], step.get("value")) for step in found] == steps


def test_generator_throw(runtime: Runtime) -> None:
    body = "o.next(); return [o.throw(new TypeError('hi')), o.next()];"
    assert use(runtime, CATCH, body) == [{"done": False, "value": "TypeError: hi"}, {"done": True}]


def test_only_errors_can_be_thrown(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="exceptions must be classes or instances deriving from BaseException, not int"):
        use(runtime, ECHO, "o.next(); o.throw(5);")


def test_an_iterator_that_raises(runtime: Runtime) -> None:
    code = "def g():\n    yield [1]\n    raise KeyError('here')\ntype('A', (), {'__iter__': lambda self: g()})()"
    body = """
    const it = o[Symbol.iterator]();
    it.next().value.destroy();
    try { it.next(); } catch (e) { return [e.type, it.next()]; }
    """
    assert use(runtime, code, body) == ["KeyError", {"done": True}]


def test_what_is_no_generator_cannot_receive(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="no attribute 'send'"):
        use(runtime, "iter([1])", "o.next(5);")


def test_map_keys_can_be_made_an_array(runtime: Runtime) -> None:
    assert use(runtime, "{'x': 1}.items()", "return Array.from(o, (pair) => [...pair]);") == [["x", 1]]


def test_iterators_are_iterable(runtime: Runtime) -> None:
    body = """
    const o = pyodide.runPython("iter([1])");
    const { PyIterable, PyIterator, PyAsyncIterable } = pyodide.ffi;
    const found = [PyIterable, PyIterator, PyAsyncIterable].map((cls) => o instanceof cls);
    o.destroy();
    return found;
    """
    assert runtime.run_js(body) == [True, True, False]
