"""Explicit conversion of structures, 4.3 and 4.4 of the behaviour."""

from __future__ import annotations

import pytest

from harness.hosts import JsError
from harness.runtime import Runtime


def to_js(runtime: Runtime, python: str, options: str = "{}", then: str = "result") -> object:
    """Convert the value of a Python expression; what is returned is the expression `then` of the result."""
    return runtime.run_js(
        f"""
        const proxy = pyodide.runPython({python!r});
        try {{ const result = proxy.toJs({options}); return {then}; }} finally {{ proxy.destroy(); }}
        """
    )


def to_py(runtime: Runtime, js: str, options: str = "{}") -> object:
    """The repr of what a JavaScript expression is converted to."""
    return runtime.run_js(
        f"""
        const proxy = pyodide.toPy({js}, {options});
        const repr = pyodide.runPython("repr");
        const text = repr(proxy);
        repr.destroy();
        proxy?.destroy?.();
        return text;
        """
    )


def test_structures_to_js(runtime: Runtime) -> None:
    assert to_js(runtime, "[1, 'x', (2, [3]), {'a': {'b': None}}, True, 1.5]") == [
        1, "x", [2, [3]], {"a": {}}, True, 1.5,
    ]  # fmt: skip
    assert to_js(runtime, "{1, 2}", then="result instanceof Set && [...result]") == [1, 2]
    assert to_js(runtime, "{1: 'x', 'y': 2.5}", then="Object.entries(result)") == [["1", "x"], ["y", 2.5]]


def test_buffers_to_js(runtime: Runtime) -> None:
    assert to_js(runtime, "b'abc'", then="[result.constructor.name, ...result]") == ["Uint8Array", 97, 98, 99]
    code = "memoryview(bytes(range(6))).cast('B', (2, 3))"
    assert to_js(runtime, code, then="result.map((row) => [...row])") == [[0, 1, 2], [3, 4, 5]]
    code = "import array; memoryview(array.array('d', [1.5, 2.5, 3.5]))[::-2]"
    assert to_js(runtime, code, then="[result.constructor.name, ...result]") == ["Float64Array", 3.5, 1.5]


def test_cycles_and_shared_parts_to_js(runtime: Runtime) -> None:
    code = "a = [1]; d = {'a': a, 'b': a}; a.append(d); d"
    assert to_js(runtime, code, then="[result.a === result.b, result.a[1] === result]") == [True, True]
    runtime.run_python("del a, d")


def test_depth_to_js(runtime: Runtime) -> None:
    then = "(([a, b]) => { const t = b.type; b.destroy(); return [a, t]; })(result)"
    assert to_js(runtime, "[1, [2]]", "{ depth: 1 }", then) == [1, "list"]


