// Operations at the border that must leave nothing behind, however often they are done. soak.mjs does each of them
// millions of times, tests/ffi/test_soak.py some thousands. This file imports nothing, so that any host can load it.

export const operations = {
  "call Python": fromJs("lambda a, b: a", (f) => f(1, "text")),
  "call Python with keywords": fromJs("lambda a, b: a", (f) => f.callKwargs(1, { b: 2 })),
  "pass an object to Python": fromJs("lambda a: None", (f) => f({ x: 1 })),
  "object there and back": fromJs("lambda a: a", (f) => f([1])),
  "long string there and back": fromJs("lambda a: a + 'x'", (f) => f(LONG)),
  "bigint there and back": fromJs("lambda a: a + 1", (f) => f(10n ** 40n)),
  "fresh list, destroyed": fromJs("lambda: [1]", (f) => f().destroy()),
  "attribute and item": fromJs("type('A', (dict,), {'x': [1]})(k=[2])", (o) => {
    o.x.destroy();
    o.get("k").destroy();
  }),
  "set an attribute": fromJs("type('A', (), {})()", (o) => {
    o.x = { y: 1 };
  }),
  "iterate over a list": fromJs("[1, 2, 3]", (l) => [...l]),
  "copy of a proxy": fromJs("[]", (l) => l.copy().destroy()),
  toJs: fromJs("{'a': [1, 2, {3}], 'b': 'text'}", (d) => d.toJs()),
  toPy: fromJs("None", (_, py) => py.toPy({ a: [1, 2, new Set([3])], b: "text" }).destroy()),
  "toPy that fails": fromJs("None", (_, py) => expectError(() => py.toPy([1, new Map([[{}, 1]])])), 10),
  buffer: fromJs("bytearray(100)", (b) => b.getBuffer().release()),
  "exception of Python": fromJs("lambda: 1 / 0", (f) => expectError(f), 20),
  "argument that cannot be passed": fromJs("lambda *a: a", (f, py) => {
    const gone = py.toPy([]);
    gone.destroy();
    expectError(() => f({}, "text", gone));
  }),
  runPython: fromJs("None", (_, py) => py.runPython("1"), 10),

  "call JavaScript": fromPython("js.soak.same", "g(1); g('text')"),
  "pass an object to JavaScript": fromPython("js.soak.same", "g([])"),
  "long string from JavaScript": fromPython("js.soak", "g.same(g.long)"),
  "property and method": fromPython("js.soak", "g.plain.x; g.one()"),
  "items of an array": fromPython("js.soak.array", "g[0]; g[-1]; g[0] = 'text'; g[0:2]"),
  "iterate over an array": fromPython("js.soak.array", "[*g]"),
  "items of a Map": fromPython("js.soak.map", "g['x']; g['y'] = 1; del g['y']"),
  to_js: fromPython("[1, {'a': 'text'}]", "to_js(g)"),
  to_py: fromPython("js.soak.plain", "g.to_py()"),
  "create_proxy, destroyed": fromPython("[]", "create_proxy(g).destroy()"),
  "create_once_callable, called": fromPython("lambda: 1", "create_once_callable(g)()"),
  "buffer of JavaScript": fromPython("js.Uint8Array.new(100)", "g.to_bytes(); g.assign(bytes(100))"),
  "exception of JavaScript": fromPython(
    "js.JSON.parse",
    `try: g("{")
        except JsException: pass`,
    20,
  ),
  "exception through both": fromPython(
    "js.soak.call",
    `try: g(lambda: 1 / 0)
        except ZeroDivisionError: pass`,
    20,
  ),
  "await a promise": fromPython("js.Promise.resolve(1)", "await g", 10),
  "promise with callbacks": fromPython("js.Promise.resolve(1)", "await g.then(lambda value: 2)", 10),

  // For engines that can switch stacks.
  "promising call": fromTask("lambda n: n", (f) => f.callPromising(1)),
  "promising call that raises": fromTask("lambda: 1 / 0", (f) => f.callPromising().catch(() => {}), 20),
  "wait for a promise": fromTask(waiting("run_sync(promise)")),
  "wait for a promise below C": fromTask(waiting("sorted([1], key=lambda x: run_sync(promise))")),
  "wait for a rejected promise": fromTask(
    waiting("try: run_sync(rejected)\n        except JsException: pass"),
    undefined,
    10,
  ),
  "wait for a coroutine": fromTask(waiting("run_sync(asyncio.sleep(0))"), undefined, 10),
  "wait for time to pass": fromTask(waiting("time.sleep(0)"), undefined, 10),
};

