// Operations at the border during which memory may run out, and what does that to them. This file imports nothing, so
// that any host can load it. Each operation gets what `prepare` has made and destroys every proxy that it is given.

const LONG = "x".repeat(10_000);

/** With each method an object is of one more kind, whose type takes more requests to make, and stays once it is made. */
const KIND_METHODS = ["get", "set", "has", "includes", "then", "next"];
let kind = 0;

/** Operations that are only fresh until they succeed: after the first round, requests fail up to the last but a few. */
const ONCE = { "new kinds of objects": 5 };

/** A Python expression, and what is done to its value. */
export const fromJs = {
  "call Python": ["lambda *a: a and a[0]", (f) => f(1, 1.5, "text", true, null, undefined)],
  "call Python with many arguments": ["lambda *a: None", (f) => f(...Array(20).fill("x"))],
  "call Python with keywords": ["lambda a, b: b", (f) => f.callKwargs(1, { b: 2 })],
  "relaxed call": ["lambda a: a", (f) => f.callRelaxed(1, 2)],
  "object there and back": ["lambda a: a", (f) => f([1])],
  "long strings there and back": ["lambda a: a + 'x'", (f) => f(LONG)],
  "wide strings there and back": ["lambda a: a + '€'", (f) => f(`${LONG}€𝒳`)],
  "bigint there and back": ["lambda a: a + 1", (f) => f(10n ** 40n)],
  "fresh list": ["lambda: [1]", (f) => f().destroy()],
  attributes: [
    "type('A', (), {'x': [1], 'm': lambda self: [self]})()",
    (o) => {
      o.x.destroy();
      o.m().destroy();
      o.y = { z: 1 };
      delete o.y;
      "y" in o;
      Object.keys(o);
    },
  ],
  "items of a dict": [
    "{'k': [2]}",
    (d) => {
      d.get("k").destroy();
      d.get("none");
      d.has("k");
      d.set("n", {});
      d.delete("n");
      d.length;
    },
  ],
  "items of a list": [
    "[1, [2], 'x']",
    (l) => {
      l.push(l.pop());
      for (const item of l.slice(1)) item?.destroy?.();
      l.reverse();
      l.indexOf(1);
    },
  ],
  "iterate over a list": ["[1, [2], 'x']", (l) => [...l]],
  "step a generator": [
    "lambda: (x for x in [[1], [2]])",
    (f) => {
      const generator = f();
      try {
        generator.next().value.destroy();
        generator.return();
      } finally {
        generator.destroy();
      }
    },
  ],
  "copy and asJsJson": [
    "{'a': {'b': [1]}}",
    (d) => {
      const copy = d.copy();
      try {
        JSON.stringify(copy.asJsJson());
      } finally {
        copy.destroy();
      }
    },
  ],
  "type, str and repr": ["[1]", (l) => [l.type, String(l)]],
  toJs: ["{'a': [1, 2, {3}], 'b': 'text', 'c': b'abc', 'd': 2**70}", (d) => d.toJs()],
  "toJs with a converter": [
    "[object(), {'a': (1, 2)}]",
    (l) => l.toJs({ default_converter: (v) => v.type, dict_converter: (e) => new Map(e) }),
  ],
  "toJs with proxies": [
    "[object(), object()]",
    (l) => {
      const pyproxies = [];
      try {
        l.toJs({ pyproxies });
      } finally {
        for (const proxy of pyproxies) proxy.destroy();
      }
    },
  ],
  toPy: [
    "None",
    (_, py) =>
      py
        .toPy({
          a: [1, 2.5, new Set([3])],
          b: "text",
          c: new Uint8Array(9),
          d: 10n ** 30n,
          e: new Map([[1, LONG]]),
          f: () => 1,
        })
        .destroy(),
  ],
  buffer: ["bytearray(100)", (b) => b.getBuffer().release()],
  "exception of Python": [
    "lambda: 1 / 0",
    (f) => {
      try {
        f();
      } catch (error) {
        if (error.type !== "ZeroDivisionError") throw error;
      }
    },
  ],
  pyimport: ["None", (_, py) => py.pyimport("json.dumps").destroy()],
  // Of comprehensions, CPython's own compiler leaks a block when one of its requests fails.
  runPython: ["None", (_, py) => py.runPython("1 + 2")],
  "new kinds of objects": [
    "lambda a: None",
    (f) => {
      f(Object.fromEntries(KIND_METHODS.slice(0, kind + 1).map((name) => [name, () => 1])));
      kind++;
    },
  ],
};

