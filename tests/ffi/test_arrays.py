"""JavaScript's arrays, array-likes and typed arrays in Python (4.6)."""

from __future__ import annotations

from typing import Any

import pytest

from harness.runtime import Runtime

HEAD = "import js\nfrom pyodide.ffi import JsException\n"


def use(runtime: Runtime, array: str, code: str) -> Any:
    """The value of Python code in which `a` is a JavaScript value."""
    runtime.run_js(f"globalThis.a = {array};")
    return runtime.run_python(f"{HEAD}a = js.a\n{code}")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("[a[0], a[-1], a[True], len(a), list(a), list(reversed(a))]", [1, 4, 2, 4, [1, 2, 3, 4], [4, 3, 2, 1]]),
        ("[3 in a, 9 in a, object() in a, a.index(3), a.count(2), a.index(4, -2)]", [True, False, False, 2, 1, 3]),
        ("[list(a[1:3]), list(a[::-1]), list(a[-2:]), list(a[5:])]", [[2, 3], [4, 3, 2, 1], [3, 4], []]),
        ("a[0] = 'x'; a[-1] = 'y'; list(a)", ["x", 2, 3, "y"]),
        ("a[1:3] = 'abc'; list(a)", [1, "a", "b", "c", 4]),
        ("a[::2] = [8, 9]; list(a)", [8, 2, 9, 4]),
        ("a[1:1] = range(20000); [len(a), a[1], a[-3]]", [20004, 0, 2]),
        ("del a[1]; del a[-1]; list(a)", [1, 3]),
        ("del a[::2]; list(a)", [2, 4]),
        ("del a[1:]; list(a)", [1]),
        ("a.append(5); a.extend(x for x in 'ab'); list(a)", [1, 2, 3, 4, 5, "a", "b"]),
        ("r = [a.pop(), a.pop(0), a.pop(-1)]; r + list(a)", [4, 1, 3, 2]),
        ("a.insert(1, 'x'); a.insert(-1, 'y'); list(a)", [1, "x", 2, 3, "y", 4]),
        ("a.remove(3); a.reverse(); list(a)", [4, 2, 1]),
        ("b = a + (5,); [list(b), list(a), type(b).__name__]", [[1, 2, 3, 4, 5], [1, 2, 3, 4], "JsProxy"]),
        ("b = a; b += [5]; [list(a), b is a]", [[1, 2, 3, 4, 5], True]),
        ("[list(a[:2] * 2), list(a * -1)]", [[1, 2, 1, 2], []]),
        ("b = a; b *= 2; [len(a), b is a]", [8, True]),
        ("list(a.map(lambda x, *_: x + 1))", [2, 3, 4, 5]),
        ("a.push(5)", 5),
        ("hasattr(a, 'keys')", False),
    ],
)
def test_an_array_is_a_mutable_sequence(runtime: Runtime, code: str, expected: object) -> None:
    assert use(runtime, "[1, 2, 3, 4]", code) == expected


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("a[4]", "IndexError"),
        ("a[-5]", "IndexError"),
        ("a[2**70]", "IndexError"),
        ("a['x']", "TypeError"),
        ("a[-5] = 1", "IndexError"),
        ("a.as_object_map()", "AttributeError"),
        ("a['x'] = 1", "TypeError"),
        ("a[0:2] = 1", "TypeError"),
        ("a[::2] = [1]", "ValueError"),
        ("del a[4]", "IndexError"),
        ("a.pop(4)", "IndexError"),
        ("a.pop(1, 2)", "TypeError"),
        ("a.index(9)", "ValueError"),
        ("a.remove(9)", "ValueError"),
        ("a + 1", "TypeError"),
        ("a.extend(1)", "TypeError"),
        ("hash(a)", "TypeError"),
    ],
)
def test_what_an_array_refuses(runtime: Runtime, code: str, error: str) -> None:
    attempt = f"""
try:
    exec({code!r})
except Exception as e:
    result = type(e).__name__
result
"""
    assert use(runtime, "[1, 2, 3, 4]", attempt) == error


