/* What the reference of the module "pyodide/ffi" shows. */

export type * from "../../js/entries/ffi.ts";
export type { ToJsOptions } from "../../js/src/types/ffi.ts";
