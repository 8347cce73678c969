import assert from "node:assert/strict";
import { test } from "node:test";
import type { Core, PyProxy } from "../../runtime/glue/interface.ts";
import { blockAPI } from "../src/api/fatal.ts";
import { withBuiltins } from "../src/api/namespace.ts";
import { scheduleCallback } from "../src/api/scheduler.ts";

/** As much of a dict's proxy as a namespace uses. */
function dict(entries: Record<string, unknown>): PyProxy {
  const names = new Map(Object.entries(entries));
  return {
    get: (key: string) => names.get(key),
    has: (key: string) => names.has(key),
    type: "dict",
  } as unknown as PyProxy;
}

test("names come before builtins, also those bound to None", () => {
  const core = { withMembers: (proxy: PyProxy, members: object) => ({ ...proxy, ...members }) } as unknown as Core;
  const globals = withBuiltins(core, dict({ x: 1, len: undefined }), dict({ len: "builtin", abs: "builtin" }));
  assert.deepEqual(["x", "len", "abs", "none"].map(globals.get), [1, undefined, "builtin", undefined]);
  assert.deepEqual(["x", "len", "abs", "none"].map(globals.has), [true, true, true, false]);
  assert.equal(globals.type, "dict");
});

test("after a failure only the version and the internals can be read", () => {
  const api = { version: "1", _module: {}, runPython: () => {}, FS: {} };
  blockAPI(api, () => new Error("dead"));
  assert.equal(api.version, "1");
  assert(api._module);
  for (const member of ["runPython", "FS"] as const) assert.throws(() => api[member], { message: "dead" });
});

test("callbacks run in order, in another turn of the event loop", async () => {
  const order: string[] = [];
  await new Promise<void>((done) => {
    scheduleCallback(() => order.push("first"));
    scheduleCallback(() => {
      order.push("second");
      done();
    }, 2);
    Promise.resolve().then(() => order.push("microtask"));
    order.push("now");
  });
  assert.deepEqual(order, ["now", "microtask", "first", "second"]);
});

test("later callbacks wait, however long", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const called: string[] = [];
  scheduleCallback(() => called.push("soon"), 3);
  scheduleCallback(() => called.push("in fifty days"), 50 * 24 * 3600 * 1000);
  context.mock.timers.tick(3);
  assert.deepEqual(called, ["soon"]);
  context.mock.timers.tick(2 ** 31 - 4);
  assert.deepEqual(called, ["soon", "in fifty days"]);
});