def test_an_array_matches_like_a_sequence(runtime: Runtime) -> None:
    code = """
from collections.abc import MutableSequence, Sequence
match a:
    case [first, *rest]:
        result = [first, rest, isinstance(a, MutableSequence), isinstance(a, Sequence)]
result
"""
    assert use(runtime, "[1, 2, 3]", code) == [1, [2, 3], True, True]


@pytest.mark.parametrize(
    "array", ["Object.assign([1], {keys: 5, foo: 1})", "Object.assign(new Uint8Array(1), {foo: 1})"]
)
def test_an_array_has_no_keys(runtime: Runtime, array: str) -> None:
    """What has `keys` is a mapping to dict()."""
    code = f"""
from pyodide.code import run_js
a = run_js({array!r})
["keys" in dir(a), hasattr(a, "keys"), "foo" in dir(a), "0" in dir(a)]
"""
    assert runtime.run_python(code) == [False, False, True, False]


@pytest.mark.keeps("JavaScript's collector decides when the proxy goes")
def test_arrays_keep_python_objects(runtime: Runtime) -> None:
    code = "o = [1]; a.append(o); same = a[0] is o; p = a.pop(); [same, p is o, o in a]"
    assert use(runtime, "[]", code) == [True, True, False]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("[len(a), a[0], a[-1], list(a)]", [3, "x", "z", ["x", "y", "z"]]),
        ("[list(a[::-1]), list(reversed(a))]", [["z", "y", "x"], ["z", "y", "x"]]),
        ("[list(a + ['w']), list(a * 2)]", [["x", "y", "z", "w"], ["x", "y", "z"] * 2]),
        ("[a.index('y'), a.count('z'), bool(a)]", [1, 1, True]),
        ("from collections.abc import Sequence\nisinstance(a, Sequence)", True),
        ("from collections.abc import MutableSequence\nisinstance(a, MutableSequence)", False),
        ("match a:\n    case [x, *_]: r = x\nr", "x"),
        ("[hasattr(type(a), 'append'), hasattr(type(a), 'as_object_map')]", [False, False]),
    ],
)  # fmt: skip
def test_an_array_like_is_a_sequence(runtime: Runtime, code: str, expected: object) -> None:
    array_like = "{ length: 3, 0: 'x', 1: 'y', 2: 'z', [Symbol.iterator]: Array.prototype[Symbol.iterator] }"
    assert use(runtime, array_like, code) == expected


def test_typed_arrays(runtime: Runtime) -> None:
    code = """
a[1] = 300
a.reverse()
found = [list(a), a[-1], len(a), a.index(44), a.count(1), 3 in a, list(reversed(a))]
for attempt in ("a[1:]", "a[1:] = [1]", "del a[0]", "a[5]"):
    try:
        exec(attempt)
    except Exception as error:
        found.append(type(error).__name__)
found
"""
    assert use(runtime, "new Uint8Array([1, 2, 3])", code) == [
        [3, 44, 1], 1, 3, 1, 1, True, [1, 44, 3],
        "NotImplementedError", "NotImplementedError", "TypeError", "IndexError",
    ]  # fmt: skip


def test_json_views(runtime: Runtime) -> None:
    runtime.run_js("globalThis.a = { x: [1, { y: 2 }], length: 'long', z: { w: null } };")
    code = """
from collections.abc import Mapping
j = js.a.as_py_json()
y = j["x"][1]
y["y"] = 5
j["new"] = "value"
[isinstance(y, Mapping), dict(y), sorted(j), [dict(i) for i in j["x"] if isinstance(i, Mapping)], len(j), "z" in j,
 list(j["z"]), j.get("nope"), j.pop("new")]
"""
    assert runtime.run_python(HEAD + code) == [
        True, {"y": 5}, ["length", "new", "x", "z"], [{"y": 5}], 4, True, ["w"], None, "value",
    ]  # fmt: skip


def test_an_assignment_beyond_the_end_makes_an_array_longer(runtime: Runtime) -> None:
    assert use(runtime, "[1]", "a[3] = 4; [len(a), a[2], a[3]]") == [4, None, 4]
