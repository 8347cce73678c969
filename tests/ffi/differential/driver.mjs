// Runs programs in an interpreter and writes down what comes of every step, in words that are the same for every runtime
// that behaves the same: types, values, flags and classes of errors, but no addresses, messages or texts of tracebacks.
// This file imports nothing, so that any host can load it.

const PYTHON = `
def make():
    import types
    import pyodide.ffi as ffi
    from pyodide.code import eval_code, eval_code_async
    from pyodide.ffi import JsException, JsProxy

    # Those whose isinstance() tells something; where the reference is known to err, programs ask for it in a step.
    CLASSES = ["JsArray", "JsAsyncGenerator", "JsAsyncIterable", "JsAsyncIterator", "JsBuffer", "JsCallable", "JsGenerator",
        "JsIterable", "JsIterator", "JsMap", "JsMutableMap", "JsPromise", "JsTypedArray"]
    PLAIN = (type(None), bool, int, float, str, bytes, bytearray, complex, range, types.EllipsisType)

    FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType)

    def show(value, show_js, depth=4):
        """What a Python value is."""
        name = type(value).__name__
        if isinstance(value, JsProxy):
            if depth <= 0:
                return "<JsProxy …>"
            wanted = ["JsDoubleProxy"] if isinstance(value, ffi.JsDoubleProxy) else CLASSES
            classes = " ".join(name for name in wanted if isinstance(value, getattr(ffi, name)))
            return f"<{classes or 'JsProxy'}: {show_js(value, depth - 1)}>"
        if isinstance(value, PLAIN):
            return f"{name} {value!r}"
        if isinstance(value, FUNCTIONS):
            return "function"
        if isinstance(value, ffi.JsNull):
            return "jsnull"
        if isinstance(value, type):
            return f"class {value.__name__}"
        if isinstance(value, BaseException):
            return f"exception {name}"
        if depth == 0:
            return f"{name} …"
        if isinstance(value, memoryview):
            return f"memoryview {value.format} {value.shape} {value.tobytes()!r}"
        if isinstance(value, dict):
            pairs = (f"{show(k, show_js, depth - 1)}: {show(v, show_js, depth - 1)}" for k, v in value.items())
            return f"{name} {{{', '.join(pairs)}}}"
        if isinstance(value, (set, frozenset)):
            return f"{name} {{{', '.join(sorted(show(item, show_js, depth - 1) for item in value))}}}"
        if isinstance(value, (list, tuple)):
            return f"{name} [{', '.join(show(item, show_js, depth - 1) for item in value)}]"
        if type(value).__module__ == "__main__" and hasattr(value, "__dict__"):
            return f"{name} {show(vars(value), show_js, depth - 1)}"
        return name

    def failure(error):
        return f"JsException {error.name}" if isinstance(error, JsException) else type(error).__name__

    def run(step, names, show_js):
        """What one step does; names are those that the steps of a program have in common."""
        try:
            return show(eval_code(step, names), show_js)
        except BaseException as error:
            return f"raises {failure(error)}"

    async def run_async(step, names, show_js):
        try:
            return show(await eval_code_async(step, names), show_js)
        except BaseException as error:
            return f"raises {failure(error)}"

    def begin(subject):
        """The names of a new program."""
        names = {"__name__": "__main__", "x": subject}
        exec("from __main__ import *", names)
        return names

    def compute(code):
        names = begin(None)
        names["x"] = eval(code, names)
        return names

    return show, run, run_async, begin, compute
make()
`;

/** What both languages find in their global scope. */
const PRELUDE_JS = `
class Thing { constructor() { this.a = 1; this.b = "two"; } get c() { return this.a + 1; } method(x) { return x; } }
class Failing { get a() { throw new RangeError("no"); } method() { throw new TypeError("no"); } }
function* count(n) { let got = 0; for (let i = 0; i < n; i++) { try { got = (yield i + (got ?? 0)) ?? 0; } finally {} } return "end"; }
async function* later(n) { for (let i = 0; i < n; i++) yield i; return "end"; }
function self(o, f) { f(o); return o; }
`;
const PRELUDE_PY = `
import array, collections, js, json
from pyodide.code import run_js
from pyodide.ffi import *
class Thing:
    kind = "class attribute"
    def __init__(self): self.a = 1; self.b = "two"
    @property
    def c(self): return self.a + 1
    def method(self, *args, **kwargs): return [args, kwargs] if kwargs else args
class Failing:
    @property
    def a(self): raise ValueError("no")
    def method(self): raise KeyError("no")
    def __getitem__(self, key): raise ZeroDivisionError
    def __len__(self): raise OverflowError
    def __call__(self): raise RuntimeError("no")
class Ints(int): pass
class Words(str): pass
class Rows(list): pass
class Table(dict): pass
Point = collections.namedtuple("Point", "x y")
def count(n):
    got = 0
    for i in range(n):
        got = (yield i + (got or 0)) or 0
    return "end"
async def later(n):
    for i in range(n):
        yield i
async def answer(value=42):
    return value
async def refuse():
    raise KeyError("no")
def add(a, b=1, *args, c=0, **kwargs):
    return [a, b, args, c, kwargs]
def tied(o, f):
    f(o)
    return o
`;

/** What a promise gives if it is settled within some turns of the event loop: nothing here waits for the world. */
async function soon(promise) {
  let settled = false;
  const settle = () => (settled = true);
  Promise.resolve(promise).then(settle, settle);
  for (let turn = 0; turn < 500 && !settled; turn++) await new Promise((resolve) => setTimeout(resolve));
  return settled ? promise : "not settled";
}

