"""Maps, Sets, iterators, generators and object views in Python (4.6)."""

from __future__ import annotations

from typing import Any

import pytest

from harness.runtime import Runtime


def use(runtime: Runtime, value: str, code: str) -> Any:
    runtime.run_js(f"globalThis.a = {value};")
    return runtime.run_python(f"import js\nfrom pyodide.ffi import JsException\na = js.a\n{code}")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("[a['x'], a[2], a['u'] is None, len(a), 'x' in a, 'y' in a]", [1, "two", True, 3, True, False]),
        ("[list(a), list(a.keys()), list(a.values())]", [["x", 2, "u"], ["x", 2, "u"], [1, "two", None]]),
        ("list(a.items())", [["x", 1], [2, "two"], ["u", None]]),
        ("[a.get('x'), a.get('nope'), a.get('nope', 5)]", [1, None, 5]),
        ("a['n'] = 3; del a['x']; dict(a) == {2: 'two', 'u': None, 'n': 3}", True),
        ("a.update({'k': 4}, z=5); [len(a), a['k'], a['z']]", [5, 4, 5]),
        ("[a.pop('x'), a.pop('x', 7), a.setdefault('q', 8), a.setdefault(2), len(a)]", [1, 7, 8, "two", 3]),
        ("a.clear(); [len(a), bool(a)]", [0, False]),
        ("k, v = a.popitem(); [k, v, len(a)]", ["x", 1, 2]),
        ("from collections.abc import MutableMapping\nisinstance(a, MutableMapping)", True),
        ("match a:\n    case {'x': x, **rest}: r = [x, len(rest)]\nr", [1, 2]),
    ],
)  # fmt: skip
def test_a_map_is_a_mutable_mapping(runtime: Runtime, code: str, expected: object) -> None:
    assert use(runtime, "new Map([['x', 1], [2, 'two'], ['u', undefined]])", code) == expected


@pytest.mark.parametrize("code", ["a['y']", "del a['y']", "a.pop('y')", "a[(1, 2)]"])
def test_missing_keys(runtime: Runtime, code: str) -> None:
    attempt = f"try:\n    {code}\nexcept KeyError as error:\n    r = repr(error.args[0])\nr"
    assert use(runtime, "new Map([['x', 1]])", attempt) == ("(1, 2)" if "(1" in code else "'y'")


def test_sets(runtime: Runtime) -> None:
    assert use(runtime, "new Set([1, 'x'])", "[len(a), 1 in a, 2 in a, list(a), bool(a)]") == [
        2, True, False, [1, "x"], True,
    ]  # fmt: skip


def test_iterators(runtime: Runtime) -> None:
    assert use(runtime, "[1, 2][Symbol.iterator]()", "[next(a), iter(a) is a, list(a), next(a, 'end')]") == [
        1, True, [2], "end",
    ]  # fmt: skip


GENERATOR = """(function* () {
    try { let x = 1; while (true) { try { x = yield x + 1; } catch (e) { x = e.type ?? e.name; } } }
    finally { globalThis.hasEnded = true; }
})()"""


def test_generators(runtime: Runtime) -> None:
    code = """
found = [next(a), a.send(5), a.throw(ValueError("x")), a.throw(JsException("Odd", "message"))]
a.close()
found + [js.hasEnded, next(a, "end")]
"""
    assert use(runtime, GENERATOR, code) == [2, 6, "ValueError1", "Odd1", True, "end"]


def test_the_value_that_a_generator_returns(runtime: Runtime) -> None:
    code = "next(a)\ntry:\n    next(a)\nexcept StopIteration as stop:\n    r = stop.value\nr"
    assert use(runtime, "(function* () { yield 1; return 'end'; })()", code) == "end"


def test_an_exception_that_passes_through_a_generator_stays_itself(runtime: Runtime) -> None:
    code = """
next(a)
error = KeyError("mine")
try:
    a.throw(error)
except KeyError as caught:
    r = caught is error
r
"""
    assert use(runtime, "(function* () { yield 1; })()", code) is True


