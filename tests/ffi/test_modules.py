"""JavaScript objects as modules, and Python modules for JavaScript."""

from __future__ import annotations

import pytest

from harness.hosts import JsError
from harness.runtime import Runtime


def test_js_is_the_global_object(runtime: Runtime) -> None:
    runtime.run_js("globalThis.answer = 42;")
    code = "import js\nfrom js import answer, Array\n[js.answer, answer, Array.isArray(Array.new())]"
    assert runtime.run_python(code) == [42, 42, True]


def test_registered_modules(runtime: Runtime) -> None:
    runtime.run_js("pyodide.registerJsModule('mine', { x: 1, sub: { y: 2 } });")
    assert runtime.run_python("import mine\nimport mine.sub\nfrom mine.sub import y\n[mine.x, mine.sub.y, y]") == [
        1,
        2,
        2,
    ]
    runtime.run_js("pyodide.unregisterJsModule('mine');")
    runtime.run_python("del mine, y")
    with pytest.raises(JsError, match="No module named 'mine'"):
        runtime.run_python("import mine")


def test_all_names_of_a_module(runtime: Runtime) -> None:
    """`from module import *`: the object's own properties, or what its `__all__` names."""
    runtime.run_js(
        """
        class Base { inherited() {} }
        const made = new (class extends Base { x = 1; get y() { return 2; } })();
        Object.defineProperty(made, "z", { value: 3, enumerable: false });
        pyodide.registerJsModule("made", made);
        pyodide.registerJsModule("chosen", { a: 1, b: 2, __all__: ["b"], sub: { c: 3 } });
        """
    )
    code = """
def names(statement):
    namespace = {}
    exec(statement, namespace)
    del namespace["__builtins__"]
    return sorted(namespace.items())
[names("from made import *"), names("from chosen import *"), names("from chosen.sub import *"),
 "Array" in dict(names("from js import *"))]
"""
    assert runtime.run_python(code) == [[["x", 1], ["z", 3]], [["b", 2]], [["c", 3]], True]
    with pytest.raises(JsError, match="AttributeError: __all__"):
        runtime.run_python("import js\njs.Object.new().__all__")
    runtime.run_js("pyodide.unregisterJsModule('made'); pyodide.unregisterJsModule('chosen');")


def test_mistakes_with_modules(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="TypeError"):
        runtime.run_js("pyodide.registerJsModule('mine', 5);")
    with pytest.raises(JsError, match="ValueError"):
        runtime.run_js("pyodide.unregisterJsModule('never');")


def test_pyimport(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const proxies = ["sys", "os.path", "collections.abc.Sequence", "xml.dom"].map((name) => pyodide.pyimport(name));
        const types = proxies.map((p) => p.type);
        for (const p of proxies) p.destroy();
        return types;
        """
    ) == ["module", "module", "ABCMeta", "module"]
    with pytest.raises(JsError, match="ModuleNotFoundError"):
        runtime.run_js("pyodide.pyimport('nothing.here');")


def test_objects_of_the_global_object(runtime: Runtime) -> None:
    code = """
import js.Math
from js.JSON import stringify
import sys
[js.Math.max(1, 2), stringify(5), sys.modules.pop("js.Math") == js.Math, sys.modules.pop("js.JSON") == js.JSON,
 js.__package__, js.__spec__.origin]
"""
    assert runtime.run_python(code) == [2, "5", True, True, "js", "javascript"]
    with pytest.raises(JsError, match=r"No module named 'js\.nothing_there'"):
        runtime.run_python("import js.nothing_there")
