# ruff: noqa: E501 - tables of code
"""Programs with typed signatures: JsProxy.bind_sig, JsProxy.bind_class, and the converters of _pyodide.jsbind."""

from __future__ import annotations

from ffi.differential.programs import Program

IMPORTS = (
    "from _pyodide.jsbind import *",
    "from _pyodide.jsbind import BindClass, Deep, Default, Json",
    "from asyncio import Future\nfrom collections.abc import Awaitable\nfrom typing import Annotated, Any",
)


def program(subject: str, *steps: str) -> Program:
    return Program("js", subject, (*IMPORTS, *steps))


# What a function is called with, as text.
SHOW = "(...a) => a.map((v) => (v?.type ? 'proxy' : JSON.stringify(v))).join(' ')"
SAME = "(v) => { if (v === 'throw') throw new RangeError(); return v; }"
OBJECT = """({
  list: [1], number: 5, nothing: null, later: Promise.resolve([1]),
  inner: { list: [2], f(x) { return [this.list, Array.isArray(x)]; } },
  f(x) { return [this.list, Array.isArray(x)]; },
  async g(x) { await 1; return [typeof x[0]?.a, Array.isArray(x)]; },
  fail() { throw new TypeError("no"); },
  free: () => [7],
  kept: null, keep(x) { this.kept = x; return JSON.stringify(x); },
  look() { try { return String(this.kept[0].a ?? this.kept[0]); } catch (error) { return error.name; } },
})"""
CLASS = """class A {
  list = [1];
  constructor(...a) { this.args = a.map((v) => (v?.type ? "proxy" : v)); }
  f(x) { return Array.isArray(x); }
}"""

