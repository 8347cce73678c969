"""Attributes of JsProxies and the property protocol of PyProxies (2.5, 4.6)."""

from __future__ import annotations

from harness.runtime import Runtime

A = "class A:\n    x = 1\n    def f(self, y): return y + 1\n"


def test_properties_of_javascript_objects(runtime: Runtime) -> None:
    runtime.run_js("globalThis.object = { a: 1, class: 2, class_: 3, undefinedOne: undefined };")
    code = """
import js
o = js.object
o.b = "new"
del o.a
[o.b, o.class_, o.class__, o.undefinedOne is None, hasattr(o, "a"), hasattr(o, "nope"), "class_" in dir(o)]
"""
    assert runtime.run_python(code) == ["new", 2, 3, True, False, False, True]
    assert runtime.run_js("return Object.keys(object);") == ["class", "class_", "undefinedOne", "b"]


def test_only_keywords_have_an_underscore_more(runtime: Runtime) -> None:
    runtime.run_js("globalThis.object = { match: 1, match_: 2, exec: 3, lambda: 4 };")
    code = """
import js, keyword
o = js.object
names = dir(o)
js.Object.assign(js.object, js.Object.fromEntries([[word, i] for i, word in enumerate(keyword.kwlist)]))
[o.match, o.match_, o.exec, hasattr(o, "exec_"), [name in names for name in ("match", "match_", "exec", "lambda_")],
 all(getattr(o, word + "_") == i and word + "_" in dir(o) for i, word in enumerate(keyword.kwlist))]
"""
    assert runtime.run_python(code) == [1, 2, 3, False, [True] * 4, True]


def test_dir_of_what_has_no_properties(runtime: Runtime) -> None:
    runtime.run_js("globalThis.empty = Object.create(null);")
    assert runtime.run_python("import js\n['' in dir(js.empty), 'to_py' in dir(js.empty)]") == [False, True]


def test_the_text_is_what_to_string_gives(runtime: Runtime) -> None:
    runtime.run_js(
        """
        globalThis.all = [
          { toString: () => "text", [Symbol.toPrimitive]: () => "primitive" },
          Object(Symbol("boxed")),
          { toString() { throw new Error("no"); } },
          { toString: () => 5 },
          Object.create(null),
        ];
        """
    )
    assert runtime.run_python("import js\n[str(x) for x in js.all] + [repr(js.all[0])]") == [
        "text", "Symbol(boxed)", "[object Object]", "[object Object]", "[object Object]", "text",
    ]  # fmt: skip


def test_what_every_proxy_answers(runtime: Runtime) -> None:
    runtime.run_js("globalThis.a = {}; globalThis.b = {};")
    code = """
import js
[js.a == js.a, js.a == js.b, js.a != js.b, js.a == 1, js.a.js_id == js.a.js_id, js.a.js_id == js.b.js_id,
 js.a.typeof, str(js.a), bool(js.a), js.Array.typeof]
"""
    assert runtime.run_python(code) == [
        True, False, True, False, True, False, "object", "[object Object]", True, "function",
    ]  # fmt: skip


def test_truth_of_what_is_empty(runtime: Runtime) -> None:
    runtime.run_js(
        """
        globalThis.all = [[], [0], new Map(), new Set([1]), new Uint8Array(0), () => 0, new ArrayBuffer(0),
          new DataView(new ArrayBuffer(1)), { byteLength: 0 }, { size: 0 }, { length: 0 }];
        """
    )
    assert runtime.run_python("import js\n[bool(x) for x in js.all]") == [
        False, True, False, True, False, True, False, True, False, False, True,
    ]  # fmt: skip


def test_python_attributes(runtime: Runtime) -> None:
    assert runtime.run_js(
        f"""
        const a = pyodide.runPython(`{A}A()`);
        a.y = "set";
        const found = [a.x, a.y, a.nope, "x" in a, "nope" in a, a.f(2), a.f === a.f, a.type];
        found.push(Reflect.ownKeys(a).includes("f"), Object.keys(a).length, Object.hasOwn(a, "f"), delete a.type);
        delete a.y;
        found.push(a.y, a.$type);
        a.destroy();
        return found;
        """
    ) == [1, "set", None, True, False, 3, True, "A", True, 0, False, True, None, None]


def test_methods_are_cached_with_their_object(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const a = pyodide.runPython("from collections import OrderedDict\\nclass C(OrderedDict): pass\\nC()");
        const set = pyodide.runPython("lambda o, l: setattr(o, 'f', l.append)");
        const lists = pyodide.runPython("[[], []]");
        const found = [a.items === a.items];
        for (const list of lists) {
          set(a, list);
          a.f(1);
          found.push(list.length);
          list.destroy();
        }
        for (const proxy of [a, set, lists]) proxy.destroy();
        return found;
        """
    ) == [True, 1, 1]


def test_javascripts_members_come_first(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const a = pyodide.runPython("class B:\\n  toString = 5\\n  type = 6\\nB()");
        const found = [typeof a.toString, a.$toString, a.type, a.$type, a[Symbol.toStringTag]];
        a.destroy();
        return found;
        """
    ) == ["function", 5, "B", 6, "PyProxy"]


def test_use_after_destroy(runtime: Runtime) -> None:
    assert runtime.run_js(
        f"""
        const a = pyodide.runPython(`{A}A()`);
        const f = a.f;
        const copy = a.copy();
        a.destroy();
        a.destroy();
        const messages = [a, f].map((p) => {{ try {{ p.x; }} catch (error) {{ return error.message.split("\\n"); }} }});
        const still = copy.x;
        copy.destroy();
        return [messages[0][0], messages[1][0].slice(0, 31), still];
        """
    ) == ["Object has already been destroyed", "This borrowed attribute proxy w", 1]


def test_instanceof(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const { PyProxy, PyCallable, PyDict, PySequence, PyMutableSequence, PyBuffer } = pyodide.ffi;
        const classes = [PyProxy, PyCallable, PyDict, PySequence, PyMutableSequence, PyBuffer];
        const found = ["{}", "[]", "(1,)", "b''", "len"].map((code) => {
          const p = pyodide.runPython(code);
          const bits = classes.map((c) => Number(p instanceof c)).join("");
          p.destroy();
          return bits;
        });
        return [...found, {} instanceof PyProxy, 1 instanceof PyProxy];
        """
    ) == ["101000", "100110", "100100", "100101", "110000", False, False]


def test_flags_are_public(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        return ["{}", "[]", "()", "iter(())", "(x for x in ())", "len", "b''", "object()"].map((code) => {
          const p = pyodide.runPython(code);
          const flags = p.$$flags;
          p.destroy();
          return flags;
        });
        """
    ) == [131103, 24607, 8219, 32, 2080, 256, 8347, 0]


def test_members_of_a_proxy_cannot_be_written(runtime: Runtime) -> None:
    body = """
    const o = pyodide.runPython("[1]");
    const done = ["keys", "toString", "length", Symbol.iterator].map((name) => Reflect.set(o, name, 1));
    const kept = typeof o.keys;
    o.destroy();
    return [done, kept];
    """
    assert runtime.run_js(body) == [[False] * 4, "function"]


def test_what_the_import_system_has_not_written_cannot_be_deleted(runtime: Runtime) -> None:
    code = """
import js
o = js.Object.new()
def delete():
    try:
        del o.__name__
    except AttributeError as error:
        return error.name
before = delete()
o.__name__ = "n"
[before, delete(), delete()]
"""
    assert runtime.run_python(code) == ["__name__", None, "__name__"]
