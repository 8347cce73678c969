// The operations at the border that are measured. Each one gets `pyodide` and gives a function that runs it `n` times;
// those from Python are Python functions.

/** JavaScript calls into Python. */
export const fromJs = {
  "f()": (py) => loop(py, "lambda: None", (f) => f()),
  "f(1)": (py) => loop(py, "lambda x: None", (f) => f(1)),
  "f(1, 2, 3)": (py) => loop(py, "lambda a, b, c: None", (f) => f(1, 2, 3)),
  "int there and back": (py) => loop(py, "lambda x: x", (f) => f(1)),
  "float there and back": (py) => loop(py, "lambda x: x", (f) => f(1.5)),
  "bigint there and back": (py) => loop(py, "lambda x: x", (f) => f(10n ** 12n)),
  "short string there and back": (py) => loop(py, "lambda x: x", (f) => f("hello world")),
  "10 KB string there and back": (py) => loop(py, "lambda x: x", (f) => f(LONG), 20),
  'f("a", "b", "c")': (py) => loop(py, "lambda a, b, c: None", (f) => f("a", "b", "c")),
  "f({})": (py) => loop(py, "lambda x: None", (f) => f(PLAIN)),
  "attribute, int": (py) => loop(py, OBJECT, (o) => o.x),
  "method call": (py) => loop(py, OBJECT, (o) => o.m()),
  "item of a list": (py) => loop(py, "[1, 2]", (l) => l.get(0)),
  "item of a dict": (py) => loop(py, "{'x': 1}", (d) => d.get("x")),
  "iteration, 1000 ints": (py) => loop(py, "list(range(1000))", (l) => [...l], 500),
  "buffer, released": (py) => loop(py, "bytearray(100)", (b) => b.getBuffer().release(), 5),
  "fresh list, destroyed": (py) => loop(py, "lambda: []", (f) => f().destroy()),
  "toJs, 1000 ints": (py) => loop(py, "list(range(1000))", (l) => l.toJs(), 500),
  "toJs, nested dict of 200 keys": (py) => loop(py, NESTED, (d) => d.toJs(), 500),
  "toJs, 10 KB of JSON": (py) => loop(py, `__import__("json").loads('${JSON_TEXT}')`, (d) => d.toJs(), 500),
  "toPy, 10 KB of JSON": (py) => repeat(() => py.toPy(JSON_TREE).destroy(), 500),
  "toPy, 1000 ints": (py) => repeat(() => py.toPy(INTS).destroy(), 500),
  "toPy, nested object of 200 keys": (py) => repeat(() => py.toPy(TREE).destroy(), 500),
  'runPython("None")': (py) => repeat(() => py.runPython("None"), 100),
};

/** Python calls into JavaScript. */
export const fromPython = {
  "g()": inPython("js.border.nothing", "g()"),
  "g(1)": inPython("js.border.nothing", "g(1)"),
  "g(1, 2, 3)": inPython("js.border.nothing", "g(1, 2, 3)"),
  "int there and back": inPython("js.border.same", "g(1)"),
  "float there and back": inPython("js.border.same", "g(1.5)"),
  "bigint there and back": inPython("js.border.same", "g(1000000000000000000000)"),
  "10 KB string there and back": inPython("js.border.same", "g(TEXT)", 20),
  "short string there and back": inPython("js.border.same", "g('hello world')"),
  "g(object)": inPython("js.border", "g.nothing(g)"),
  "fresh list passed": inPython("js.border.nothing", "g([])"),
  "property, int": inPython("js.border", "g.one"),
  "property, object": inPython("js.border", "g.plain"),
  "method call": inPython("js.border", "g.nothing()"),
  "array item": inPython("js.border.ints", "g[5]"),
  "iteration, 1000 ints": inPython("js.border.ints", "for _ in g: pass", 500),
  "map item": inPython("js.border.map", "g['x']"),
  "to_js, 1000 ints": inPython("list(range(1000))", "to_js(g)", 500),
  "to_py, 1000 ints": inPython("js.border.ints", "g.to_py()", 500),
  "create_proxy, destroyed": inPython("[]", "create_proxy(g).destroy()"),
};

const LONG = "x".repeat(10_000);
const PLAIN = {};
const JSON_TREE = Array.from({ length: 120 }, (_, i) => ({
  id: i,
  name: `name ${i}`,
  tags: ["a", "b"],
  score: i / 3 + 0.5,
  ok: true,
}));
const JSON_TEXT = JSON.stringify(JSON_TREE);
const INTS = Array.from({ length: 1000 }, (_, i) => i);
const TREE = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`key${i}`, { a: i, b: [`s${i}`, i + 0.5] }]));
const NESTED = "{f'key{i}': {'a': i, 'b': [f's{i}', i + 0.5]} for i in range(200)}";
const OBJECT = "type('A', (), {'x': 1, 'm': lambda self: 1})()";

/** What Python finds as `js.border`. */
export const border = { nothing() {}, same: (x) => x, one: 1, plain: PLAIN, ints: INTS, map: new Map([["x", 1]]) };

/** Runs `use` on the value of a Python expression; `divide` n by how much dearer than a call it is. */
function loop(py, code, use, divide = 1) {
  const value = py.runPython(code);
  return repeat(() => use(value), divide);
}

function repeat(body, divide = 1) {
  const run = (n) => {
    const start = performance.now();
    for (let i = 0; i < n; i++) body();
    return ((performance.now() - start) / n) * 1e6;
  };
  return (n) => run(Math.ceil(n / divide));
}

function inPython(g, body, divide = 1) {
  const code = `
import js, time
from pyodide.ffi import create_proxy, to_js
TEXT = "x" * 10_000
def bench(n, g=${g}):
    n = -(-n // ${divide})
    start = time.perf_counter()
    for _ in range(n):
        ${body}
    return (time.perf_counter() - start) / n * 1e9
bench`;
  return (py) => py.runPython(code);
}