/** Statements of Python. */
export const fromPython = {
  "call JavaScript": "js.fault.same(1); js.fault.same('text'); js.fault.same(2**80); js.fault.same(1.5)",
  "call JavaScript with keywords": "js.fault.same(a=1, b=[2])",
  "call JavaScript with many arguments": "js.fault.same(*range(30))",
  "pass an object to JavaScript": "js.fault.same([])",
  new: "js.Map.new(to_js([[1, 2]]))",
  "long strings from JavaScript": "js.fault.same(js.fault.long)",
  properties: "p = js.fault.plain; p.x; p.x = {1}; p.one(); hasattr(p, 'none'); dir(p); str(p); bool(p)",
  "items of an array":
    "a = js.fault.array; a[0]; a[-1]; a[0] = 'text'; a[0:2]; a + [1]; a.append(a.pop()); [*a]; a.index(3)",
  "items of a Map": "m = js.fault.map; m['x']; m['y'] = [1]; del m['y']; list(m.items()); m.get('none')",
  "views of objects": "p = js.fault.plain.as_py_json(); p['x']; dict(p)",
  to_js: "to_js([1, {'a': 'text'}, b'abc', {2}])",
  "to_js with converters":
    "to_js([Thing(), {}], default_converter=lambda v, *_: 1, dict_converter=js.Object.fromEntries)",
  to_py: "js.fault.plain.to_py(); js.fault.array.to_py(default_converter=lambda v, *_: 1)",
  create_proxy: "create_proxy([]).destroy(); create_once_callable(lambda: 1)()",
  "buffer of JavaScript": "b = js.fault.bytes; b.to_bytes(); b.to_memoryview(); b.assign(bytes(9)); b.to_string()",
  "exception of JavaScript": "\n    try: js.JSON.parse('{')\n    except JsException: pass",
  "exception through both": "\n    try: js.fault.call(lambda: 1 / 0)\n    except ZeroDivisionError: pass",
  "make an exception": "JsException('N', 'm')",
  bind_sig: "js.fault.same.bind_sig(typed)([1], key={'a': 2})",
  bind_class: "p = js.fault.plain.bind_class(Plain); p.one(); p.x",
  generators: "g = js.fault.count(); next(g); g.send(1); g.close()",
  disposables: "\n    with js.fault.disposable(): pass",
};

/** Statements of Python that wait. */
export const waiting = {
  "await a promise": "await js.fault.soon([1]); await js.fault.soon('text')",
  "await a promise that fails": "\n    try: await js.fault.never()\n    except JsException: pass",
  "iterate asynchronously": "\n    async for x in js.fault.each(): pass",
  "step an async generator": "g = js.fault.each(); await anext(g); await g.asend(1); await g.aclose()",
  "then and finally_": "await js.fault.soon([1]).then(lambda x: x).finally_(lambda: None)",
  "async with": "\n    async with js.fault.closing(): pass",
  "await through JavaScript": "await js.fault.promise(coroutine)",
  gather: "await asyncio.gather(coroutine(), js.fault.soon(1))",
};

