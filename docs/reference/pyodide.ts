/* What the reference of the module "pyodide" shows: its exports, and the types that these mention. */

export * from "../../js/entries/esm.ts";
export type { BatchedHandler, OutputOptions, RawHandler, TerminalSize, WriteHandler } from "../../js/src/streams/output.ts";
export type { StdinHandler, StdinOptions } from "../../js/src/streams/input.ts";
export type { CanvasInterface, LoadPackageOptions, NativeFS, RunOptions, ToPyOptions } from "../../js/src/types/api.ts";
export type { FFI } from "../../js/src/types/ffi.ts";
