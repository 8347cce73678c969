"""What Python asks for by name: to_js, to_py, create_proxy and its relatives, buffers (3.3, 4.3, 4.4)."""

from __future__ import annotations

from typing import Any

import pytest

from harness.runtime import Runtime

HEAD = """
import js
from pyodide import ffi
from pyodide.ffi import *
def error_of(f):
    try:
        f()
    except Exception as error:
        return type(error).__name__
"""


def run(runtime: Runtime, code: str) -> Any:
    return runtime.run_python(HEAD + code)


def test_to_js(runtime: Runtime) -> None:
    code = """
o = to_js({"a": [1, (2, {3})], "b": b"xy"})
[js.JSON.stringify(o), o.a[1][1].has(3), o.b.constructor.name, to_js("s"), to_js(o) is o]
"""
    assert run(runtime, code) == ['{"a":[1,[2,{}]],"b":{"0":120,"1":121}}', True, "Uint8Array", "s", True]


def test_to_js_with_converters(runtime: Runtime) -> None:
    code = """
class P:
    def __init__(self, x): self.x = x
def default(value, convert, cache):
    result = js.Object.new()
    cache(value, result)
    result.x = convert(value.x)
    return result
p = P([1])
p.x.append(p)
o = to_js([p, p], default_converter=default)
e = to_js([1, (2,), [3]], eager_converter=lambda value, convert, _: "T" if isinstance(value, tuple) else convert(value))
m = to_js({1: 2}, dict_converter=js.Map.new)
k = to_js({"k": 2}, dict_converter=js.Object.fromEntries)
n = to_js([P(1)], default_converter=lambda value, convert, cache: None)
found = [o[0] == o[1], o[0].x[0], o[0].x[1] == o[0], list(e)[:2], m[1], k.k, n[0] is None]
del p.x, p
found
"""
    assert run(runtime, code) == [True, 1, True, [1, "T"], 2, 2, True]


def test_to_js_collects_proxies_or_refuses(runtime: Runtime) -> None:
    code = """
proxies = js.Array.new()
value = to_js([object(), [object()], 1], pyproxies=proxies)
count = len(proxies)
destroy_proxies(proxies)
[count, error_of(lambda: value[0]), error_of(lambda: to_js([object()], create_pyproxies=False)),
 error_of(lambda: to_js({(1,): 2})), error_of(lambda: to_js([object()], default_converter=lambda *_: 1 / 0)),
 error_of(lambda: destroy_proxies([]))]
"""
    assert run(runtime, code) == [
        2, "JsException", "ConversionError", "ConversionError", "ConversionError", "TypeError",
    ]  # fmt: skip


def test_a_failing_converter_is_the_cause(runtime: Runtime) -> None:
    code = """
try:
    to_js([object()], default_converter=lambda *_: 1 / 0)
except ConversionError as error:
    r = [str(error), type(error.__cause__).__name__]
r
"""
    assert run(runtime, code) == ["Conversion from python to javascript failed", "ZeroDivisionError"]


def test_to_py(runtime: Runtime) -> None:
    runtime.run_js(
        "globalThis.a = { list: [1, { x: null }], map: new Map([[1, 2]]), set: new Set([3]), when: new Date(5) };"
    )
    code = """
full = js.a.to_py()
flat = js.a.to_py(depth=1)
when = js.a.to_py(default_converter=lambda value, convert, cache: value.getTime())
date = js.a.when
[repr(full["list"]), full["map"] == {1: 2}, full["set"] == {3}, type(flat["list"]).__name__, when["when"],
 date.to_py() is date]
"""
    assert run(runtime, code) == ["[1, {'x': jsnull}]", True, True, "JsProxy", 5, True]


def test_to_py_keeps_cycles_through_a_converter(runtime: Runtime) -> None:
    runtime.run_js("globalThis.Pair = class Pair {}; globalThis.p = new Pair(); p.one = p; p.two = [1];")
    code = """
def convert_pair(value, convert, cache):
    if value.constructor.name != "Pair":
        return value
    result = {}
    cache(value, result)
    result["one"] = convert(value.one)
    result["two"] = convert(value.two)
    return result
p = js.p.to_py(default_converter=convert_pair)
r = [p["one"] is p, p["two"]]
p.clear()
r
"""
    assert run(runtime, code) == [True, [1]]