/** As `fromJs`, giving promises. */
export const waitedFor = {
  "await a coroutine": ["async def f(x):\n  return [x]\nf", async (f) => (await awaited(f(1))).destroy()],
  "await a coroutine that fails": [
    "async def f():\n  1 / 0\nf",
    (f) =>
      awaited(f()).catch((error) => {
        if (error.type !== "ZeroDivisionError") throw error;
      }),
  ],
  "iterate over an async generator": [
    "async def f():\n  for x in ([1], 2, 'x'):\n    yield x\nf",
    async (f) => {
      const generator = f();
      try {
        for await (const item of generator) item.destroy?.();
      } finally {
        generator.destroy();
      }
    },
  ],
  "end an async generator": [
    "async def f():\n  yield 1\nf",
    async (f) => {
      const generator = f();
      try {
        await generator.next();
        await generator.return();
      } finally {
        generator.destroy();
      }
    },
  ],
  runPythonAsync: [
    "None",
    async (_, py) => (await settled(py.runPythonAsync("async def f(): return [1]\nawait f()"))).destroy(),
  ],
};

const fault = {
  same: (x) => x,
  call: (f) => f(),
  long: LONG,
  plain: { x: { y: [1, 2] }, one: () => 1 },
  array: [{}, "text", 3],
  map: new Map([["x", {}]]),
  bytes: new Uint8Array(9),
  *count() {
    yield 1;
    yield 2;
  },
  promise: (f) => Promise.resolve(f()),
  soon: (x) => Promise.resolve(x),
  never: () => Promise.reject(new Error("never")),
  async *each() {
    yield 1;
    yield [2];
  },
  closing: () => ({ async [Symbol.asyncDispose ?? "x"]() {} }),
  disposable: () => ({ [Symbol.dispose ?? "x"]() {} }),
};

function prepare(py, name) {
  globalThis.fault = fault;
  if (fromJs[name] || waitedFor[name]) {
    const [expression, use] = fromJs[name] ?? waitedFor[name];
    const value = py.runPython(expression);
    const run = waitedFor[name] ? () => use(value, py) : () => use(value, py)?.destroy?.();
    return { run, end: () => value?.destroy() };
  }
  const f = py.runPython(`
import asyncio, js
from _pyodide.jsbind import BindClass, Deep, Json
from pyodide.ffi import JsException, create_once_callable, create_proxy, to_js
class Thing: pass
def typed(x: Deep, /, *, key: Deep) -> Json: ...
class Plain(BindClass):
    x: Json
    def one(self) -> int: ...
async def coroutine():
    await asyncio.sleep(0)
    return [1]
${waiting[name] ? "async " : ""}def f():
    ${fromPython[name] ?? waiting[name]}
f`);
  return { run: () => (waiting[name] ? awaited(f()) : f()), end: () => f.destroy() };
}

const TURNS = 12;

/** What a promise gives within some turns of the event loop: an operation that fails must not leave its caller waiting. */
async function settled(promise) {
  let done = false;
  const end = () => (done = true);
  promise.then(end, end);
  for (let turn = 0; turn < TURNS && !done; turn++) await new Promise((resolve) => setTimeout(resolve));
  if (!done) throw new Endless("never settles");
  return promise;
}

/** A coroutine's result; an end for the coroutine, too. */
async function awaited(coroutine) {
  try {
    return await settled(coroutine);
  } finally {
    coroutine.destroy();
  }
}

class Endless extends Error {
  name = "Endless";
}

/** What the caller of an operation sees while its n-th request for memory fails; undefined if there are not so many. */
async function starveAt(py, words, run, lasting, n) {
  const [left, repeating, failed] = words; // indices into HEAP32, whose array changes when the memory grows
  py._module.HEAP32[failed] = 0;
  py._module.HEAP32[repeating] = lasting ? 1 : 0;
  py._module.HEAP32[left] = n;
  let kind = "fine";
  try {
    const value = run();
    if (value instanceof Promise) await settled(value);
  } catch (error) {
    kind = error instanceof Error ? (error.type ?? error.name) : `a thrown ${typeof error}`;
  }
  py._module.HEAP32[left] = 0;
  const { fatal } = py._module.core;
  if (fatal !== undefined) throw new Error(`request ${n} kills the runtime: ${fatal.stack}`, { cause: fatal });
  return py._module.HEAP32[failed] === 0 ? undefined : kind;
}