@pytest.mark.parametrize("iterator", ["{ next() { return 5; } }", "{ next: async () => ({ value: 1 }) }"])
def test_the_wrong_kind_of_iterator(runtime: Runtime, iterator: str) -> None:
    code = "try:\n    next(a)\nexcept TypeError:\n    r = 'an error of Python'\nr"
    assert use(runtime, iterator, code) == "an error of Python"


def test_errors_of_iterators_propagate(runtime: Runtime) -> None:
    code = "try:\n    list(a)\nexcept JsException as error:\n    r = error.message\nr"
    assert use(runtime, "(function* () { yield 1; throw new Error('stop'); })()", code) == "stop"


def test_disposables(runtime: Runtime) -> None:
    code = "with a as same:\n    inside = [same is a, a.gone]\n[*inside, a.gone]"
    assert use(runtime, "{ gone: false, [Symbol.dispose]() { this.gone = true; } }", code) == [True, False, True]


@pytest.mark.parametrize(
    ("js", "clear"),
    [
        ("new Map([[{}, 1], [proxy, 2], [NaN, 3]])", "a.clear()"),
        ("new URLSearchParams('x=1&y=2&x=3')", "a.clear()"),
        ("Object.assign(new Map([[1, 2]]), { x: 1, y: 2 })", "a.as_object_map().clear()"),
    ],
)
def test_clear(runtime: Runtime, js: str, clear: str) -> None:
    runtime.run_js("globalThis.proxy = pyodide.toPy({});")
    code = f"import warnings\nwarnings.simplefilter('ignore')\n{clear}\n"
    assert use(runtime, js, f"{code}[*{clear.replace('clear', 'items')}]") == []
    runtime.run_js("proxy.destroy();")


def test_objects_as_maps(runtime: Runtime) -> None:
    code = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    m = a.as_object_map(hereditary=True)
flat = a.as_object_map()
m["new"] = 5
del m["x"]
try:
    m[1] = 5
except TypeError as error:
    assert "int" in str(error)
[caught[0].category.__name__, sorted(m), m["o"]["p"], "toString" in m, len(m), type(flat["o"]) is type(flat),
 list(a.object_keys()), list(a.object_values())[1], list(a.object_entries()[1])]
"""
    assert use(runtime, "{ x: 1, o: { p: 2 } }", f"import warnings\nwarnings.simplefilter('ignore')\n{code}") == [
        "RuntimeWarning", ["new", "o"], 2, False, 2, False, ["o", "new"], 5, ["new", 5],
    ]  # fmt: skip


def test_weak_references(runtime: Runtime) -> None:
    assert use(runtime, "{ x: 1 }", "a.to_weakref().deref() == a") is True


def test_a_revoked_proxy(runtime: Runtime) -> None:
    code = """
found = []
for attempt in ("a.x", "a.x = 1", "del a.x", "dir(a)", "a()", "str(a)", "a.to_py()", "a.object_keys()", "bool(a)"):
    try:
        exec(attempt)
        found.append("fine")
    except (JsException, TypeError) as error:
        found.append("error")
found
"""
    revoked = "(() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy; })()"
    found = use(runtime, revoked, code)
    assert found[:5] == ["error"] * 5 and set(found) <= {"fine", "error"}


@pytest.mark.parametrize("value", ["new Headers({ x: '1' })", "new URLSearchParams('x=1')"])
def test_items_need_no_more_than_the_methods_get_and_set(runtime: Runtime, value: str) -> None:
    code = "before = a['x']; a['x'] = '2'; a['z'] = '3'; a.delete('z'); [before, a['x'], 'z' in a, dict(a)]"
    assert use(runtime, value, code) == ["1", "2", False, {"x": "2"}]


def test_items_of_a_weak_map(runtime: Runtime) -> None:
    code = "import js\na[js.Math] = 5\nr = [a[js.Math], js.Math in a]\ndel a[js.Math]\n[*r, js.Math in a]"
    assert use(runtime, "new WeakMap()", code) == [5, True, False]
