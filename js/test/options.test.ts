import assert from "node:assert/strict";
import { test } from "node:test";
import { webFiles } from "../src/loader/files.ts";
import { nearestName } from "../src/loader/nearest.ts";
import { checkOptions, resolveConfig, type Surroundings } from "../src/loader/options.ts";
import type { PyodideConfig } from "../src/types/config.ts";

const PAGE = "https://example.org/app/index.html";

function resolve(options: PyodideConfig, surroundings: Partial<Surroundings> = {}) {
  return resolveConfig(options, {
    scriptDirectory: "https://cdn.example/pyodide/",
    pageAddress: PAGE,
    files: webFiles(PAGE),
    ...surroundings,
  });
}

test("a misspelt option is named, with the nearest name", () => {
  assert.throws(() => checkOptions({ indexUrl: "x" }), {
    name: "TypeError",
    message: "loadPyodide: unknown option 'indexUrl'; did you mean 'indexURL'?",
  });
  assert.throws(() => checkOptions({ stdot: () => {} }), /'stdot'; did you mean 'stdout'\?/);
});

test("an option like no other is named without a suggestion", () => {
  assert.throws(() => checkOptions({ frobnicate: 1 }), { message: "loadPyodide: unknown option 'frobnicate'" });
});

test("an inherited name is not an option", () => {
  assert.throws(() => checkOptions({ toString: () => "" }), /unknown option 'toString'/);
});

for (const [name, value, wanted] of [
  ["indexURL", 1, "a string, not a number"],
  ["stdin", "x", "a function, not a string"],
  ["jsglobals", null, "an object, not null"],
  ["args", ["a", 1], "an array of strings, not an array"],
  ["env", { A: 1 }, "an object whose values are strings, not an object"],
  ["env", ["A"], "an object whose values are strings, not an array"],
  ["checkAPIVersion", "yes", "a boolean, not a string"],
  ["lockFileContents", 5, "a lock file as an object, JSON text, or a promise of one, not a number"],
] as const) {
  test(`${name} must be ${wanted}`, () => {
    assert.throws(() => checkOptions({ [name]: value }), {
      name: "TypeError",
      message: `loadPyodide: option '${name}' must be ${wanted}`,
    });
  });
}

test("undefined means absent and private options pass", () => {
  checkOptions({ indexURL: undefined, _anything: 1 });
});

test("options must be an object", () => {
  assert.throws(() => checkOptions("x"), { name: "TypeError", message: /an object of options, not a string/ });
  assert.throws(() => checkOptions(null), TypeError);
});

test("defaults lie beside the loader", () => {
  const config = resolve({});
  assert.equal(config.indexURL, "https://cdn.example/pyodide/");
  assert.equal(config.stdLibURL, "https://cdn.example/pyodide/python_stdlib.zip");
  assert.equal(config.lockFileURL, "https://cdn.example/pyodide/pyodide-lock.json");
  assert.equal(config.packageBaseUrl, "https://cdn.example/pyodide/");
  assert.deepEqual(config.env, { HOME: "/home/pyodide", PYTHONINSPECT: "1" });
  assert.equal(config.jsglobals, globalThis);
});

test("relative addresses are relative to the page", () => {
  const config = resolve({ indexURL: "py", stdLibURL: "lib.zip" });
  assert.equal(config.indexURL, "https://example.org/app/py/");
  assert.equal(config.stdLibURL, "https://example.org/app/lib.zip");
});

test("lockFileURL moves the base of packages with it", () => {
  assert.equal(resolve({ lockFileURL: "https://a.example/x/lock.json" }).packageBaseUrl, "https://a.example/x/");
  assert.equal(resolve({ lockFileURL: "lock.json" }).packageBaseUrl, "https://example.org/app/");
  assert.equal(resolve({ lockFileURL: "lock.json" }, { pageAddress: undefined }).packageBaseUrl, "./");
  assert.equal(resolve({ lockFileURL: "a/lock.json", packageBaseUrl: "b" }).packageBaseUrl, "b/");
});

test("lockFileContents excludes lockFileURL and asks for no file", () => {
  assert.throws(
    () => resolve({ lockFileContents: "{}", lockFileURL: "x" }),
    /Can't pass both lockFileContents and lockFileURL/,
  );
  assert.equal(resolve({ lockFileContents: "{}" }).lockFileURL, undefined);
});

test("the caller's environment is kept and not changed", () => {
  const env = { HOME: "/there", A: "b" };
  assert.deepEqual(resolve({ env }).env, { HOME: "/there", PYTHONINSPECT: "1", A: "b" });
  assert.deepEqual(env, { HOME: "/there", A: "b" });
});

test("a snapshot keeps its environment and takes no interpreter's options", () => {
  const _loadSnapshot = new ArrayBuffer(0);
  assert.deepEqual(resolve({ _loadSnapshot, env: { A: "b" } }).env, { A: "b" });
  assert.throws(() => resolve({ _loadSnapshot, args: ["-X", "dev"] }), /has started already: '-X' comes too late/);
});

test("without a known directory indexURL is asked for", () => {
  assert.throws(() => resolve({}, { scriptDirectory: undefined }), /pass indexURL/);
});

test("the nearest name is near", () => {
  assert.equal(nearestName("stdErr", ["stdin", "stderr"]), "stderr");
  assert.equal(nearestName("xyz", ["stdin", "stderr"]), undefined);
});
