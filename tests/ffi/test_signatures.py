"""Typed signatures: JsProxy.bind_sig, JsProxy.bind_class and what annotations convert (_pyodide.jsbind).

tests/ffi/differential/signatures.py compares more of them with the reference.
"""

from __future__ import annotations

from textwrap import dedent

import pytest

from harness.hosts import JsError
from harness.runtime import Runtime

PRELUDE = """
from asyncio import Future
from typing import Annotated
from _pyodide.jsbind import BindClass, Deep, Json
from pyodide.code import run_js
from pyodide.ffi import to_js
"""


def test_a_function(runtime: Runtime) -> None:
    code = """
    def join(words: Deep, /, *rest: Deep, sep: str = ",", end: str | None = None) -> Deep: ...
    f = run_js("(...a) => [a.length, Array.isArray(a[0]), JSON.stringify(a.at(-1))]").bind_sig(join)
    [f(["a"]), f(["a"], [1], sep="-", end="!")]
    """
    assert runtime.run_python(PRELUDE + dedent(code)) == [
        [2, True, '{"sep":","}'],
        [3, True, '{"sep":"-","end":"!"}'],
    ]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("f()", r"f\(\): missing a required argument: 'a'"),
        ("f(1, 2)", r"f\(\): too many positional arguments"),
        ("f(1, z=2)", r"f\(\): got an unexpected keyword argument 'z'"),
        ("js_f.bind_sig(5)", r"bind_sig\(\) takes a function or a class, not 5"),
        ("js_f.bind_class(len)", r"bind_class\(\) takes a class, not <built-in function len>"),
        ("js_f.bind_sig(int)()", "int describes no function: it has no __call__"),
        ("js_f.bind_sig(later)(1)", "The signature says that JavaScript gives a promise, but it gave int"),
    ],
)
def test_mistakes(runtime: Runtime, call: str, message: str) -> None:
    code = f"""
    def f(a, /): ...
    async def later(a, /): ...
    js_f = run_js("(a) => a")
    f = js_f.bind_sig(f)
    {call}
    """
    with pytest.raises(JsError, match=message):
        runtime.run_python(PRELUDE + dedent(code))


def test_an_object(runtime: Runtime) -> None:
    code = """
    class Inner(BindClass):
        items: Deep

    class Outer:
        inner: Inner
        later: Future[Deep]
        view: Json

        def first(self, items: Deep, /) -> Deep: ...
        async def wait(self) -> Inner: ...

    o = run_js('''({
        inner: {items: [1, {a: 2}]}, later: Promise.resolve([3]), view: {b: [4]}, rest: [5],
        first(items) { return [items[0], this.rest]; },
        async wait() { return this.inner; },
    })''')
    t = o.bind_sig(Outer)
    here = [t == o, t.inner.items, list(t.view), t.view["b"][0], t.first([[6]]), t.rest[0]]
    [*here, await t.later, (await t.wait()).items]
    """
    assert runtime.run_python_async(PRELUDE + dedent(code)) == [
        True,
        [1, {"a": 2}],
        ["b"],
        4,
        [[6], [5]],
        5,
        [3],
        [1, {"a": 2}],
    ]


def test_a_class(runtime: Runtime) -> None:
    code = """
    class Thing(BindClass):
        args: Deep

        def __init__(self, a: Deep, /, *, k: int = 1): ...
        @staticmethod
        def make(a: Deep, /) -> Deep: ...

    Thing_js = run_js("(class { constructor(...args) { this.args = args; } static make(a) { return [a]; } })")
    bound = Thing_js.bind_class(Thing)
    [bound([1]).args, bound([2], k=3).args, bound.make([4])]
    """
    assert runtime.run_python(PRELUDE + dedent(code)) == [[[1], {"k": 1}], [[2], {"k": 3}], [[4]]]


@pytest.mark.parametrize("converter", ["Deep", "Json"])
def test_proxies_for_arguments_end_with_the_call(runtime: Runtime, converter: str) -> None:
    code = f"""
    class Keeper:
        def keep(self, value: {converter}, /): ...
        async def later(self, value: {converter}, /) -> Deep: ...
        def fail(self, value: {converter}, /): ...
        def alive(self) -> bool: ...

    class Thing: pass
    k = run_js('''({{
        keep(value) {{ this.kept = value[0]; }},
        async later(value) {{ this.kept = value[0]; await undefined; return this.alive(); }},
        fail(value) {{ this.kept = value[0]; throw new Error("no"); }},
        alive() {{ try {{ return this.kept.toString() !== undefined; }} catch {{ return false; }} }},
    }})''').bind_sig(Keeper)
    seen = []
    k.keep([Thing()])
    seen.append(k.alive())
    seen.append(await k.later([Thing()]))
    seen.append(k.alive())
    try:
        k.fail([Thing()])
    except Exception as error:
        seen.append(error.message)
    seen.append(k.alive())
    seen
    """
    assert runtime.run_python_async(PRELUDE + dedent(code)) == [False, True, False, "no", False]


def test_a_converter_of_ones_own(runtime: Runtime) -> None:
    code = """
    from _pyodide.jsbind import Js2PyConverterMeta, Py2JsConverterMeta, py2js_deep
    class Twice(metaclass=Py2JsConverterMeta):
        converter = py2js_deep
        @staticmethod
        def pre_convert(value): return [value, value]
    class Text(metaclass=Js2PyConverterMeta):
        @staticmethod
        def post_convert(value): return f"<{value}>"
    def f(a: Twice, b: Annotated[int, Twice], /) -> Text: ...
    run_js("(a, b) => JSON.stringify([a, b])").bind_sig(f)(1, 2)
    """
    assert runtime.run_python(PRELUDE + dedent(code)) == "<[[1,1],[2,2]]>"


def test_a_signature_in_a_cycle_is_garbage(runtime: Runtime) -> None:
    code = """
    import gc, weakref
    def f(): ...
    f.bound = run_js("() => 1").bind_sig(f)
    f.bound()
    alive = weakref.ref(f)
    del f
    gc.collect()
    alive() is None
    """
    assert runtime.run_python(PRELUDE + dedent(code)) is True