def test_pyproxies(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const proxy = pyodide.runPython("[object(), [object()], 1]");
        const pyproxies = [];
        proxy.toJs({ pyproxies });
        const count = pyproxies.length;
        for (const p of pyproxies) p.destroy();
        let type;
        try { proxy.toJs({ create_pyproxies: false }); } catch (error) { type = error.type; }
        proxy.destroy();
        return [count, type];
        """
    ) == [2, "ConversionError"]


def test_dict_converter(runtime: Runtime) -> None:
    options = "{ dict_converter: (entries) => new Map(entries) }"
    then = "[result instanceof Map, result.get('a').get(1)]"
    assert to_js(runtime, "{'a': {1: 2}}", options, then) == [True, 2]


def test_default_converter_with_a_cycle(runtime: Runtime) -> None:
    options = """{ default_converter(value, convert, cache) {
        const result = { name: value.name };
        cache(value, result);
        result.me = convert(value.me);
        return result;
    } }"""
    code = "class P: name = 'p'\np = P(); p.me = p\n[p, p]"
    then = "[result[0].name, result[0].me === result[0], result[0] === result[1]]"
    assert to_js(runtime, code, options, then) == ["p", True, True]
    runtime.run_python("del p, P")


def test_eager_converter(runtime: Runtime) -> None:
    options = "{ eager_converter: (value, convert) => value.type === 'tuple' ? 'T' : convert(value) }"
    assert to_js(runtime, "[1, [2, (3,)], {'a': (4,)}]", options) == [1, [2, "T"], {"a": "T"}]


@pytest.mark.parametrize("code", ["{'toString': 1}", "{1: 1, '1': 2}", "{(1, 2): 3}", "{(1, 2)}", "[{b'x': 1}]"])
def test_keys_that_javascript_cannot_have(runtime: Runtime, code: str) -> None:
    with pytest.raises(JsError, match="ConversionError"):
        to_js(runtime, code)


@pytest.mark.parametrize(
    ("js", "python"),
    [
        ("[1, 'x', [2.5, null, undefined], true]", "[1, 'x', [2.5, jsnull, None], True]"),
        ("{ a: 1, b: { c: ['\\u65e5', 'caf\\u00e9'] } }", repr({"a": 1, "b": {"c": ["日", "café"]}})),
        ("['x'.repeat(1000), 'é'.repeat(1000)]", repr(["x" * 1000, "é" * 1000])),
        ("new Map([[1, 2], ['x', new Set([3])]])", "{1: 2, 'x': {3}}"),
        ("[1n, -(2n ** 70n)]", f"[1, {-(2**70)}]"),
        ("Object.create(null)", "{}"),
        ("(() => { const a = [1]; a.push(a); return a; })()", "[1, [...]]"),
        ("[new Date(0).getTime(), [new (class Odd { toString() { return 'odd'; } })()]]", "[0, [odd]]"),
    ],
)  # fmt: skip
def test_structures_to_python(runtime: Runtime, js: str, python: str) -> None:
    assert to_py(runtime, js) == python


def test_depth_to_python(runtime: Runtime) -> None:
    assert to_py(runtime, "[1, [2, [3]]]", "{ depth: 1 }") == "[1, 2,3]"


def test_what_stays_itself(runtime: Runtime) -> None:
    assert runtime.run_js(
        "const d = new Date(); return [pyodide.toPy(5), pyodide.toPy(null), pyodide.toPy(d) === d];"
    ) == [5, None, True]


def test_buffers_to_python(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const f = pyodide.runPython("lambda m: repr((m.format, m.tolist(), m.readonly))");
        const buffers = [new Uint8Array([1, 2]), new Int16Array([-1]), new Float64Array([0.5]), new ArrayBuffer(2)];
        const found = buffers.map((b) => {
          const view = pyodide.toPy(b);
          const text = f(view);
          view.destroy();
          return text;
        });
        f.destroy();
        return found;
        """
    ) == ["('B', [1, 2], False)", "('h', [-1], False)", "('d', [0.5], False)", "('B', [0, 0], False)"]


@pytest.mark.parametrize(
    ("js", "message"),
    [
        ("new Map([[1, 1], [true, 2]])", "both 1 and true"),
        ("new Set([0, false])", "both 0 and false"),
        ("new Map([[[], 1]])", "key of type Array"),
        ("[new Set([{}])]", "key of type Object"),
    ],
)
def test_keys_that_python_cannot_have(runtime: Runtime, js: str, message: str) -> None:
    with pytest.raises(JsError, match=message):
        to_py(runtime, js)


def test_default_converter_to_python(runtime: Runtime) -> None:
    options = """{ defaultConverter(value, convert, cache) {
        if (!(value instanceof Date)) return value;
        return value.getTime();
    } }"""
    assert to_py(runtime, "[new Date(5), { d: new Date(6) }]", options) == "[5, {'d': 6}]"


def test_a_converter_that_throws_leaks_nothing(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="stop"):
        to_py(runtime, "[{}, () => 1, new Date()]", "{ defaultConverter() { throw new Error('stop'); } }")
    with pytest.raises(JsError, match="stop"):
        to_js(runtime, "[[1], object()]", "{ default_converter() { throw new Error('stop'); } }")


def test_convert_of_an_eager_converter_is_one_level(runtime: Runtime) -> None:
    options = "{ depth: 4, eager_converter: (value, convert) => convert(value) }"
    then = "(([[inner]]) => { const { type } = inner; inner.destroy(); return type; })(result)"
    assert to_js(runtime, "[[[1]]]", options, then) == "list"


@pytest.mark.parametrize(
    ("code", "depth", "same"),
    [
        ("inner = [1]; [inner, [inner]]", 2, "result[1][0] === result[0]"),
        ("a = [1]; a.append(a); a", 1, "result[1] === result"),
    ],
)
def test_a_copy_that_exists_is_used_below_the_depth(runtime: Runtime, code: str, depth: int, same: str) -> None:
    assert to_js(runtime, code, f"{{ depth: {depth} }}", same) is True


def test_what_a_converter_has_not_made_yet_is_undefined(runtime: Runtime) -> None:
    code = "a = {'x': 1}; a['a'] = a; a"
    options = "{ dict_converter: (entries) => (globalThis.seen = [...entries], Object.fromEntries(entries)) }"
    assert to_js(runtime, code, options, "[result.x, typeof result.a, seen[1][1] === result]") == [1, "undefined", True]


@pytest.mark.parametrize("value", ["globalThis", "(function () { return arguments; })(1)"])
def test_only_plain_objects_become_dicts(runtime: Runtime, value: str) -> None:
    assert runtime.run_js(f"const value = {value}; return pyodide.toPy(value) === value;") is True
