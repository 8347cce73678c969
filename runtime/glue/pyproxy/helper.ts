/** Python functions that the members of PyProxies are made from: those of `_pyodide._pyproxy`, and a few others. */
import { Kind, SLOT_LO } from "#abi";
import { context } from "../context.ts";
import { answer, beginFrame } from "../frame.ts";
import { check } from "./attributes.ts";
import { callAddress } from "./call.ts";

const MODULE = "_pyodide._pyproxy.";

/** The address of what `path` names. It is imported once and kept for good. */
export function helper(path: string): number {
  let address = context.helpers.get(path);
  if (address === undefined) {
    const frame = beginFrame(1);
    answer(frame, path);
    if (check(() => context.wasm.py_import(frame)) !== Kind.PYOBJ)
      throw new Error(`Internal error: ${path} is a scalar`);
    address = HEAPU32[(frame + SLOT_LO) >>> 2]!;
    context.helpers.set(path, address);
  }
  return address;
}

/** Calls a function of `_pyodide._pyproxy`. */
export function callHelper(name: string, ...args: readonly unknown[]): unknown {
  return callAddress(helper(MODULE + name), args);
}
