/** The one import behind most of what JsProxies can do: see JsOp in abi.toml. */
import { JsOp, Kind, SLOT_AUX, SLOT_LO } from "#abi";
import { context } from "../context.ts";
import { fail } from "../errors.ts";
import { answer, decodePlain } from "../frame.ts";
import { operations } from "../operations/index.ts";
import { Result } from "../operations/result.ts";
import { Arguments } from "./call.ts";

/** The operations that keep their arguments; a proxy made for any other ends with it. */
const KEEPING: ReadonlySet<JsOp> = new Set([
  JsOp.INDEX_SET,
  JsOp.ARRAY_SPLICE,
  JsOp.ARRAY_SET_STRIDED,
  JsOp.ARRAY_INSERT,
  JsOp.ARRAY_APPEND,
  JsOp.ARRAY_CONCAT,
  JsOp.MAP_SET,
  JsOp.OWN_SET,
  JsOp.NEXT,
  JsOp.ASYNC_NEXT,
  JsOp.PROMISE_WATCH,
  JsOp.PROMISE_THEN,
  JsOp.PROMISE_FINALLY,
  JsOp.PROXY_NEW,
  JsOp.PROXY_NEW_ONCE,
  JsOp.PROXY_NEW_JSON,
]);

/** Writes the result. */
function answerResult(frame: number, result: unknown): Kind {
  const kind = result instanceof Result ? result.write(frame) : answer(frame, result);
  HEAPU32[frame >>> 2] = kind;
  return kind;
}

/** INDEX_GET without a frame of arguments, for an index that is not negative. */
export function jsv_item(array: unknown, index: number, out: number): Kind {
  try {
    const items = array as ArrayLike<unknown>;
    return index < items.length ? answer(out, items[index]) : Kind.MISSING;
  } catch (error) {
    return fail(out, error);
  }
}

export function jsv_operate(object: unknown, operation: number, frame: number, count: number): Kind {
  const operate = operations[operation as JsOp] as (...values: unknown[]) => unknown;
  // The frequent forms, without proxies to look after.
  try {
    if (count === 0) return answerResult(frame, operate(object));
    if (count === 1) {
      const kind = HEAPU32[frame >>> 2] as Kind;
      if (kind !== Kind.PYOBJ) return answerResult(frame, operate(object, decodePlain(frame, kind)));
    }
  } catch (error) {
    return fail(frame, error);
  }
  return operateWithArguments(operate, object, operation, frame, count);
}

function operateWithArguments(
  operate: (...values: unknown[]) => unknown,
  object: unknown,
  operation: JsOp,
  frame: number,
  count: number,
): Kind {
  let args: Arguments | undefined;
  try {
    args = new Arguments(frame, count);
    const kind = answerResult(frame, operate(object, ...args.values));
    if (args.areProxies) {
      if (kind === Kind.PYOBJ && HEAPU32[(frame + SLOT_AUX) >>> 2] === 0) {
        // Borrowed, perhaps from a proxy that is about to end: give C a reference of its own.
        context.wasm.py_retain(HEAPU32[(frame + SLOT_LO) >>> 2]!);
        HEAPU32[(frame + SLOT_AUX) >>> 2] = 1;
      }
      if (KEEPING.has(operation)) args.keep();
      else args.release();
    }
    return kind;
  } catch (error) {
    args?.release();
    return fail(frame, error);
  }
}