const LONG = "x".repeat(10_000);

/** What Python finds as `js.soak`. */
const soak = {
  same: (x) => x,
  call: (f) => f(),
  one: () => 1,
  long: LONG,
  plain: { x: { y: [1, 2] } },
  array: [{}, "text", 3],
  map: new Map([["x", {}]]),
  rejected: Promise.reject(new Error("expected")),
};
soak.rejected.catch(() => {}); // here, and not in Python, where the end of it would come turns later and be counted

function expectError(body) {
  try {
    body();
  } catch {
    return;
  }
  throw new Error("An operation that is to fail has not failed");
}

/** Something that is done to the value of a Python expression; as often as `divide` allows, if it is slow. */
function fromJs(expression, use, divide = 1) {
  const make = (py) => {
    const value = py.runPython(expression);
    const repeat = (n) => {
      for (let i = 0; i < n / divide; i++) use(value, py);
    };
    return { repeat, end: () => value?.destroy() };
  };
  return Object.assign(make, { divide });
}

/** A Python function that does something, given as statements, as often as its argument says. */
function waiting(statements) {
  return `
import asyncio, js, time
from pyodide.ffi import JsException, run_sync
def make():
    promise, rejected = js.Promise.resolve(1), js.soak.rejected
    def repeat(n):
        for _ in range(n):
            ${statements.replaceAll("\n", "\n    ")}
    return repeat
make()`;
}

/** Something that is done to a Python callable and awaited; without `use`, the callable does it n times. */
function fromTask(expression, use, divide = 1) {
  const make = (py) => {
    globalThis.soak = soak;
    const value = py.runPython(expression);
    const repeat = async (n) => {
      if (use === undefined) await value.callPromising(n / divide);
      else for (let i = 0; i < n / divide; i++) await use(value);
    };
    return { repeat, end: () => value.destroy() };
  };
  return Object.assign(make, { divide, switches: true });
}

/** Statements of Python for which `g` is the value of an expression. */
function fromPython(expression, statements, divide = 1) {
  const make = (py) => {
    globalThis.soak = soak;
    const coroutine = py.runPython(`
import js
from pyodide.ffi import JsException, create_once_callable, create_proxy, to_js
def make(g=${expression}):
    async def repeat(n):
        for _ in range(n // ${divide}):
            ${statements.replaceAll("\n", "\n    ")}
    return repeat
make()`);
    const repeat = async (n) => {
      const done = coroutine(n);
      await done;
      done.destroy();
    };
    return { repeat, end: () => coroutine.destroy() };
  };
  return Object.assign(make, { divide });
}

/** What is in use; `blocks` are those of Python's allocator, `bytes` is the size of the wasm memory. */
function usage(py) {
  py.runPython("import gc, sys; sys.last_exc = None; gc.collect(); None");
  const core = py._module.core;
  return {
    proxies: core.liveProxies(),
    handles: core.liveHandles(),
    blocks: py.runPython("import sys; sys.getallocatedblocks()"),
    bytes: py._module.HEAPU8.length,
  };
}

/** How much more is in use when an operation has been done `count` times, after as many to warm up. */
export async function growth(py, name, count) {
  const { repeat, end } = operations[name](py);
  await repeat(count);
  const before = usage(py);
  await repeat(count);
  const after = usage(py);
  end();
  return Object.fromEntries(Object.keys(before).map((key) => [key, after[key] - before[key]]));
}
