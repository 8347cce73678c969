"""Python containers in JavaScript: items by key, properties of sequences and dicts, `asJsJson` (2.4, 2.5)."""

from __future__ import annotations

from typing import Any

import pytest

from harness.hosts import JsError
from harness.runtime import Runtime


def use(runtime: Runtime, code: str, body: str) -> Any:
    """What the body gives for the Python value `o`."""
    return runtime.run_js(f"const o = pyodide.runPython({code!r}); try {{ {body} }} finally {{ o.destroy(); }}")


def test_items_of_a_dict(runtime: Runtime) -> None:
    body = """
    o.set("c", 3);
    o.delete("a");
    return [o.length, o.get("b"), o.get("nope"), o.has("a"), o.has("c"), o.toString()];
    """
    assert use(runtime, "{'a': 1, 'b': 2}", body) == [2, 2, None, False, True, "{'b': 2, 'c': 3}"]


def test_items_of_a_list(runtime: Runtime) -> None:
    body = "o.set(0, 5); o.delete(1); return [o.length, o.get(0), o.get(-1), o.get(9), o.has(3), o.toString()];"
    assert use(runtime, "[1, 2, 3]", body) == [2, 5, 3, None, True, "[5, 3]"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("o.get('x')", "TypeError"),
        ("o.set(9, 1)", "IndexError"),
        ("o.delete(9)", "IndexError"),
        ("o.set(0)", None),
        ("assert(Reflect.set(o, 9, 1))", "refused"),
        ("assert(Reflect.deleteProperty(o, 9))", "refused"),
        ("assert(Reflect.set(o, 'length', 0))", "refused"),
    ],
)
def test_what_a_list_refuses(runtime: Runtime, body: str, error: str | None) -> None:
    body = f"""
    const assert = (done) => {{ if (!done) throw {{ type: "refused" }}; }};
    try {{ {body}; return null; }} catch (error) {{ return error.type; }}
    """
    result = use(runtime, "[1]", body)
    assert result == error


def test_errors_other_than_missing_items_come_through(runtime: Runtime) -> None:
    code = "class A:\n    def __getitem__(self, key): raise ValueError(key)\n    def __len__(self): return -1\nA()"
    body = "return [() => o.get(1), () => o.length].map((f) => { try { f(); } catch (e) { return e.type; } });"
    assert use(runtime, code, body) == ["ValueError", "ValueError"]


def test_indices_are_properties_of_sequences(runtime: Runtime) -> None:
    body = """
    o[0] = "first";
    delete o[1];
    return [o[0], o["1"], o[7], o["-1"], o["01"], 0 in o, 2 in o, "length" in o,
      o.toString(), Reflect.ownKeys(o).slice(-3)];
    """
    assert use(runtime, "[1, 2, 3]", body) == [
        "first", 3, None, None, None, True, False, True, "['first', 3]", ["0", "1", "length"],
    ]  # fmt: skip


def test_a_tuple_cannot_be_changed(runtime: Runtime) -> None:
    body = "try { o[0] = 1; } catch (error) { return [o[0], typeof o.push, error.type]; }"
    assert use(runtime, "(5,)", body) == [5, "undefined", "TypeError"]


def test_string_keys_are_properties_of_dicts(runtime: Runtime) -> None:
    body = """
    o.new = 1;
    o[3] = "three";
    delete o.a;
    const deleted = Reflect.deleteProperty(o, "nope");
    const keys = Object.keys(o);
    return [o.b, o[3], o.items.type, "b" in o, "nope" in o, deleted, o.toString(),
      keys, JSON.stringify(o), { ...o }];
    """
    assert use(runtime, "{'a': 0, 'b': 2, 3: 3, 'get': 4}", body) == [
        2, "three", "builtin_function_or_method", True, False, False,
        "{'b': 2, 3: 'three', 'get': 4, 'new': 1}", ["b", "3", "new"],
        '{"b":2,"3":"three","new":1}', {"b": 2, "3": "three", "new": 1},
    ]  # fmt: skip


def test_attributes_of_a_dict_come_before_its_keys(runtime: Runtime) -> None:
    body = """
    let type;
    try { o.update = 5; } catch (error) { type = error.type; }
    return [type, o.update.type, o.get("update"), typeof o.$get, o.toString()];
    """
    assert use(runtime, "{'update': 1}", body) == [
        "AttributeError", "builtin_function_or_method", 1, "function", "{'update': 1}",
    ]  # fmt: skip


def test_only_exact_dicts_have_their_keys_as_properties(runtime: Runtime) -> None:
    body = "o.x = 5; return [o.a, o.get('a'), o.x, o.get('x')];"
    assert use(runtime, "type('D', (dict,), {})(a=1)", body) == [None, 1, 5, None]


