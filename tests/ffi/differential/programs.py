# ruff: noqa: E501, RUF001 - tables of code
"""Programs for two runtimes: a value made in one language, and what the other one does with it, step by step.

Values and steps are source code. Letters in braces stand for something that is drawn: an index, a key, a value, options.
"""

from __future__ import annotations

import functools
import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

from hypothesis import strategies as st

Kind = str
"""What a value can do, for choosing steps that suit it."""


@dataclass(frozen=True)
class Program:
    """`subject` is code of the language `home`; `steps` are code of the other one, where the subject is called x."""

    home: Literal["py", "js"]
    subject: str
    steps: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


# Values.

INTEGERS = [
    0,
    1,
    -1,
    2,
    5,
    255,
    256,
    *(sign * 2**bits + d for bits in (30, 31, 32) for d in (-1, 0, 1) for sign in (1, -1)),
]
SAFE = [
    2**53 - 2,
    2**53 - 1,
    2**53,
    2**53 + 1,
    1 - 2**53,
    -(2**53),
    2**63 - 1,
    2**63,
    -(2**63),
    2**64,
    10**30,
    -(10**30),
]
FLOATS = [
    "0.0",
    "-0.0",
    "1.5",
    "3.0",
    "-2.25",
    "1e300",
    "1e16",
    "2.0**53",
    "float('nan')",
    "float('inf')",
    "-float('inf')",
]
TEXTS = [
    "",
    "a",
    "b",
    "key",
    "0",
    "1",
    "length",
    "x" * 63,
    "x" * 64,
    "x" * 65,
    "é",
    "ÿ" * 50,
    "€",
    "€" * 60,
    "𝒳",
    "a\0b",
    "\ud800",
    "𝒳\udc00",
]

JS_NUMBERS = ["0", "-0", "1", "-1", "1.5", "3", "1e300", "1e16", "NaN", "Infinity", "-Infinity", "2**31", "-(2**31)", "2**53 - 1",
              "2**53", "-(2**53 - 1)", "2**64"]  # fmt: skip
JS_BIGINTS = ["0n", "5n", "-1n", "2n**63n", "-(2n**63n)", "2n**63n - 1n", "2n**64n", "10n**30n", "-(10n**30n)"]


def _texts() -> st.SearchStrategy[str]:
    return st.sampled_from(TEXTS) | st.text(max_size=6)


def js_text(text: str) -> str:
    """As a literal of JavaScript."""
    units = text.encode("utf-16-le", "surrogatepass")
    codes = [int.from_bytes(units[i : i + 2], "little") for i in range(0, len(units), 2)]
    return '"' + "".join(chr(c) if 32 <= c < 127 and chr(c) not in '"\\' else f"\\u{c:04x}" for c in codes) + '"'


@functools.cache
def py_scalars() -> st.SearchStrategy[str]:
    return (
        st.sampled_from(["None", "True", "False", "jsnull", "JsBigInt(7)", "JsBigInt(10**30)", "Ints(3)", "Words('w')"])
        | (st.sampled_from(INTEGERS + SAFE) | st.integers(-1000, 1000)).map(str)
        | st.sampled_from(FLOATS)
        | _texts().map(ascii)
    )


@functools.cache
def js_scalars() -> st.SearchStrategy[str]:
    return (
        st.sampled_from(["undefined", "null", "true", "false", "Symbol('s')"])
        | st.sampled_from(JS_NUMBERS)
        | st.integers(-1000, 1000).map(str)
        | st.sampled_from(JS_BIGINTS)
        | _texts().map(js_text)
    )


PY_LEAVES = [
    "b'ab'", "bytearray(b'ab')", "frozenset({1})", "range(3)", "Thing()", "len", "lambda *a: a", "Thing", "run_js('[1, {}]')",
    "run_js('new Map([[1, 2]])')", "run_js('({a: 1})')", "run_js('(a, b) => a')", "run_js('new Error(\"e\")')", "iter([1])",
    "ValueError('v')", "array.array('h', [1, -2])", "collections.deque([1, 2])", "Point(1, [2])", "object()", "1j", "...",
    "create_proxy([1])", "memoryview(b'abcd').cast('I')",
]  # fmt: skip

