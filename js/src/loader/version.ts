/* Facts about the release, put in when the loader is bundled. */

declare const __VERSION__: string;
declare const __PYTHON_VERSION__: string;
declare const __ABI_VERSION__: string;
declare const __BUILD_ID__: string;

/** The release's version, for example "314.0.0". */
export const version: string = __VERSION__;

/** The version of Python without its last part, for example "3.14". */
export const pythonVersion: string = __PYTHON_VERSION__;

/** The side-module ABI, for example "2026_0". A lock file has to name the same. */
export const abiVersion: string = __ABI_VERSION__;

/** SHA-256 over pyodide.asm.mjs and pyodide.asm.wasm, in hexadecimal: what this loader was made for. */
export const buildId: string = __BUILD_ID__;