/** Runs an operation once for each of its requests for memory, which fails; counts what the caller sees. */
async function starveOnce(py, words, run, lasting, seen, most = Number.POSITIVE_INFINITY) {
  for (let n = 1; n <= most; n++) {
    const kind = await starveAt(py, words, run, lasting, n);
    if (kind === undefined) return n - 1;
    seen[kind] = (seen[kind] ?? 0) + 1;
  }
  return most;
}

/** Collects garbage of both languages; a proxy that a failed operation has dropped is JavaScript's garbage. */
async function usage(py, turns = 3) {
  if (globalThis.gc === undefined) {
    (await import("node:v8")).setFlagsFromString("--expose-gc");
    globalThis.gc = (await import("node:vm")).runInNewContext("gc");
  }
  const { core } = py._module;
  for (let turn = 0; turn < turns; turn++) {
    await new Promise((resolve) => setTimeout(resolve));
    globalThis.gc();
    py.runPython("import gc, sys; sys.last_exc = sys.last_value = sys.last_traceback = None; gc.collect(); None");
  }
  const blocks = py.runPython("sys.getallocatedblocks()");
  return { proxies: core.liveProxies(), handles: core.liveHandles(), blocks };
}

const ROUNDS = 10;

/**
 * Lets every request of an operation fail, alone or with all that follow: how many requests there are, what the caller
 * saw, and how many objects more there are after ROUNDS of that. Caches fill for a while, so that is done until it is
 * fewer than one in two rounds; a leak is one in every round.
 */
export async function starve(py, control, name, lasting, windows = 60) {
  const words = [0, 1, 2].map((i) => (control >>> 2) + i);
  const { run, end } = prepare(py, name);
  await run();
  const seen = {};
  const requests = await starveOnce(py, words, run, lasting, seen);
  const most = ONCE[name] && requests - ONCE[name];
  let before = await usage(py);
  let grown;
  for (let window = 0; window < windows; window++) {
    for (let round = 0; round < ROUNDS; round++) await starveOnce(py, words, run, lasting, seen, most);
    const after = await usage(py);
    grown = Object.fromEntries(Object.keys(before).map((key) => [key, after[key] - before[key]]));
    if (Object.values(grown).every((count) => count < ROUNDS / 2)) break;
    before = after;
  }
  end();
  return { requests, seen, grown };
}

const PATIENCE = 20;

/**
 * The same for what waits, once and request by request, for no round is like another: which one is the n-th depends on
 * the turns of the event loop. A callback that asyncio has no memory to schedule is lost, as in CPython. Then the
 * operation never settles, and a circle through both languages may keep what it holds; `kept` is what all others keep.
 * Every request fails once; what that leaves is counted, which takes long, for one in `stride`.
 */
export async function starveWaiting(py, control, name, lasting, stride) {
  const words = [0, 1, 2].map((i) => (control >>> 2) + i);
  const { run, end } = prepare(py, name);
  await settled(run());
  const seen = {};
  const kept = {};
  const ignore = () => {}; // the host is told of turns that fail
  for (const event of ["uncaughtException", "unhandledRejection"]) process.on(event, ignore);
  const requests = await starveOnce(py, words, run, lasting, seen); // fills caches, too
  let before = await usage(py);
  for (let n = 1 + (name.length % stride); ; n += stride) {
    const kind = await starveAt(py, words, run, lasting, n);
    if (kind === undefined) break;
    seen[kind] = (seen[kind] ?? 0) + 1;
    let after = await usage(py, 2);
    if (kind !== "Endless") {
      const grown = () => after.proxies > before.proxies || after.handles > before.handles;
      for (let turn = 0; turn < PATIENCE && grown(); turn++) after = await usage(py);
      if (grown()) kept[n] = [after.proxies - before.proxies, after.handles - before.handles];
    }
    before = after;
  }
  await settled(run());
  for (const event of ["uncaughtException", "unhandledRejection"]) process.off(event, ignore);
  end();
  return { requests, seen, kept };
}