JS_LEAVES = [
    "new Date(0)", "/r/", "new Thing()", "() => 1", "Thing", "new Error('e')", "new Uint8Array([1, 2])", "new Float64Array([1.5])",
    "new ArrayBuffer(2)", "new DataView(new ArrayBuffer(2))", "Object.create(null)", "new Number(1)", "new String('s')", "[1].values()",
    "count(2)", "new WeakMap()", "Promise.resolve(1)", "{length: 2, 0: 'a', 1: 'b'}", "new URLSearchParams('a=1')", "Math",
    "py.toPy([1])", "py.runPython('len')", "Object.freeze([1])", "new BigInt64Array([1n])", "[,1]", "globalThis.undefined",
]  # fmt: skip


@functools.cache
def py_keys() -> st.SearchStrategy[str]:
    return py_scalars() | st.sampled_from(
        ["'a'", "'b'", "'a'", "'b'", "(1, 2)", "1", "True", "run_js('[1]')", "b'k'", "frozenset()"]
    )


@functools.cache
def js_keys() -> st.SearchStrategy[str]:
    return st.sampled_from(
        ["'a'", "'b'", "1", "0", "'1'", "true", "null", "undefined", "1.5", "5n", "{}", "[]", "py.toPy({})"]
    )


def _py_containers(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(items, max_size=3).map(", ".join)
    pairs = st.lists(st.tuples(py_keys(), items).map(": ".join), max_size=3).map(", ".join)
    keys = st.lists(py_keys().filter(lambda key: key != "jsnull"), min_size=1, max_size=3).map(", ".join)
    return (
        several.map("[{}]".format)
        | several.map(lambda text: f"({text},)" if text else "()")
        | pairs.map("{{{}}}".format)
        | keys.map("{{{}}}".format)
        | several.map("Rows([{}])".format)
        | pairs.map("Table({{{}}})".format)
        | several.map("collections.deque([{}])".format)
        | pairs.map("collections.OrderedDict({{{}}})".format)
    )


def _js_containers(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(items, max_size=3).map(", ".join)
    pairs = st.lists(st.tuples(js_keys(), items).map(", ".join).map("[{}]".format), max_size=3).map(", ".join)
    properties = st.lists(st.tuples(_texts().map(js_text), items).map(": ".join), max_size=3).map(", ".join)
    return (
        several.map("[{}]".format)
        | properties.map("({{{}}})".format)
        | pairs.map("new Map([{}])".format)
        | st.lists(js_keys(), max_size=3).map(", ".join).map("new Set([{}])".format)
        | several.map("(function () {{ return arguments; }})({})".format)
    )


def _object(code: str) -> str:
    return f"({code})" if code.startswith("{") else code


@functools.cache
def py_values() -> st.SearchStrategy[str]:
    leaves = py_scalars() | st.sampled_from(PY_LEAVES)
    shared = st.sampled_from(["tied([1], lambda o: o.append(o))", "tied({'a': 1}, lambda o: o.update(self=o))",
                              "(lambda s: [s, s, {'s': s}])([1])", "tied([], lambda o: o.append({'o': o}))"])  # fmt: skip
    return st.recursive(leaves, _py_containers, max_leaves=6) | shared


@functools.cache
def js_values() -> st.SearchStrategy[str]:
    leaves = js_scalars() | st.sampled_from(JS_LEAVES).map(_object)
    shared = st.sampled_from(["self([1], (o) => o.push(o))", "self({a: 1}, (o) => { o.self = o; })",
                              "((s) => [s, s, {s}])([1])", "self(new Map(), (o) => o.set('o', [o]))"])  # fmt: skip
    return st.recursive(leaves, _js_containers, max_leaves=6) | shared


# Options of the deep conversions.

JS_CONVERTERS = [
    "undefined", "(v, convert, cache) => v", "(v, convert, cache) => 'made'",
    "(v, convert, cache) => { const made = []; cache(v, made); if (v.type === 'Thing') made.push(convert(v.a)); return made; }",
    "(v, convert, cache) => v.toString()", "(v, convert, cache) => { throw new RangeError('no'); }", "(v) => v.copy()",
    "(v, convert) => v.type === 'Thing' ? ['converted', convert(v.b)] : v.type",
]  # fmt: skip
PY_CONVERTERS = [
    "None", "lambda v, convert, cache: v", "lambda v, convert, cache: 'made'",
    "lambda v, convert, cache: [cache(v, made := run_js('[]')), made][1]", "lambda v, convert, cache: 1 / 0",
    "lambda v, convert, cache: to_js([type(v).__name__])", "lambda v, *_: run_js('[1]')",
]  # fmt: skip
TO_PY_CONVERTERS = [
    "None", "lambda v, convert, cache: v", "lambda v, convert, cache: 'made'",
    "lambda v, convert, cache: [cache(v, made := []), made.append(convert(v.a)), made][2]", "lambda v, convert, cache: 1 / 0",
    "lambda v, convert, cache: {'typeof': v.typeof}",
]  # fmt: skip


def _options(template: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Some of the parts, each with its name."""
    each = [st.just("") | strategy.map(f"{name}{template}{{}}".format) for name, strategy in parts.items()]
    return st.tuples(*each).map(lambda chosen: ", ".join(filter(None, chosen)))


@functools.cache
def to_js_options() -> st.SearchStrategy[str]:
    return _options(
        ": ",
        depth=st.integers(-1, 3).map(str),
        pyproxies=st.just("(box.list = [])"),
        create_pyproxies=st.sampled_from(["true", "false"]),
        dict_converter=st.sampled_from(["Object.fromEntries", "(e) => new Map(e)", "(e) => [...e]", "() => 5"]),
        default_converter=st.sampled_from(JS_CONVERTERS),
        eager_converter=st.sampled_from([*JS_CONVERTERS, "(v, convert) => convert(v)"]),
    ).map("{{{}}}".format)


@functools.cache
def to_py_options() -> st.SearchStrategy[str]:
    return _options("=", depth=st.integers(-1, 3).map(str), default_converter=st.sampled_from(TO_PY_CONVERTERS))


@functools.cache
def py_to_js_options() -> st.SearchStrategy[str]:
    return _options(
        "=",
        depth=st.integers(-1, 3).map(str),
        pyproxies=st.just("run_js('[]')"),
        create_pyproxies=st.sampled_from(["True", "False"]),
        dict_converter=st.sampled_from(["js.Object.fromEntries", "js.Array.from", "lambda e: len(list(e))"]),
        default_converter=st.sampled_from(PY_CONVERTERS),
        eager_converter=st.sampled_from([*PY_CONVERTERS, "lambda v, convert, cache: convert(v)"]),
    )


# Steps in JavaScript, on a Python object x.

JS_STEPS: dict[Kind, list[str]] = {
    "any": [
        "x", "x.type", "String(x)", "x.$$flags", "x.copy()", "x === x.copy()", "x.toJs({o})", "x.toJs({o})", "x.toJs({o})", "typeof x",
        "x.destroy()", "x.nope", "x.{n}", "x.$$type", "'{n}' in x", "x.{m} = {v}", "delete x.{n}", "Object.keys(x).length > 0",
        "Object.prototype.toString.call(x)", "Object.getPrototypeOf(x) === null", "Object.isExtensible(x)", "x[Symbol.iterator]",
        "x.then", "x.length", "x.constructor === ffi.PyProxy", "py.globals.get('show_nothing')", "py.runPython('repr')(x) === String(x)",
        "JSON.stringify(x)", "Object.assign({}, x).a", "x.{n} === x.{n}", "py.runPython('lambda v: v')(x)",
        "py.toPy(x) === x", "({v})", "py.toPy([x]).get(0)", "Reflect.has(x, '{n}')",
        "Object.getOwnPropertyDescriptor(x, '{n}')?.writable", "x == {v}", "`${x}`.length > 0", "x?.[{i}]", "x[{k}]", "box.list?.length", "x['$a']",
        "x.toJs() === x", "[x].includes(x)", "new Set([x, x]).size",
    ],
    "get": ["x.get({k})", "x.get({i})", "x[{i}]", "x[{k}]", "x.asJsJson()", "JSON.stringify(x.asJsJson())", "x.asJsJson()[{k}]", "Object.keys(x.asJsJson())",
            "x.asJsJson().a", "{k} in x.asJsJson()", "Object.entries(x.asJsJson())"],
    "set": ["x.set({k}, {v})", "x.set({i}, {v})", "x.delete({k})", "x.delete({i})", "(x[{i}] = {v})", "(x[{k}] = {v})", "delete x[{i}]", "delete x[{k}]",
            "(x.asJsJson()[{k}] = {v})"],
    "has": ["x.has({k})", "x.has({v})", "{k} in x", "{i} in x"],
    "iterable": ["[...x]", "Array.from(x, (v) => typeof v)", "(() => { for (const v of x) return v; })()", "new Set(x).size", "Object.fromEntries(x)"],
    "iterator": ["x.next()", "x.next({v})", "x.next().value", "x[Symbol.iterator]() === x", "x.return({v})", "x.throw(new Error('e'))", "x.throw({v})", "[...x]"],
    "sequence": [
        "x.length", "x.slice({i})", "x.slice({i}, {i})", "x.join({s})", "x.indexOf({v})", "x.lastIndexOf({v})", "x.includes({v})", "x.at({i})", "x.concat({v})",
        "x.map((v, i) => [v, i])", "x.filter((v) => v)", "x.some((v) => v === 1)", "x.every((v) => v)", "x.reduce((a, b) => [a, b])", "x.reduceRight((a, b) => [a, b], {v})",
        "x.find((v) => v)", "x.findIndex((v) => v === 1)", "[...x.entries()]", "[...x.keys()]", "[...x.values()]", "x.forEach((v) => v)", "x.toJSON()", "JSON.stringify(x)",
        "[0].concat(x)", "Array.isArray(x)", "x.flat", "x[-1]", "x['0']", "x['00']",
    ],
    "mutable": ["x.push({v})", "x.push({v}, {v})", "x.pop()", "x.shift()", "x.unshift({v})", "x.splice({i}, {i}, {v})", "x.splice({i})", "x.reverse()", "x.sort()",
                "x.sort((a, b) => (a < b ? 1 : -1))", "x.fill({v}, {i}, {i})", "x.copyWithin({i}, {i}, {i})", "x.length = 0", "(x[x.length] = 1)"],
    "call": ["x()", "x({v})", "x({v}, {v})", "x({v}, {v}, {v}, {v})", "x.callKwargs({v}, {c: {v}})", "x.callKwargs({})", "x.callKwargs()", "x.callKwargs(1)", "x.callRelaxed({v}, {v}, {v})",
             "x.callKwargsRelaxed({v}, {c: 1, z: 2})", "x.call(null, {v})", "x.apply(null, [{v}])", "x.bind({v})({v})", "x.bind(1, {v})({v})", "x.captureThis()({v})",
             "x.captureThis().call({v}, {v})", "x.bind(5).captureThis()(1)", "x.captureThis().bind(5).bind(6)(1)", "x.callWithOptions({relaxed: true}, {v}, {v}, {v})",
             "x.callWithOptions({kwargs: true}, {v}, {c: 2})", "x.name", "x.prototype", "x.length", "new x()", "[1, 2].map(x)", "({ m: x }).m({v})", "await x({v})", "x.arguments"],
    "await": ["await x", "await x.then((v) => [v])", "await x.then((v) => { throw new Error('e'); })", "await x.catch((e) => e.type)", "await x.finally(() => 1)", "x.then(() => 1) instanceof Promise"],
    "async": ["await x.next()", "await x.next({v})", "await x.return({v})", "await x.throw(new Error('e'))", "await (async () => { const l = []; for await (const v of x) l.push(v); return l; })()",
              "x[Symbol.asyncIterator]() === x", "await Promise.all([x.next(), x.next()])"],
    "buffer": ["x.getBuffer().data", "x.getBuffer().shape", "x.getBuffer().strides", "x.getBuffer().format", "x.getBuffer({t}).data", "x.getBuffer({t}).nbytes", "x.getBuffer().readonly",
               "x.getBuffer().c_contiguous", "x.getBuffer().ndim", "x.getBuffer().itemsize", "x.toJs()", "(() => { const b = x.getBuffer(); b.release(); return b.data; })()"],
    "object": ["x.a", "x.b", "x.c", "x.method({v})", "x.kind", "x.a = {v}", "delete x.a", "x.method === x.method", "x.$a", "x.method.call(null, 1)", "x.__class__", "x.__dict__"],
}  # fmt: skip

PY_SUBJECTS: list[tuple[str, list[Kind]]] = [
    ("[]", ["get", "set", "has", "iterable", "sequence", "mutable"]),
    ("[1, 'a', 2.5, None]", ["get", "set", "has", "iterable", "sequence", "mutable"]),
    ("[3, 1, 2]", ["get", "set", "has", "iterable", "sequence", "mutable"]),
    ("[[1], {'a': 2}, (3,), Thing()]", ["get", "set", "has", "iterable", "sequence", "mutable"]),
    ("Rows([1, [2]])", ["get", "set", "has", "iterable", "sequence", "mutable"]),
    ("collections.deque([1, 2, 3])", ["get", "set", "has", "iterable", "sequence", "mutable"]),
    ("bytearray(b'abc')", ["get", "set", "has", "iterable", "sequence", "mutable", "buffer"]),
    ("(1, [2], 'c')", ["get", "has", "iterable", "sequence"]),
    ("Point(1, [2])", ["get", "has", "iterable", "sequence", "object"]),
    ("range(5)", ["get", "has", "iterable", "sequence"]),
    ("b'abc'", ["get", "has", "iterable", "sequence", "buffer"]),
    ("{}", ["get", "set", "has", "iterable"]),
    ("{'a': 1, 'b': [2], 'length': 5, 1: 'one', '7': 7}", ["get", "set", "has", "iterable"]),
    ("{'get': 1, 'a': {'b': {'c': [1]}}, 'items': 2, None: 3}", ["get", "set", "has", "iterable"]),
    ("Table(a=1, b=[2])", ["get", "set", "has", "iterable"]),
    ("collections.OrderedDict(a=1)", ["get", "set", "has", "iterable"]),
    ("collections.ChainMap({'a': 1}, {'b': 2})", ["get", "set", "has", "iterable"]),
    ("{1, 'a'}", ["has", "iterable"]),
    ("frozenset([1, (2,)])", ["has", "iterable"]),
    ("{'a': 1}.items()", ["has", "iterable"]),
    ("iter([1, [2]])", ["iterator"]),
    ("count(3)", ["iterator"]),
    ("zip([1, 2], 'ab')", ["iterator"]),
    ("later(3)", ["async"]),
    ("answer()", ["await"]),
    ("answer([1])", ["await"]),
    ("refuse()", ["await"]),
    ("answer", ["call"]),
    ("add", ["call"]),
    ("lambda x=None: x", ["call"]),
    ("lambda: 1 / 0", ["call"]),
    ("lambda a: [a]", ["call"]),
    ("len", ["call"]),
    ("Thing", ["call", "object"]),
    ("list", ["call"]),
    ("Thing()", ["object"]),
    ("Thing().method", ["call", "object"]),
    ("Failing()", ["object", "get", "call"]),
    ("ValueError('v')", ["object"]),
    ("object()", ["object"]),
    ("memoryview(b'abcdefgh').cast('H')", ["buffer", "get", "iterable", "sequence"]),
    ("memoryview(b'abcdefgh').cast('B', [2, 4])", ["buffer", "get"]),
    ("memoryview(bytearray(8))[::2]", ["buffer", "get", "set"]),
    ("array.array('d', [1.5, 2])", ["buffer", "get", "set", "iterable"]),
    ("array.array('q', [1, -2])", ["buffer", "get"]),
    ("memoryview(b'ab').cast('?')", ["buffer"]),
    ("create_proxy([1, 2])", ["get", "iterable", "sequence"]),
    ("create_proxy(add)", ["call"]),
    ("run_js('[1, 2]')", ["any"]),
    ("run_js('({a: 1, b: [2]})')", ["object"]),
    ("js", ["any"]),
    ("json", ["object"]),
]  # fmt: skip

# Steps in Python, on a JavaScript object x.

PY_STEPS: dict[Kind, list[str]] = {
    "any": [
        "x", "type(x).__name__", "str(x)", "repr(x)", "bool(x)", "x == x", "x != x", "x == {v}", "x is x", "hash(x)", "x.typeof", "x.js_id == x.js_id", "x.nope", "x.{n}",
        "x.{m} = {v}", "del x.{n}", "hasattr(x, '{n}')", "'{n}' in dir(x)", "x.to_py({o})", "x.to_py({o})", "x.to_py({o})", "to_js(x) is x", "x.object_keys()", "x.object_values()",
        "x.object_entries()", "x.as_object_map()", "x.as_py_json()", "x.to_weakref().deref() == x", "isinstance(x, JsProxy)", "x.constructor.name", "callable(x)", "len(x)", "iter(x)",
        "x < x", "x < {v}", "x.__class__.__name__", "x.__name__", "x.__doc__ is None", "getattr(x, 'class', 5)", "x.class_", "run_js('(a) => a')(x) == x",
        "run_js('(a, b) => a === b')(x, x)", "js.Array['from']([x])", "json.dumps(x)", "x.toString()", "{'a': x} == {'a': x}", "[x].index(x)", "x()", "x[{i}]", "x[{k}]", "setattr(x, 'new_name', {v})", "x.new_name",
        "copy_of = x", "x.as_py_json().get('a')", "isinstance(x, Exception)", "{v}", "to_js({v}, {p})", "to_js({v}, {p})", "to_js([x, {v}], {p})", "run_js('(a) => [typeof a, a]')({v})", "x.valueOf()",
    ],
    "get": ["x[{k}]", "x[{i}]", "x.get({k})", "x.get({k}, 7)", "{k} in x", "len(x)", "dict(x)", "list(x.items())", "list(x.keys())", "list(x.values())", "list(x)", "x == x", "x.get"],
    "set": ["x[{k}] = {v}", "del x[{k}]", "x.pop({k})", "x.pop({k}, 7)", "x.setdefault({k}, {v})", "x.update({{k}: {v}})", "x.update(a={v})", "x.popitem()", "x.clear()"],
    "iterable": ["list(x)", "next(iter(x))", "[*x]", "sum(1 for _ in x)", "tuple(x)", "sorted(map(str, x))", "{v} in x", "iter(x) is x"],
    "iterator": ["next(x)", "next(x, 7)", "x.send({v})", "x.throw(ValueError('v'))", "x.throw(ValueError)", "x.close()", "list(x)", "x.next()", "iter(x) is x"],
    "async": ["await anext(x)", "await x.asend({v})", "await x.athrow(ValueError('v'))", "await x.aclose()", "[v async for v in x]", "aiter(x) is x"],
    "await": ["await x", "await x.then(lambda v: [v])", "await x.catch(lambda e: 7)", "await x.finally_(lambda: 7)", "await x.then(lambda v: 1 / 0)", "isinstance(x, JsPromise)"],
    "array": ["x[{i}]", "x[{i}] = {v}", "del x[{i}]", "x[{i}:{i}]", "x[::{i}]", "x[{i}:{i}] = [{v}, {v}]", "del x[{i}:]", "x[::2] = [{v}]", "len(x)", "{v} in x", "x.append({v})", "x.extend([{v}])",
              "x.extend({v})", "x.pop()", "x.pop({i})", "x.insert({i}, {v})", "x.remove({v})", "x.index({v})", "x.count({v})", "x.reverse()", "list(reversed(x))", "x + [{v}]", "x * 2", "x * {i}", "x += [{v}]", "x *= 2",
              "x + x", "2 * x", "x == [1]", "x.keys", "x.map(lambda v, i, a: [v, i])", "x.push({v})", "x.length", "x.length = 1", "x.sort()", "x.join('-')", "x.slice(1)", "isinstance(x, collections.abc.MutableSequence)",
              "isinstance(x, collections.abc.Sequence)", "[v for v in x]", "x.to_py()", "x.includes({v})", "x.index({v}, {i})", "x.index({v}, {i}, {i})", "x[1.5]", "x['0']", "dict(x)", "x.as_py_json()[{i}]", "list(x.as_py_json())",
              "x.as_py_json().append({v})", "min(x)", "a, *b = x", "json.dumps(x.as_py_json())", "x.clear()"],
    "call": ["x()", "x({v})", "x({v}, {v})", "x(a={v})", "x({v}, b={v})", "x.new()", "x.new({v})", "x.new(a={v})", "x.name", "x.length", "x.call(None, {v})", "x.apply(None, to_js([{v}]))", "x.bind({v})()", "x(x)", "x(*range(20))",
             "x(lambda v: v)", "type('C', (), {'m': x})().m({v})"],
    "buffer": ["x.to_bytes()", "x.to_memoryview()", "x.to_string()", "x.to_string('latin1')", "x.to_string('nope')", "x.assign(bytes(x.byteLength))", "x.assign(b'a')", "x.assign_to(bytearray(x.byteLength))", "x.assign({v})",
               "x.to_py()", "x.byteLength", "len(x)", "x[{i}]", "x[{i}] = {v}", "del x[0]", "x[0:1]", "list(x)", "x.count({v})", "x.index({v})", "list(reversed(x))", "x.subarray(1)", "{v} in x", "x.reverse()", "x.fill(1)", "x.buffer"],
    "object": ["x.a", "x.b", "x.c", "x.a = {v}", "del x.a", "x.method({v})", "x.method == x.method", "x.as_object_map()['a']", "x.as_object_map()['b'] = {v}", "list(x.as_object_map())", "len(x.as_object_map())", "dict(x.as_py_json())",
               "x.as_py_json()['a']", "x.as_py_json()[{k}]", "x.as_py_json()['n'] = {v}", "{k} in x.as_py_json()", "x.as_object_map(hereditary=True)['b']", "json.dumps(x.as_py_json())", "del x.as_object_map()['a']", "x.as_py_json().pop('a')",
               "list(x.as_py_json().items())"],
    "error": ["x.name", "x.message", "isinstance(x, JsException)", "raise x", "str(x)", "x.stack is None", "x.js_error == x", "isinstance(x.args, tuple)", "x.cause"],
    "with": ["with x as y: pass", "with x as y: 1 / 0"],
    "double": ["x.unwrap()", "x.destroy()", "x", "x.type"],
    "js": ["js.nope", "js.Object.new()", "js.Object.fromEntries(to_js([['a', {v}]]))", "js.JSON.parse('[1, {\"a\": null}]').to_py()", "js.JSON.stringify(to_js({v}))", "js.Math.max(1, 2.5)", "js.Number.MAX_SAFE_INTEGER",
           "js.Array.of({v}, {v})", "js.String.fromCharCode(55357)", "js.BigInt(5)", "js.Symbol.iterator", "js.Array.new(3)", "js.Map.new([[1, 2]])", "js.Reflect.ownKeys(x)", "run_js('throw 5')", "run_js('throw new RangeError()')",
           "run_js('null')", "run_js(5)", "js.Number(5)", "js.Date.new(0).getTime()", "js.parseInt('12', 10)", "create_proxy({v})", "create_once_callable(add)({v})", "create_proxy(add)({v})", "create_proxy([1]).unwrap()",
           "create_proxy(add, capture_this=True)({v})", "create_proxy([1], roundtrip=False)", "run_js('(f) => f(1, 2)')(add)", "run_js('(f) => f(1)')(lambda v: {v})", "run_js('(f) => f')(add)", "run_js('(f) => [f]')(add)[0]",
           "run_js('(f) => { try { f(); } catch (e) { return e.type; } }')(lambda: 1 / 0)", "run_js('(f) => f()')(lambda: 1 / 0)", "JsException('N', 'm')", "destroy_proxies(to_js([Thing()]))", "JsBigInt(5) + JsBigInt(2)",
           "JsBigInt(7) // 2", "-JsBigInt(7)", "JsBigInt(7) == 7", "bool(jsnull)", "JsNull()", "JsArray()", "isinstance({v}, JsArray)", "js.undefined", "js.globalThis == js"],
}  # fmt: skip

JS_SUBJECTS: list[tuple[str, list[Kind]]] = [
    ("[]", ["array"]),
    ("[1, 'a', 2.5, null, undefined]", ["array"]),
    ("[3, 1, 2]", ["array"]),
    ("[{a: 1}, [2], new Map([[1, 2]])]", ["array"]),
    ("Object.freeze([1, 2])", ["array"]),
    ("[, 1]", ["array"]),
    ("(function () { return arguments; })(1, 2)", ["array"]),
    ("({length: 2, 0: 'a', 1: 'b', *[Symbol.iterator]() { yield 'a'; yield 'b'; }})", ["array"]),
    ("new Map([['a', 1], ['b', [2]]])", ["get", "set", "iterable"]),
    ("new Map()", ["get", "set", "iterable"]),
    ("new Map([[1, undefined], [null, 'n'], [1.5, 2]])", ["get", "set", "iterable"]),
    ("new Set([1, 'a'])", ["iterable"]),
    ("new Set()", ["iterable"]),
    ("new URLSearchParams('a=1&b=2')", ["get", "set", "iterable"]),
    ("new Headers({a: '1'})", ["get", "set", "iterable"]),
    ("[1, 'a'].values()", ["iterator"]),
    ("count(3)", ["iterator"]),
    ("new Map([[1, 2]]).entries()", ["iterator"]),
    ("({i: 0, next() { return {done: this.i++ > 1, value: 1}; }})", ["iterator"]),
    ("({i: 0, next() { return {done: this.i++ > 1, value: this.i}; }, [Symbol.iterator]() { return this; }})", ["iterator"]),
    ("later(3)", ["async"]),
    ("Promise.resolve([1])", ["await"]),
    ("Promise.reject(new RangeError('r'))", ["await"]),
    ("({then(f) { f(5); }})", ["await"]),
    ("(a, b) => [a, b]", ["call"]),
    ("function (...args) { return [this === undefined, ...args]; }".replace("function", "(function") + ")", ["call"]),
    ("() => { throw new TypeError('t'); }", ["call"]),
    ("() => { throw 5; }", ["call"]),
    ("async (a) => a", ["call"]),
    ("(f) => f(1)", ["call"]),
    ("Thing", ["call"]),
    ("count", ["call"]),
    ("Math.max", ["call"]),
    ("({a: 1, b: {c: [2]}, length: 3})", ["object"]),
    ("({a: null, b: undefined, class: 5, method(x) { return x; }})", ["object"]),
    ("Object.create(null)", ["object"]),
    ("new Thing()", ["object"]),
    ("new Failing()", ["object"]),
    ("Object.freeze({a: 1})", ["object"]),
    ("new Date(0)", ["object"]),
    ("new Uint8Array([1, 2, 3])", ["buffer", "iterable"]),
    ("new Float32Array([1.5, 2])", ["buffer"]),
    ("new BigInt64Array([1n, -2n])", ["buffer"]),
    ("new ArrayBuffer(4)", ["buffer"]),
    ("new DataView(new ArrayBuffer(4))", ["buffer"]),
    ("new Uint8Array([0xff, 0xfe])", ["buffer"]),
    ("new Error('e')", ["error", "object"]),
    ("new (class Odd extends RangeError {})('e')", ["error"]),
    ("new DOMException('m', 'AbortError')", ["error"]),
    ("new Proxy({a: 1}, {})", ["object"]),
    ("new Proxy([1], {get(t, k) { if (typeof k === 'string') throw new RangeError('no'); return t[k]; }})", ["array"]),
    ("py.toPy([1])", ["any"]),
    ("({[Symbol.dispose ?? 'x']() { this.a = 'gone'; }})", ["with", "object"]),
    ("new WeakRef({a: 1})", ["any"]),
    ("new String('boxed')", ["array"]),
    ("Symbol('s')", ["any"]),
    ("globalThis", ["js"]),
    ("undefined", ["js"]),
    ("({})", ["js", "object"]),
]  # fmt: skip

NAMES = [
    "a",
    "b",
    "c",
    "x",
    "length",
    "name",
    "get",
    "items",
    "keys",
    "toString",
    "constructor",
    "append",
    "then",
    "size",
    "method",
    "kind",
]

_HOLE = re.compile(r"\{([ikmnopstv])\}")


@functools.cache
def _fillers(language: str) -> dict[str, st.SearchStrategy[str]]:
    """What the letters in the steps of a language stand for."""
    is_js = language == "js"
    return {
        "i": st.sampled_from(["0", "1", "-1", "2", "5", "-9"]),
        "k": st.sampled_from(["'a'", "'b'", "'zz'", "'1'", "1", "0", "'length'", "'get'", "1.5"]),
        "v": st.sampled_from(["1", "'a'", "2"]) | (js_values() if is_js else py_values()),
        "n": st.sampled_from(NAMES),
        "m": st.sampled_from([name for name in NAMES if name != "length"]),  # nobody waits for a long array
        "s": st.sampled_from(["','", "''", "undefined"]),
        "t": st.sampled_from(["'u8'", "'i16'", "'f64'", "'dataview'", "'u8clamped'", "'nope'", "'i64'", "'i32'"]),
        "o": to_js_options() if is_js else to_py_options(),
        "p": py_to_js_options(),
    }


@functools.cache
def _steps(language: str, kinds: tuple[Kind, ...]) -> st.SearchStrategy[str]:
    """A step of one of these kinds."""
    table = JS_STEPS if language == "js" else PY_STEPS
    fillers = _fillers(language)

    def fill(template: str) -> st.SearchStrategy[str]:
        holes = _HOLE.findall(template)

        def put(drawn: tuple[str, ...]) -> str:
            parts = iter(drawn)
            return _HOLE.sub(lambda _: next(parts), template)

        return st.tuples(*(fillers[letter] for letter in holes)).map(put)

    return st.sampled_from([step for kind in kinds for step in table[kind]]).flatmap(fill)


@functools.cache
def _program(home: Literal["py", "js"]) -> st.SearchStrategy[Program]:
    subjects, table, other = (PY_SUBJECTS, JS_STEPS, "js") if home == "py" else (JS_SUBJECTS, PY_STEPS, "py")
    values = py_values() if home == "py" else js_values()
    chosen = st.sampled_from(subjects) | values.map(lambda value: (value, ["any"]))

    def with_steps(subject: tuple[str, list[Kind]]) -> st.SearchStrategy[Program]:
        code, kinds = subject
        suiting = _steps(other, tuple(kinds))
        step = suiting | suiting | _steps(other, ("any",)) | _steps(other, tuple(table))
        return st.lists(step, min_size=1, max_size=6).map(lambda steps: Program(home, code, tuple(steps)))

    return chosen.flatmap(with_steps)


def programs() -> st.SearchStrategy[Program]:
    """A value, mostly with steps that suit it."""
    return _program("py") | _program("js")
