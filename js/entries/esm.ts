/* pyodide.mjs */

import { load } from "../src/loader/load.ts";
import type { PyodideAPI } from "../src/types/api.ts";
import type { PyodideConfig } from "../src/types/config.ts";

export { version } from "../src/loader/version.ts";
export type { PyodideAPI, PyodideAPI as PyodideInterface } from "../src/types/api.ts";
export type { PyodideConfig, PyodideConfigWithDefaults } from "../src/types/config.ts";
export type { TypedArray } from "../src/types/ffi.ts";
export type { Lockfile, LockfileInfo, LockfilePackage, PackageData } from "../src/types/lockfile.ts";

/**
 * Loads the runtime and starts a Python interpreter. Every call makes an interpreter of its own.
 *
 * Rejects with TypeError for an option that is unknown or of the wrong type, and with ExitStatus if the interpreter
 * exits while it starts.
 */
export async function loadPyodide(options: PyodideConfig = {}): Promise<PyodideAPI> {
  return load(options, { scriptDirectory: new URL(".", import.meta.url).href, commonJS: false });
}