SIGNATURES = [
    program(
        SHOW, "def f(a, /): ...", "g = x.bind_sig(f)", "g == x", "g is x", "g(1)", "g([1])", "g()", "g(1, 2)", "g(a=1)"
    ),
    program(
        SHOW,
        "def f(a, b=None, c=3, /): ...",
        "g = x.bind_sig(f)",
        "g(1)",
        "g(1, 2)",
        "g(1, 2, 4)",
        "g()",
        "g(1, 2, 3, 4)",
    ),
    program(SHOW, "def f(*args): ...", "g = x.bind_sig(f)", "g()", "g(1, [2])", "g(1, k=2)"),
    program(
        SHOW,
        "def f(*, k, l=None, m=3): ...",
        "g = x.bind_sig(f)",
        "g(k=1)",
        "g(k=1, l=2, m=4)",
        "g(m=1, k=2)",
        "g(k=None)",
        "g()",
        "g(k=1, z=4)",
        "g(1, k=1)",
    ),
    program(SHOW, "def f(**kwargs): ...", "g = x.bind_sig(f)", "g()", "g(k=1)", "g(1)"),
    program(
        SHOW,
        "def f(a, /, *, l=None, **kwargs): ...",
        "g = x.bind_sig(f)",
        "g(1)",
        "g(1, l=2)",
        "g(1, m=2, l=3)",
        "g(1, a=2)",
    ),
    program(SHOW, "def f(*, l=None): ...", "x.bind_sig(f)()"),
    program(
        SHOW,
        "def f(a: Deep, b: Default, c: Annotated[list, Deep], d: 'Annotated[list, Deep]', e: list[int], /): ...",
        "x.bind_sig(f)([1], [2], [3], [4], [5])",
    ),
    program(
        SHOW,
        "def f(*args: Deep, k: Deep = None, **kwargs: Deep): ...",
        "g = x.bind_sig(f)",
        "g([1], {'a': [2]})",
        "g(k=[1], z={'y': 2})",
    ),
    program(
        SAME,
        "def f(a, /) -> Deep: ...",
        "g = x.bind_sig(f)",
        "g(to_js([1, {'a': 2}]))",
        "g(3)",
        "g([1])",
        "g(jsnull)",
        "g(x)",
        "g('throw')",
        "g(run_js('new Uint8Array([1])'))",
    ),
    program(
        SAME,
        "def f(a, /) -> Annotated[Any, Json]: ...",
        "g = x.bind_sig(f)",
        "list(g(to_js({'a': [2]})))",
        "g(to_js([{'a': 1}]))[0]['a']",
        "g(3)",
        "g([1])",
        "g(x)",
        "type(g(run_js('new Error()'))).__name__",
    ),
    program(SAME, "def f(a, /) -> Default: ...", "g = x.bind_sig(f)", "g(to_js([1]))", "g([1])"),
    program(
        SAME,
        "def f(a, /) -> int: ...",
        "g = x.bind_sig(f)",
        "g('text')",
        "def f(a, /) -> None: ...",
        "x.bind_sig(f)(1)",
    ),
    program(
        SAME, "def f(a: Json, /): ...", "g = x.bind_sig(f)", "l = [1]", "g(l) is l", "g(5)", "g(None)", "g(x) == x"
    ),
    program(
        OBJECT,
        "class O(BindClass):\n    list: Deep\n    def f(self, x: Deep = None, /) -> Deep: ...",
        "class S(BindClass):\n    list: Deep\n    number: int\n    nothing: Deep\n    later: Future[Deep]\n    inner: O\n    def f(self, x: Deep, /) -> Deep: ...\n    async def g(self, x: Deep, /) -> Deep: ...\n    def fail(self): ...\n    @staticmethod\n    def free() -> Deep: ...",
        "s = x.bind_sig(S)",
        "s == x",
        "s.list",
        "s.number",
        "s.nothing",
        "s.inner.list",
        "s.inner.f([1])",
        "s.inner.f()",
        "s.f([1])",
        "s.f()",
        "s.fail()",
        "s.free()",
        "s.free(1)",
        "s.nope",
        "await s.later",
        "await s.g([1])",
        "type(s.later).__name__",
        "setattr(s, 'list', to_js([3]))",
        "s.list",
        "x.list",
        "s.bind_sig(O).list",
    ),
    program(
        OBJECT,
        "class S(BindClass):\n    def keep(self, x: Deep, /): ...\n    async def g(self, x: Deep, /) -> Deep: ...\n    def look(self): ...",
        "s = x.bind_sig(S)",
        "s.keep([Thing()])",
        "s.look()",
        "await s.g([Thing()])",
    ),
    program(
        OBJECT,
        "class S(BindClass):\n    def keep(self, x: Json, /): ...\n    def look(self): ...",
        "s = x.bind_sig(S)",
        "s.keep([1, {'a': [2]}])",
        "s.look()",
        "s.keep((1, [2]))",
        "s.keep('text')",
    ),
    program(
        OBJECT,
        "class F(BindClass):\n    def __call__(self, x: Deep, /) -> Deep: ...",
        "x.f.bind_sig(F)([1])",
        "x.f.bind_sig(F)()",
    ),
    program(
        CLASS,
        "class A(BindClass):\n    list: Deep\n    args: Deep\n    def __init__(self, a: Deep, b: int = 3, /, *, k: Deep = None): ...\n    def f(self, x: Deep, /) -> Deep: ...",
        "A_js = x.bind_class(A)",
        "a = A_js([1])",
        "a.args",
        "a.list",
        "a.f([1])",
        "A_js([1], 2, k=[4]).args",
        "A_js()",
        "x.bind_sig(type[A])([5]).args",
        "A_js.new([1]).args",
    ),
    program(
        "async (v) => { if (v === 'throw') throw new TypeError('no'); return v; }",
        "class B(BindClass):\n    a: Deep",
        "async def f(v, /) -> Deep: ...",
        "await x.bind_sig(f)(to_js([1]))",
        "await x.bind_sig(f)([1])",
        "await x.bind_sig(f)('throw')",
        "def f(v, /) -> Future[Deep]: ...",
        "await x.bind_sig(f)(to_js([1]))",
        "def f(v, /) -> Awaitable[Deep]: ...",
        "await x.bind_sig(f)(to_js([1]))",
        "def f(v, /) -> Future[int]: ...",
        "await x.bind_sig(f)(to_js([1]))",
        "async def f(v, /): ...",
        "await x.bind_sig(f)(to_js([1]))",
        "async def f(v, /) -> B: ...",
        "(await x.bind_sig(f)(to_js({'a': [1]}))).a",
    ),
    program(SAME, "async def f(v, /): ...", "x.bind_sig(f)(1)"),
    program(
        SAME,
        "class B(BindClass):\n    a: Deep",
        "def f(v, /) -> B: ...",
        "g = x.bind_sig(f)",
        "g(to_js({'a': [1]})).a",
        "g(5)",
        "g(None)",
    ),
    program(
        SHOW,
        "class Up(metaclass=Py2JsConverterMeta):\n    @staticmethod\n    def pre_convert(v): return v.upper()",
        "class Twice(metaclass=Py2JsConverterMeta):\n    converter = py2js_deep\n    @staticmethod\n    def pre_convert(v): return [v, v]",
        "class TwiceUp(metaclass=Py2JsConverterMeta):\n    converter = Up\n    @staticmethod\n    def pre_convert(v): return v + 'x'",
        "class Down(metaclass=Js2PyConverterMeta):\n    @staticmethod\n    def post_convert(v): return v.lower()",
        "class Shout(metaclass=Js2PyConverterMeta):\n    converter = Down\n    @staticmethod\n    def post_convert(v): return v + '!A'",
        "def f(a: Up, b: Annotated[Any, Twice], c: TwiceUp, /) -> Shout: ...",
        "x.bind_sig(f)('abc', 1, 'def')",
        "x.bind_sig(f)(5, 1, 'def')",
    ),
    program(
        SHOW,
        "def f(a: 'Nope', /): ...",
        "x.bind_sig(f)('abc')",
        "f = lambda a, /: None",
        "x.bind_sig(f).bind_sig(f)([1])",
    ),
    program("({})", "x.bind_sig(print)()", "x.bind_sig()"),
]
