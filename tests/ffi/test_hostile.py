"""JavaScript objects that misbehave, and code that recurses through both languages."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from harness.hosts import HOSTS
from harness.runtime import Runtime

pytestmark = pytest.mark.hosts(*HOSTS, "firefox")  # WebKit has more stack than patience

ATTEMPTS = """
import js
a = js.a
found = []
for attempt in attempts:
    try:
        exec(attempt)
        found.append("fine")
    except Exception as error:
        found.append(type(error).__name__)
found
"""


def attempt(runtime: Runtime, value: str, *attempts: str) -> Any:
    """What each of the statements does to the value `a`: "fine", or the name of its exception."""
    runtime.run_js(f"globalThis.a = {value};")
    return runtime.run_python(f"attempts = {list(attempts)!r}" + ATTEMPTS)


def test_a_length_that_is_none(runtime: Runtime) -> None:
    for length in ("-1", "1.5", "NaN", "1e300"):
        value = f"{{ length: {length}, [Symbol.iterator]: Array.prototype[Symbol.iterator] }}"
        assert attempt(runtime, value, "len(a)", "a[:]") == ["JsException", "JsException"]


def test_an_array_that_throws(runtime: Runtime) -> None:
    value = "new Proxy([1], { get(t, k) { if (typeof k === 'string') throw new Error('no'); return t[k]; } })"
    statements = ["a[0]", "a[:]", "a.append(1)", "a[-1] = 1", "del a[0]", "a + [1]", "list(a)"]
    assert attempt(runtime, value, *statements) == ["JsException"] * len(statements)


def test_an_array_that_cannot_change(runtime: Runtime) -> None:
    assert attempt(runtime, "Object.freeze([1])", "a[0] = 2", "a.append(2)", "del a[0]", "a[0]") == [
        "JsException", "JsException", "JsException", "fine",
    ]  # fmt: skip


def test_iterators_that_lie(runtime: Runtime) -> None:
    assert attempt(runtime, "{ [Symbol.iterator]() { return 5; } }", "list(a)") == ["TypeError"]
    assert attempt(runtime, "{ [Symbol.iterator]() { throw new Error('no'); } }", "list(a)") == ["JsException"]
    assert attempt(runtime, "{ [Symbol.iterator]() { return { next: () => null }; } }", "list(a)") == ["TypeError"]


def test_an_array_that_changes_while_it_is_used(runtime: Runtime) -> None:
    value = "[1, { toString() { a.length = 0; return 'x'; } }, 3]"
    assert attempt(runtime, value, "[str(x) for x in a]", "a[2]", "a.extend(x for x in a)") == [
        "fine", "IndexError", "fine",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("setup", "statement"),
    [
        ("() => step()", "a()"),
        ("({ get x() { return step(); } })", "a.x"),
        ("({ next() { return { value: step() }; }, [Symbol.iterator]() { return this; } })", "next(a)"),
        ("({ length: 1, get 0() { return step(); }, [Symbol.iterator]() {} })", "a[0]"),
        ("({ size: 1, get() { return step(); }, has: () => true, [Symbol.iterator]() {} })", "a['k']"),
    ],
)
def test_endless_recursion_is_an_error(runtime: Runtime, setup: str, statement: str) -> None:
    """The getter calls Python, which asks the getter: our limit ends it, or a host whose stack is smaller still."""
    runtime.run_js(f"globalThis.a = {setup};")
    code = f"""
import js
from pyodide.ffi import JsException, create_proxy
def step():
    a = js.a
    return {statement}
js.step = create_proxy(step)
try:
    step()
except Exception as error:
    result = error.name if isinstance(error, JsException) else type(error).__name__
js.step.destroy()
del js.step
result
"""
    assert runtime.run_python(code) in ("RecursionError", "RangeError")
    assert runtime.run_python("1 + 1") == 2


DEEP = """
const { loadPyodide } = await import(process.argv[1]);
const pyodide = await loadPyodide();
globalThis.array = { length: 1, get 0() { return step(); }, [Symbol.iterator]() {} };
console.log(pyodide.runPython(`
import js
from pyodide.ffi import create_proxy
depth = 0
def step():
    global depth
    depth += 1
    return sorted([0], key=lambda _: js.array[0])
js.step = create_proxy(step)
try:
    step()
except RecursionError:
    pass
depth`));
"""


def test_the_host_s_stack_says_how_deep(node: Path, dist: Path) -> None:
    """Also where no code is optimised yet, which takes the most. An error of the host's would end the process."""

    def depth(kilobytes: int) -> int:
        words = [str(node), "--liftoff-only", f"--stack-size={kilobytes}", "--input-type=module", "-e", DEEP]
        done = subprocess.run([*words, str(dist / "pyodide.mjs")], capture_output=True, text=True, check=True)
        return int(done.stdout)

    assert 30 < depth(500) < depth(984) < 150