def test_create_proxy(runtime: Runtime) -> None:
    runtime.run_js("globalThis.box = {};")
    code = """
l = [1]
p = create_proxy(l)
js.box.p = p
r = [type(js.box.p).__name__, js.box.p == p, p.unwrap() is l, isinstance(p, JsDoubleProxy)]
f = create_proxy(lambda this, x: (this.name, x)[1] + 1, capture_this=True)
js.box.f = f
js.box.name = "box"
q = create_proxy(l, roundtrip=False)
js.box.q = q
r += [js.box.f(2), isinstance(f, JsCallableDoubleProxy), js.box.q is l]
for proxy in (p, f, q):
    proxy.destroy()
r += [error_of(p.unwrap), error_of(lambda: js.box.f(1))]
for name in ("p", "q", "f"):
    delattr(js.box, name)
r
"""
    assert run(runtime, code) == ["JsProxy", True, True, True, 3, True, True, "JsException", "JsException"]


def test_proxies_of_what_has_a_form_in_javascript(runtime: Runtime) -> None:
    code = """
function = js.eval("() => 5")
found = []
for value in (function, 1, "text", None, 2.5, create_proxy([])):
    proxy = create_proxy(value)
    found.append([isinstance(proxy, JsDoubleProxy), proxy.unwrap() == value])
    proxy.destroy()
value.destroy()
found + [create_once_callable(function)()]
"""
    assert run(runtime, code) == [[True, True]] * 6 + [5]


def test_create_once_callable(runtime: Runtime) -> None:
    code = """
f = create_once_callable(lambda x: x + 1)
g = create_once_callable(print)
found = [f(1), isinstance(f, JsOnceCallable)]
g.destroy()
for attempt in (lambda: f(1), g.destroy):
    try:
        attempt()
    except JsException as error:
        found.append(error.message)
found
"""
    assert run(runtime, code) == [
        2, True, "OnceProxy can only be called once", "OnceProxy has already been destroyed",
    ]  # fmt: skip


def test_buffers(runtime: Runtime) -> None:
    code = """
from array import array
a = js.Uint16Array.new(3)
a.assign(array("H", [1, 2, 3]))
out = bytearray(6)
a.assign_to(out)
view = a.to_memoryview()
text = js.Uint8Array.new(to_js("né".encode()))
bad = js.Uint8Array.new(to_js(b"\\xff"))
[list(out), view.tolist(), view.format, a.to_bytes() == bytes(out), text.to_string(), text.buffer.to_string("latin1"),
 error_of(bad.to_string), error_of(lambda: text.to_string("nonsense")), error_of(lambda: a.assign(b"x")),
 error_of(lambda: a.assign_to(b"123456"))]
"""
    assert run(runtime, code) == [
        [1, 0, 2, 0, 3, 0], [1, 2, 3], "H", True, "né", "nÃ©",
        "ValueError", "ValueError", "ValueError", "BufferError",
    ]  # fmt: skip


def test_buffers_and_files(runtime: Runtime) -> None:
    code = """
import os
a = js.Uint8Array.new(to_js(b"hello"))
with open("/tmp/buffer", "wb+") as file:
    file.write(b"> ")
    a.to_file(file)
    a.buffer._into_file(file)
with open("/tmp/buffer", "rb") as file:
    all = file.read()
with open("/tmp/buffer", "rb") as file:
    a.from_file(file)
    short = error_of(lambda: js.ArrayBuffer.new(100).from_file(file))
os.unlink("/tmp/buffer")
[all.decode(), a.to_string(), short]
"""
    assert run(runtime, code) == ["> hellohello", "> hel", "ValueError"]


@pytest.mark.keeps("`this` of a bound method goes when JavaScript's collector comes")
def test_functions_bind_as_methods(runtime: Runtime) -> None:
    runtime.run_js("globalThis.method = function (x) { return this.n + x; };")
    code = "class A:\n    n = 5\n    m = js.method\n[A().m(2), A.m is A.__dict__['m']]"
    assert run(runtime, code) == [7, True]


