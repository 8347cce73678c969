/* pyodide.js: for `require` and for a plain script tag, where it sets the global `loadPyodide`. */

import { directoryOf } from "../src/loader/files.ts";
import { load } from "../src/loader/load.ts";
import { version } from "../src/loader/version.ts";
import type { PyodideAPI } from "../src/types/api.ts";
import type { PyodideConfig } from "../src/types/config.ts";

declare const module: { exports: object } | undefined;

const commonJS = typeof module === "object" && typeof exports === "object";
// Only while a classic script runs for the first time does the document know which one it is.
const scriptDirectory = commonJS ? __dirname : currentScriptDirectory();

async function loadPyodide(options: PyodideConfig = {}): Promise<PyodideAPI> {
  return load(options, { scriptDirectory, commonJS });
}

function currentScriptDirectory(): string | undefined {
  const script = globalThis.document?.currentScript;
  const address = script && "src" in script && script.src ? script.src : callerAddress();
  return address === undefined ? undefined : directoryOf(address);
}

/** This script's address from a stack trace, for when it was imported as a module. */
function callerAddress(): string | undefined {
  return /((?:https?|file|blob):[^\s()]+?):\d+:\d+/.exec(new Error().stack ?? "")?.[1];
}

Object.assign(globalThis, { loadPyodide });
if (commonJS) {
  exports.loadPyodide = loadPyodide;
  exports.version = version;
}
