import assert from "node:assert/strict";
import { test } from "node:test";
import { detectHost, type HostGlobals } from "../src/loader/host.ts";

const ESM = { commonJS: false, factoryGiven: false };
const node = { process: { versions: { node: "24.0.0" } } };
const worker = { WorkerGlobalScope: class {} };

/** As a module worker's importScripts does. */
function refuses(): never {
  throw new TypeError("Module scripts don't support importScripts().");
}

function flags(globals: HostGlobals, facts = ESM): string[] {
  return Object.entries(detectHost(globals, facts))
    .filter(([, value]) => value)
    .map(([name]) => name);
}

test("Node, by how the loader was loaded", () => {
  assert.deepEqual(flags(node), ["IN_NODE", "IN_NODE_ESM"]);
  assert.deepEqual(flags(node, { ...ESM, commonJS: true }), ["IN_NODE", "IN_NODE_COMMONJS"]);
});

test("Deno and Bun have Node's globals but are not Node", () => {
  assert.deepEqual(flags({ ...node, Deno: {} }), ["IN_DENO"]);
  assert.deepEqual(flags({ ...node, Bun: {} }), ["IN_BUN"]);
});

test("a page, and Electron's renderer", () => {
  assert.deepEqual(flags({ document: {} }), ["IN_BROWSER", "IN_BROWSER_MAIN_THREAD"]);
  const renderer = { process: { versions: { node: "24.0.0" }, type: "renderer" }, document: {} };
  assert.deepEqual(flags(renderer), ["IN_BROWSER", "IN_BROWSER_MAIN_THREAD"]);
});

test("Safari is told from Chromium, which claims to be Safari", () => {
  const safari = { document: {}, navigator: { userAgent: "Mozilla/5.0 Version/18.0 Safari/605.1.15" } };
  const chromium = { document: {}, navigator: { userAgent: "Mozilla/5.0 Chrome/131.0.0.0 Safari/537.36" } };
  assert(flags(safari).includes("IN_SAFARI"));
  assert(!flags(chromium).includes("IN_SAFARI"));
});

test("a module worker, with or without importScripts", () => {
  const expected = ["IN_BROWSER", "IN_BROWSER_WEB_WORKER"];
  assert.deepEqual(flags({ ...worker, importScripts: refuses }), expected);
  assert.deepEqual(flags(worker), expected);
});

test("classic workers are refused, also under a policy that forbids importScripts", () => {
  assert.throws(() => flags({ ...worker, importScripts: () => {} }), /Classic web workers are not supported/);
  const forbidden = () => {
    throw new DOMException("no", "NetworkError");
  };
  assert.throws(() => flags({ ...worker, importScripts: forbidden }), /Classic web workers are not supported/);
});

test("a service worker needs the module's factory", () => {
  const service = { ...worker, ServiceWorkerGlobalScope: class {}, importScripts: () => {} };
  assert.throws(() => flags(service), /createPyodideModule/);
  assert.deepEqual(flags(service, { ...ESM, factoryGiven: true }), ["IN_BROWSER", "IN_BROWSER_WEB_WORKER"]);
});

test("anything else is unknown", () => {
  assert.throws(() => flags({}), /Cannot determine runtime environment/);
});
