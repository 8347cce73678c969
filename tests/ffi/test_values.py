"""The implicit translation of values, 4.1 and 4.2 of the behaviour."""

from __future__ import annotations

import pytest

from harness.runtime import Runtime

TO_JS = [
    ("None", "undefined"),
    ("True", "true"),
    ("False", "false"),
    ("0", "0"),
    ("-1", "-1"),
    ("2**30", "1073741824"),
    ("-2**31", "-2147483648"),
    ("2**53 - 1", "9007199254740991"),
    ("2**53", "9007199254740992n"),
    ("-2**53", "-9007199254740992n"),
    ("2**64", "18446744073709551616n"),
    ("-2**200", "-(2n ** 200n)"),
    ("1.5", "1.5"),
    ("float('inf')", "Infinity"),
    ("-0.0", "-0"),
    ("''", "''"),
    ("'a'", "'a'"),
    ("'abc' * 100", "'abc'.repeat(100)"),
    ("'caf\\xe9'", "'caf\\u00e9'"),
    ("'\\u65e5\\u672c'", "'\\u65e5\\u672c'"),
    ("'\\U0001f600!'", "'\\u{1f600}!'"),
    ("'\\U0001f600' * 100", "'\\u{1f600}'.repeat(100)"),
    ("'lone \\ud800'", "'lone \\ud800'"),
    ("'nul \\0 inside'", "'nul \\0 inside'"),
]

TO_PYTHON = [
    ("undefined", "None"),
    ("true", "True"),
    ("1", "1"),
    ("-0", "0"),
    ("2 ** 31", "2147483648"),
    ("Number.MAX_SAFE_INTEGER", "9007199254740991"),
    ("2 ** 53", "9007199254740992.0"),
    ("0.5", "0.5"),
    ("NaN", "nan"),
    ("1n", "1"),
    ("-(2n ** 63n)", "-9223372036854775808"),
    ("2n ** 64n", "18446744073709551616"),
    ("-(2n ** 200n)", str(-(2**200))),
    ("''", "''"),
    ("'x'.repeat(100)", repr("x" * 100)),
    ("'caf\\u00e9'.repeat(50)", repr("café" * 50)),
    ("'\\u{1f600}'", repr("\U0001f600")),
    ("'\\ud800'", "'\\ud800'"),
    ("null", "jsnull"),
]


@pytest.mark.parametrize(("python", "js"), TO_JS)
def test_python_to_js(runtime: Runtime, python: str, js: str) -> None:
    assert runtime.run_js(f"return Object.is(pyodide.runPython({python!r}), {js});")


@pytest.mark.parametrize(("js", "python"), TO_PYTHON)
def test_js_to_python(runtime: Runtime, js: str, python: str) -> None:
    body = f"const f = pyodide.runPython('repr'); const r = f({js}); f.destroy(); return r;"
    assert runtime.run_js(body) == python


def test_a_bigint_stays_one(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const f = pyodide.runPython("lambda x: x");
        const same = f(5n) === 5n && f(2n ** 80n) === 2n ** 80n;
        f.destroy();
        return same;
        """
    )


def test_arithmetic_of_bigints(runtime: Runtime) -> None:
    code = """
from pyodide.ffi import JsBigInt
two = JsBigInt(2)
[type(x).__name__ for x in (two + two, two + 1, 1 + two, two ** 3, -two, two // 1, two == 2, hash(two) == hash(2))]
"""
    assert runtime.run_python(code) == ["JsBigInt", "int", "int", "JsBigInt", "JsBigInt", "JsBigInt", "bool", "bool"]


def test_null_can_be_none(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const other = await loadPyodide({ convertNullToNone: true });
        return other.runPython("lambda x: repr(x)")(null);
        """
    ) == ("None")


def test_json_writes_jsnull_as_null(runtime: Runtime) -> None:
    code = """
import json
from pyodide.ffi import jsnull
class Encoder(json.JSONEncoder):
    def default(self, o): return "other"
texts = [json.dumps(jsnull, default=str), json.dumps([jsnull, object()], cls=Encoder),
         json.dumps({"a": jsnull}, indent=1), "".join(Encoder().iterencode([jsnull]))]
try:
    json.dumps([jsnull, object()])
except TypeError as error:
    texts.append(str(error))
texts
"""
    assert runtime.run_python(code) == [
        "null", '[null, "other"]', '{\n "a": null\n}', "[null]", "Object of type object is not JSON serializable",
    ]  # fmt: skip


def test_jsnull(runtime: Runtime) -> None:
    code = "from pyodide.ffi import jsnull, JsNull\n[bool(jsnull), repr(jsnull), jsnull.typeof, JsNull() is jsnull]"
    assert runtime.run_python(code) == [False, "jsnull", "object", True]


def test_identity_survives_the_round_trip(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const object = {}, symbol = Symbol();
        const same = pyodide.runPython("lambda x: x");
        const list = pyodide.runPython("[]");
        const is = pyodide.runPython("lambda a, b: a is b");
        const back = same(list);
        const result = [same(object) === object, same(symbol) === symbol, is(list, back), is(list, object)];
        for (const p of [same, list, is, back]) p.destroy();
        return result;
        """
    ) == [True, True, True, False]


@pytest.mark.parametrize(
    ("option", "type"), [("depth='all'", "str"), ("depth=None", "NoneType"), ("pyproxies=[]", "list")]
)
def test_options_of_to_js_of_a_wrong_type(runtime: Runtime, option: str, type: str) -> None:
    code = f"""
from pyodide.ffi import to_js
try:
    to_js([], {option})
except TypeError as error:
    text = str(error)
text
"""
    assert runtime.run_python(code).endswith(f"not {type}")