def test_many_operations_leave_nothing(runtime: Runtime) -> None:
    """The fixture compares the numbers of handles and proxies before and after."""
    runtime.run_js("globalThis.array = [1, [2], 'x']; globalThis.map = new Map([['k', {}]]);")
    code = """
import js
from pyodide.ffi import create_once_callable, create_proxy, to_js
for _ in range(2000):
    a, m = js.array, js.map
    a[1], a[:2], list(a), a + [1], [1] in a, m["k"], list(m), m.get("no"), a.to_py(), to_js([1, {"x": [a]}])
    a.append(a.pop())
    p = create_proxy([a])
    p.destroy()
    create_once_callable(lambda: None)()
    for bad in ("a[99]", "m['no']", "a.nope", "a()"):
        try:
            eval(bad)
        except Exception:
            pass
del a, m, p
len(js.array)
"""
    assert runtime.run_python(code) == 3


def test_an_argument_that_destroys_an_earlier_one(runtime: Runtime) -> None:
    found = runtime.run_js(
        """
        const pair = pyodide.runPython(`
gone = []
class A:
    def __del__(self): gone.append("gone")
(A, lambda a, b: (type(a).__name__, len(gone)))
`);
        const [make, f] = pair;
        const a = make();
        const evil = new Proxy({}, { get(target, key) { a.destroy(); return Reflect.get(target, key); } });
        const result = f(a, evil);
        const seen = result.toJs();
        for (const proxy of [pair, make, f, result]) proxy.destroy();
        return seen;
        """
    )
    assert found == ["A", 0]
    assert runtime.run_python("gone") == ["gone"]


def test_a_thousand_levels_end_with_an_error(runtime: Runtime) -> None:
    """JavaScript called from Python called from JavaScript: the limit is far below, and what is below it works."""
    runtime.run_js("globalThis.through = (f, n) => f(n);")
    code = """
import js
from pyodide.ffi import JsException
def down(n):
    return 0 if n == 0 else 1 + js.through(down, n - 1)
found = [down(20)]
for _ in range(3):
    try:
        down(1000)
    except RecursionError as error:
        found.append("RecursionError")
    except JsException as error:
        found.append(error.name)
found + [down(20)]
"""
    first, *ends, last = runtime.run_python(code)
    assert [first, last] == [20, 20]
    assert set(ends) <= {"RecursionError", "RangeError"}


def test_modules_that_throw(runtime: Runtime) -> None:
    """Imports ask the object for names; what its getters throw is what the import raises."""
    runtime.run_js(
        """
        pyodide.registerJsModule("hostile_module", {
            get broken() { throw new RangeError("no"); },
            fine: 1,
        });
        """
    )
    code = """
from pyodide.ffi import JsException
found = []
for statement in ("from hostile_module import fine", "from hostile_module import broken",
                  "from hostile_module import none", "import hostile_module.none",
                  "import hostile_module; hostile_module.broken"):
    try:
        exec(statement)
        found.append("fine")
    except JsException as error:
        found.append(error.name)
    except ImportError as error:
        found.append(type(error).__name__)
found
"""
    assert runtime.run_python(code) == ["fine", "RangeError", "ImportError", "ModuleNotFoundError", "RangeError"]
    runtime.run_python("import sys; sys.modules.pop('hostile_module'); None")
    runtime.run_js('pyodide.unregisterJsModule("hostile_module");')


LIAR = """new Proxy({}, {
    get(t, k) { return typeof k === "symbol" ? undefined : k === "then" ? undefined : 5; },
    has() { return %s; },
    ownKeys() { return ["a", "a"]; },
    getOwnPropertyDescriptor() { return 7; },
    getPrototypeOf() { return 3; },
    set() { return false; },
    deleteProperty() { return false; },
})"""