/** Sets an interpreter up; gives the function that runs a list of programs in it. */
export function prepare(py) {
  globalThis.process?.on("unhandledRejection", () => {}); // programs leave promises behind
  const { ffi } = py;
  const [showPython, runStep, runStepAsync, begin, compute] = py.runPython(PYTHON);
  py.runPython(PRELUDE_PY);
  const classNames = Object.keys(ffi)
    .filter((name) => /^Py[A-Z]/.test(name) && !["PyBufferView", "PyProxy", "PyMutableSequence"].includes(name))
    .sort();
  const evaluate = (names, code) => new Function(...Object.keys(names), code)(...Object.values(names));

  function showPyProxy(value, depth) {
    let flags;
    try {
      flags = value.$$flags;
    } catch {}
    const classes = classNames.filter((name) => value instanceof ffi[name]).join(" ");
    let inside;
    try {
      inside = showPython(value, show, depth);
    } catch {
      return "<destroyed PyProxy>";
    }
    return `<${classes || "PyProxy"} ${flags}: ${inside}>`;
  }

  function keysOf(value) {
    return Reflect.ownKeys(value).filter(
      (key) => typeof key === "string" && Object.getOwnPropertyDescriptor(value, key).enumerable,
    );
  }

  function show(value, depth = 4) {
    switch (typeof value) {
      case "number":
        return Object.is(value, -0) ? "-0" : String(value);
      case "string":
        return JSON.stringify(value).replace(/ at 0x[0-9a-f]+/g, "");
      case "bigint":
        return `${value}n`;
      case "undefined":
      case "boolean":
        return String(value);
      case "symbol":
        return String(value);
    }
    if (value === null) return "null";
    try {
      if (value instanceof ffi.PyProxy) return depth <= 0 ? "<PyProxy …>" : showPyProxy(value, depth - 1);
      if (typeof value === "function") return "function";
      const tag = Object.prototype.toString.call(value).slice(8, -1);
      if (value instanceof Error) return `error ${failure(value)}`;
      if (depth <= 0) return `${tag} …`;
      const inner = (item) => show(item, depth - 1);
      if (Array.isArray(value)) {
        const items = Array.from({ length: Math.min(value.length, 40) }, (_, i) =>
          i in value ? inner(value[i]) : "hole",
        );
        return `[${items.join(", ")}]${value.length > 40 ? ` of ${value.length}` : ""}`;
      }
      if (value instanceof ArrayBuffer) return `ArrayBuffer(${[...new Uint8Array(value)].join(" ")})`;
      if (value instanceof DataView) return `DataView of ${value.byteLength}`;
      if (ArrayBuffer.isView(value)) return `${tag}(${[...value].slice(0, 40).map(inner).join(" ")})`;
      if (/Generator$/.test(tag)) return tag;
      const own = keysOf(value).map((key) => `${key}: ${inner(value[key])}`);
      if (value instanceof Map) {
        const entries = [...value].map(([k, v]) => `${inner(k)} => ${inner(v)}`);
        return `${value.constructor.name === "LiteralMap" ? "LiteralMap" : tag} {${[...entries, ...own].join(", ")}}`;
      }
      if (value instanceof Set) return `Set {${[...value].map(inner).sort().join(", ")}}`;
      const name = Object.getPrototypeOf(value) === null ? "null-prototype" : (value.constructor?.name ?? "?");
      return `${tag === "Object" ? name : tag} {${own.join(", ")}}`;
    } catch (error) {
      return /destroyed/.test(error?.message) ? "<destroyed PyProxy>" : "a value that throws";
    }
  }

  function failure(error) {
    if (error instanceof ffi.PythonError) return `PythonError ${error.type}`;
    return error instanceof Error ? error.name : `of type ${typeof error}`;
  }

  async function stepInJs(step, names) {
    const awaited = step.startsWith("await ");
    const expression = awaited ? step.slice(6) : step;
    try {
      const value = evaluate(names, `"use strict"; ${PRELUDE_JS} return (${expression});`);
      return show(awaited ? await soon(value) : value);
    } catch (error) {
      return `throws ${failure(error)}`;
    }
  }

  /** Ends what the steps of a program have in common. */
  const forget = (value) => {
    try {
      value?.destroy?.();
    } catch {}
  };

  async function runProgram({ home, subject, steps }) {
    const log = [];
    let names;
    try {
      if (home === "py") {
        names = compute(subject);
        const x = names.get("x");
        const common = { x, py, ffi, box: {} };
        for (const step of steps) log.push(await stepInJs(step, common));
        log.push(show(names.get("x"))); // x itself may be destroyed by now
        forget(x);
      } else {
        const x = evaluate({ py, ffi }, `${PRELUDE_JS} return (${subject});`);
        names = begin(x);
        for (const step of steps) {
          log.push(step.includes("await") ? await soon(runStepAsync(step, names, show)) : runStep(step, names, show));
        }
        log.push(show(x));
      }
    } catch (error) {
      log.push(`the program throws ${failure(error)}`);
    }
    forget(names);
    return log;
  }

  /** Whether values, exceptions and the event loop work; a program may leave the reference without one of them. */
  async function isAlive({ steps }) {
    try {
      if (py.runPython("1 + 1") !== 2) return false;
      const waited = steps.some((step) => step.includes("await"));
      if (waited && (await soon(py.runPythonAsync("2"))) !== 2) return false;
    } catch {
      return false;
    }
    try {
      py.runPython("1 / 0");
    } catch (error) {
      return error.type === "ZeroDivisionError";
    }
    return false;
  }

  /** The logs of the programs, up to one after which the interpreter is dead. */
  return async (programs) => {
    const logs = [];
    for (const program of programs) {
      const log = await runProgram(program);
      logs.push(log);
      if (!(await isAlive(program))) {
        log.push("dead");
        return logs;
      }
    }
    return logs;
  };
}