def test_json_stringify(runtime: Runtime) -> None:
    code = "{'a': [1, {'b': None}], 'c': (1.5, 'x', True), 'type': 1, 'length': 2}"
    expected = '{"a":[1,{}],"c":[1.5,"x",true],"type":1,"length":2}'
    assert use(runtime, code, "return JSON.stringify(o.asJsJson());") == expected


def test_json_of_a_list_needs_no_adaptor_for_lists(runtime: Runtime) -> None:
    assert use(runtime, "[1, 'x']", "return JSON.stringify(o);") == '[1,"x"]'


def test_an_adaptor_looks_like_an_object(runtime: Runtime) -> None:
    body = """
    const j = o.asJsJson();
    j.list[1].deep = j.x;
    j.new = 1;
    delete j.gone;
    return [Object.keys(j), Object.entries(j.list[1]), j.keys, j.get, "items" in j, "x" in j, j.hasOwnProperty("x"),
      j.list.map((v) => typeof v), j.list === j.list, j instanceof pyodide.ffi.PyProxy, o.toString(), j[4]];
    """
    assert use(runtime, "{'list': [1, {}], 'x': 2, 'gone': 0, 'get': 'got', 4: 5}", body) == [
        ["list", "x", "get", "4", "new"], [["deep", 2]], None, "got", False, True, True,
        ["number", "object"], True, True, "{'list': [1, {'deep': 2}], 'x': 2, 'get': 'got', 4: 5, 'new': 1}", 5,
    ]  # fmt: skip


def test_an_adaptor_owns_what_it_gives_out(runtime: Runtime) -> None:
    body = """
    const j = o.asJsJson();
    const items = [j[0], [...j][1], j.find((x) => x.a === 3)];
    const seen = items.map((item) => item.a);
    o.destroy();
    return [seen, items.map((item) => { try { return item.a; } catch { return "destroyed"; } })];
    """
    assert use(runtime, "[{'a': 1}, {'a': 2}, {'a': 3}]", body) == [[1, 2, 3], ["destroyed"] * 3]


def test_an_adaptor_is_the_object_itself_in_python(runtime: Runtime) -> None:
    code = "d = {'inner': {}}\nd"
    body = """
    const same = pyodide.runPython("lambda a, b: a is d and b is d['inner']");
    const j = o.asJsJson();
    const result = same(j, j.inner);
    same.destroy();
    return result;
    """
    assert use(runtime, code, body) is True


def test_the_namespace_is_a_dict_to_python(runtime: Runtime) -> None:
    body = """
    const same = pyodide.runPython("lambda x: x is globals()");
    const print = pyodide.globals.get("print");
    const result = [same(pyodide.globals), print.type, pyodide.globals.has("print"), pyodide.globals.has("nope")];
    for (const p of [same, print]) p.destroy();
    return result;
    """
    assert runtime.run_js(body) == [True, "builtin_function_or_method", True, False]


def test_a_proxy_survives_destroy_of_its_items(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="already been destroyed"):
        use(runtime, "[[1]]", "const item = o[0]; const first = item[0]; item.destroy(); return first + item[0];")


@pytest.mark.parametrize("action", ["o.length", "o.get(0)", "o.set(0, 1)", "o.has(0)", "o[0]", "[...o]", "o.push(1)"])
def test_use_after_destroy(runtime: Runtime, action: str) -> None:
    body = f"o.destroy(); try {{ {action}; }} catch (error) {{ return error.message.split('\\n')[0]; }}"
    assert use(runtime, "[1]", body) == "Object has already been destroyed"


def test_the_message_of_destroy(runtime: Runtime) -> None:
    body = """
    const messages = [false, true].map((debug) => {
      pyodide.setDebug(debug);
      const copy = o.copy();
      copy.destroy({ message: "gone" });
      try { copy.length; } catch (error) { return error.message.split("\\n"); }
    });
    pyodide.setDebug(false);
    return [messages[0][0], messages[0][1].includes("setDebug(true)"), messages[1]];
    """
    assert use(runtime, "[1, 2]", body) == [
        "gone",
        True,
        ["gone", 'The object was of type "list" and had repr "[1, 2]"'],
    ]


def test_symbol_dispose(runtime: Runtime) -> None:
    body = """
    const copy = o.copy();
    copy[Symbol.dispose ?? Symbol.for("Symbol.dispose")]();
    try { return copy.length; } catch (error) { return "destroyed"; }
    """
    assert use(runtime, "[1]", body) == "destroyed"
