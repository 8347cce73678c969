"""Objects that only a page has, in Python: elements and their collections, forms, styles, events (4.5, 4.6)."""

from __future__ import annotations

import pytest

from harness.hosts import ENGINES
from harness.runtime import Runtime

pytestmark = pytest.mark.hosts("chromium", *ENGINES)

PAGE = """
document.body.innerHTML = `
  <ul id="list" class="one two" data-x="1"><li>a</li><li>b</li><li>c</li></ul>
  <form id="form"><input name="n" value="v"><input name="m" value="w"></form>`;
globalThis.list = document.getElementById("list");
globalThis.form = document.getElementById("form");
"""


@pytest.fixture(scope="module", autouse=True)
def page(module_runtime: Runtime) -> None:
    module_runtime.run_js(PAGE)
    module_runtime.run_python("import js; from collections.abc import Sequence; from pyodide.ffi import JsArray; None")


@pytest.mark.parametrize(
    "collection",
    ["js.list.childNodes", "js.list.children", "js.list.querySelectorAll('li')", "js.list.getElementsByTagName('li')"],
)
def test_collections_of_nodes_are_sequences(runtime: Runtime, collection: str) -> None:
    code = f"""
c = {collection}
found = [len(c), [x.textContent for x in c], c[0].textContent, c[-1].textContent, [x.textContent for x in c[1:]]]
found += [[x.textContent for x in reversed(c)], c[1] in c, c.index(c[2]), isinstance(c, (JsArray, Sequence)), bool(c)]
try:
    c[9]
except IndexError:
    found.append("IndexError")
found
"""
    assert runtime.run_python(code) == [
        3, ["a", "b", "c"], "a", "c", ["b", "c"], ["c", "b", "a"], True, 2, True, True, "IndexError",
    ]  # fmt: skip


def test_an_empty_collection_is_false(runtime: Runtime) -> None:
    code = "[bool(js.list.querySelectorAll('p')), bool(js.list.getElementsByTagName('p')), bool(js.list)]"
    assert runtime.run_python(code) == [False, False, True]


def test_an_element_is_true_though_it_is_empty(runtime: Runtime) -> None:
    assert (
        runtime.run_python("[bool(js.document.createElement(name)) for name in ('select', 'form', 'p')]") == [True] * 3
    )


def test_collections_stay_what_they_are(runtime: Runtime) -> None:
    code = "[x.to_py() == x for x in (js.list.children, js.list.querySelectorAll('li'), js.list)]"
    assert runtime.run_python(code) == [True] * 3


def test_token_lists(runtime: Runtime) -> None:
    code = """
c = js.list.classList
c.add("three")
found = [len(c), list(c), c[1], "two" in c, c.contains("four")]
c.remove("three")
found + [list(c)]
"""
    assert runtime.run_python(code) == [3, ["one", "two", "three"], "two", True, False, ["one", "two"]]


def test_form_data(runtime: Runtime) -> None:
    code = """
f = js.FormData.new(js.form)
f["n"] = "new"
f.append("m", "x")
[f["n"], f["m"], f.getAll("m"), "m" in f, "z" in f, [list(pair) for pair in f], dict(f)]
"""
    assert runtime.run_python(code) == [
        "new", "w", ["w", "x"], True, False, [["n", "new"], ["m", "w"], ["m", "x"]], {"n": "new", "m": "w"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "code",
    [
        "h = js.Headers.new(); h['a'] = '1'; h['A'], 'a' in h, dict(h)",
        "h = js.URLSearchParams.new('a=1'); h['a'], 'a' in h, dict(h)",
    ],
)
def test_what_has_names_and_values(runtime: Runtime, code: str) -> None:
    *statements, expression = code.split("; ")
    assert runtime.run_python("\n".join([*statements, f"[{expression}]"])) == ["1", True, {"a": "1"}]


def test_attributes_and_styles_of_elements(runtime: Runtime) -> None:
    code = """
e = js.list
e.dataset.y = "2"
e.style.color = "red"
found = [e.dataset.x, dict(e.dataset.as_py_json()), e.style.color, e.attributes[0].name]
found += [e.tagName, e.parentNode == js.document.body, e.nope if hasattr(e, "nope") else None, e.className]
del e.dataset.y
found + [hasattr(e.dataset, "y")]
"""
    assert runtime.run_python(code) == ["1", {"x": "1", "y": "2"}, "red", "id", "UL", True, None, "one two", False]


def test_events(runtime: Runtime) -> None:
    code = """
from pyodide.ffi import create_proxy
got = []
listener = create_proxy(lambda event: got.append([event.type, event.target == js.list, event.detail]))
js.list.addEventListener("ping", listener)
js.list.dispatchEvent(js.CustomEvent.new("ping", detail=5))
js.list.removeEventListener("ping", listener)
js.list.dispatchEvent(js.CustomEvent.new("ping"))
listener.destroy()
got
"""
    assert runtime.run_python(code) == [["ping", True, 5]]


def test_an_exception_of_the_page(runtime: Runtime) -> None:
    code = """
from pyodide.ffi import JsException
try:
    js.document.querySelector("[")
except JsException as error:
    found = [error.name, error.code]
found
"""
    assert runtime.run_python(code) == ["SyntaxError", 12]