def test_classes_of_ffi(runtime: Runtime) -> None:
    runtime.run_js(
        """globalThis.all = { array: [], map: new Map(), typed: new Uint8Array(1), buffer: new ArrayBuffer(1),
        f: () => 0, promise: Promise.resolve(), generator: (function* () {})(), agenerator: (async function* () {})(),
        error: new Error("e"), plain: {} };"""
    )
    code = """
names = ["JsArray", "JsMap", "JsMutableMap", "JsTypedArray", "JsBuffer", "JsCallable", "JsPromise", "JsGenerator",
    "JsAsyncGenerator", "JsIterable", "JsIterator", "JsException", "JsProxy"]
{key: [name for name in names if isinstance(getattr(js.all, key), getattr(ffi, name))]
 for key in js.Object.keys(js.all)}
"""
    assert run(runtime, code) == {
        "array": ["JsArray", "JsIterable", "JsProxy"],
        "map": ["JsMap", "JsMutableMap", "JsIterable", "JsProxy"],
        "typed": ["JsArray", "JsTypedArray", "JsBuffer", "JsIterable", "JsProxy"],
        "buffer": ["JsBuffer", "JsProxy"],
        "f": ["JsCallable", "JsProxy"],
        "promise": ["JsPromise", "JsProxy"],
        "generator": ["JsGenerator", "JsIterable", "JsIterator", "JsProxy"],
        "agenerator": ["JsAsyncGenerator", "JsProxy"],
        "error": ["JsException", "JsProxy"],
        "plain": ["JsProxy"],
    }
    assert run(runtime, "[error_of(JsArray), issubclass(JsMutableMap, JsMap)]") == ["TypeError", True]


def test_a_proxy_in_a_cycle_of_its_attributes_is_collected(runtime: Runtime) -> None:
    code = """
import gc
gc.collect()
o = js.Object.new()
o.__spec__ = [o]
del o
gc.collect()
"""
    assert run(runtime, code) > 0


def test_to_py_asks_nobody_about_values_at_the_limit_of_depth(runtime: Runtime) -> None:
    code = """
o = js.JSON.parse('[[1], 2]')
o.push(js.Date)
o.push(o)
found = [o.to_py(depth=depth, default_converter=lambda value, convert, cache: "other") for depth in (0, 1, 2)]
proxies = [isinstance(value, JsProxy) for value in (found[0], *found[1], *found[2][:3])]
found_at_two = [found[2][0] == [1], *found[2][1:3]]
same = [found[1][3] == o, found[2][3] is found[2]]
found.clear()
[proxies, found_at_two, same]
"""
    at_one = [True, False, True, True]
    assert run(runtime, code) == [[True, *at_one, False, False, False], [True, 2, "other"], [True, True]]


def test_empty_texts_in_memory_used_before(runtime: Runtime) -> None:
    # Their slots hold what was there earlier: bytes of a text, which are no address.
    body = """
    const texts = Array.from({ length: 50 }, () => "\\xff".repeat(200));
    const lengths = [];
    for (const value of [texts, Array(200).fill("")]) {
      const list = pyodide.toPy(value);
      lengths.push(list.length);
      list.destroy();
    }
    return lengths;
    """
    assert runtime.run_js(body) == [50, 200]


def test_a_proxy_that_to_js_makes_is_the_object_when_it_comes_back(runtime: Runtime) -> None:
    runtime.run_js("globalThis.same = (x) => x; globalThis.adapt = (x) => x.asJsJson();")
    code = """
import js
from pyodide.ffi import JsDoubleProxy, create_proxy, to_js
thing = object()
proxy = to_js(thing)
found = [isinstance(proxy, JsDoubleProxy), js.same(proxy) is thing]
proxy.destroy()
kept = create_proxy([1])
found.append(isinstance(js.adapt(kept), JsDoubleProxy))
kept.destroy()
del proxy, kept, thing
found
"""
    assert runtime.run_python(code) == [True, True, True]