@pytest.mark.parametrize("has", ["true", "false", "(() => { throw new RangeError('no'); })()"])
def test_proxies_that_lie(runtime: Runtime, has: str) -> None:
    """The engine refuses what breaks its invariants; Python sees that as exceptions and stays whole."""
    statements = [
        "a.x", "a.x = 1", "del a.x", "dir(a)", "len(a)", "a.to_py()", "dict(a.as_py_json())", "str(a)", "bool(a)",
        "list(a)", "a()", "a.object_keys()", "'x' in a.as_py_json()", "isinstance(a, int)", "hasattr(a, 'y')",
    ]  # fmt: skip
    found = attempt(runtime, LIAR % has, *statements)
    assert set(found) <= {"fine", "JsException", "TypeError", "AttributeError"}
    assert found[:2] == ["fine", "JsException"]
    assert runtime.run_python("1 + 1") == 2


@pytest.mark.parametrize(
    ("iterator", "expected"),
    [
        ("{ next: () => 5 }", "TypeError"),
        ("{ next: async () => ({ done: true }) }", "TypeError"),
        ("{ next: () => { throw new Error('no'); } }", "JsException"),
        ("{ next: () => ({ get done() { throw new Error('no'); } }) }", "JsException"),
        ("{ next: () => ({ done: false, get value() { throw new Error('no'); } }) }", "JsException"),
        ("{ next: () => ({ done: 'yes' }) }", "fine"),
        ("{ get next() { throw new Error('no'); } }", "TypeError"),
        ("{ n: 0, next() { this.next = 5; return { done: false }; } }", "JsException"),
    ],
)
def test_iterators_that_misbehave(runtime: Runtime, iterator: str, expected: str) -> None:
    assert attempt(runtime, f"{{ [Symbol.iterator]() {{ return {iterator}; }} }}", "list(a)") == [expected]


def test_a_getter_that_destroys_the_proxy_it_is_read_for(runtime: Runtime) -> None:
    assert (
        runtime.run_js(
            """
        const list = pyodide.toPy([1]);
        const evil = { get length() { list.destroy(); return 1; } };
        const found = [];
        for (const use of [() => list.push(evil), () => list.set(0, evil), () => list.includes(evil)]) {
          try { use(); found.push("fine"); } catch (error) { found.push(error.constructor.name); }
        }
        return found;
        """
        )
        == ["Error"] * 3
    )


ASYNC_ITERATOR = "{ [Symbol.asyncIterator]() { return { %s, [Symbol.asyncIterator]() { return this; } }; } }"


@pytest.mark.parametrize(
    ("value", "statement", "expected"),
    [
        ("{ then() { throw new Error('no'); } }", "await a", "JsException"),
        ("{ then(_, reject) { reject(5); } }", "await a", "JsException"),
        ("{ then(resolve) { resolve(1); resolve(2); throw new Error('late'); } }", "found = await a", "1"),
        ("{ then(resolve) { resolve({ then(settle) { settle(3); } }); } }", "found = await a", "3"),
        ("{ [Symbol.asyncIterator]() { return 5; } }", "async for x in a: break", "TypeError"),
        ("{ [Symbol.asyncIterator]() { throw new Error('no'); } }", "async for x in a: break", "JsException"),
        (ASYNC_ITERATOR % "next() { throw new Error('no'); }", "async for x in a: break", "JsException"),
        (ASYNC_ITERATOR % "next: async () => { throw new Error('no'); }", "async for x in a: break", "JsException"),
        (ASYNC_ITERATOR % "next: () => 5", "async for x in a: break", "TypeError"),
        (ASYNC_ITERATOR % "next: async () => null", "async for x in a: break", "TypeError"),
        (ASYNC_ITERATOR % "next: async () => ({ get value() { throw new Error('no'); } })", "async for x in a: break",
         "JsException"),
        (ASYNC_ITERATOR % "next: async () => ({ done: 'yes' })", "async for x in a: break", "fine"),
    ],
)  # fmt: skip
def test_what_waits_for_liars(runtime: Runtime, value: str, statement: str, expected: str) -> None:
    code = f"""
from pyodide.code import run_js
a = run_js({"(" + value + ")"!r})
found = "fine"
try:
    {statement}
except Exception as error:
    found = type(error).__name__
str(found)
"""
    assert runtime.run_python_async(code) == expected
