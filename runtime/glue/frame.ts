/**
 * Values to slots and back: the JavaScript half of the implicit translation. The rules of ownership stand in
 * runtime/core/frame.h.
 *
 * JavaScript writes its frames into the mailbox at `context.frame`. Writing can run foreign code in one place only,
 * where an object is asked for its flags; `encodeObject` moves `context.frame` out of the way meanwhile.
 */
import { Kind, MAILBOX_SLOTS, SLOT_AUX, SLOT_LO, SLOT_SIZE } from "#abi";
import { context } from "./context.ts";
import { raiseFromPython } from "./errors.ts";
import { jsFlags } from "./jsflags.ts";
import { newProxy } from "./pyproxy/proxy.ts";
import { addressOf, stateOf } from "./pyproxy/state.ts";
import { decodeBigInt, decodeInt64, decodeText, encodeBigInt, encodeText } from "./text.ts";

/** The address of a frame for `count` slots. Writing into it starts at once: see `encode`. */
export function beginFrame(count: number): number {
  const frame = context.frame;
  if (frame + count * SLOT_SIZE > context.mailbox + MAILBOX_SLOTS * SLOT_SIZE) {
    throw new RangeError("Too many arguments for a call of a Python function, or too many such calls in each other");
  }
  context.text = context.textStart;
  return frame;
}

/** Fills a slot; gives its kind. Throws if the value is a destroyed PyProxy or memory is out. */
export function encode(slot: number, value: unknown): Kind {
  const kind = encodePayload(slot, value);
  HEAPU32[slot >>> 2] = kind;
  return kind;
}

function encodePayload(slot: number, value: unknown): Kind {
  switch (typeof value) {
    case "number":
      if (value === (value | 0)) {
        HEAP32[(slot + SLOT_LO) >>> 2] = value;
        return Kind.I32;
      }
      HEAPF64[(slot + SLOT_LO) >>> 3] = value;
      return Number.isSafeInteger(value) ? Kind.F64_INT : Kind.F64;
    case "string":
      return encodeText(slot, value);
    case "undefined":
      return Kind.UNDEFINED;
    case "boolean":
      return value ? Kind.TRUE : Kind.FALSE;
    case "bigint":
      return encodeBigInt(slot, value);
    case "object":
      if (value === null) return Kind.NULL;
      return encodeObject(slot, value);
    case "function":
      return encodeObject(slot, value);
    case "symbol":
      return encodeHandle(slot, value, 0);
  }
}

function encodeObject(slot: number, value: object): Kind {
  const state = askSafely(slot, stateOf, value);
  if (state !== undefined && !state.roundtrip) {
    HEAPU32[(slot + SLOT_LO) >>> 2] = addressOf(state);
    HEAPU32[(slot + SLOT_AUX) >>> 2] = 0; // borrowed
    return Kind.PYOBJ;
  }
  return encodeHandle(slot, value, askSafely(slot, preparedFlags, value));
}

/** Runs something that may run foreign code; what stands in the mailbox before `slot` survives it. */
function askSafely<T>(slot: number, ask: (value: object) => T, value: object): T {
  const { frame, textStart } = context;
  if ((slot - frame) >>> 0 >= MAILBOX_SLOTS * SLOT_SIZE) return ask(value); // a slot of C's
  retainBorrowed(frame, slot);
  context.frame = slot + SLOT_SIZE;
  context.textStart = context.text;
  try {
    return ask(value);
  } finally {
    context.frame = frame;
    context.text = context.textStart;
    context.textStart = textStart;
  }
}

/** Gives C a reference of its own to what slots borrow from PyProxies: foreign code may destroy these. */
function retainBorrowed(frame: number, end: number): void {
  for (let slot = frame; slot < end; slot += SLOT_SIZE) {
    if (HEAPU32[slot >>> 2] !== Kind.PYOBJ || HEAPU32[(slot + SLOT_AUX) >>> 2] !== 0) continue;
    context.wasm.py_retain(HEAPU32[(slot + SLOT_LO) >>> 2]!);
    HEAPU32[(slot + SLOT_AUX) >>> 2] = 1;
  }
}

/** The flags of an object, whose JsProxy type then exists. */
export function preparedFlags(value: object): number {
  const flags = jsFlags(value);
  if (!context.preparedFlags.has(flags)) {
    if (context.wasm.jsproxy_prepare(flags) === Kind.ERROR) throw raiseFromPython();
    context.preparedFlags.add(flags);
  }
  return flags;
}

/** Gives C a handle of the value. */
export function encodeHandle(slot: number, value: unknown, flags: number): Kind {
  const handle = context.wasm.handle_new(value);
  if (handle === 0) throw raiseFromPython();
  HEAPU32[(slot + SLOT_LO) >>> 2] = handle;
  HEAPU32[(slot + SLOT_AUX) >>> 2] = flags;
  return Kind.JSREF;
}

/** Writes the result of an import, where C will read it at once. */
export function answer(out: number, value: unknown): Kind {
  context.text = context.textStart;
  return encode(out, value);
}

/** The value of a slot that C wrote; a Python object becomes a proxy that the finalisation registry will know. */
export function decode(slot: number): unknown {
  const kind = HEAPU32[slot >>> 2] as Kind;
  if (kind === Kind.PYOBJ) {
    return newProxy(HEAPU32[(slot + SLOT_LO) >>> 2]!, HEAPU32[(slot + SLOT_AUX) >>> 2]!);
  }
  return decodePlain(slot, kind);
}

/** The value of a slot whose kind is not PYOBJ. */
export function decodePlain(slot: number, kind: Kind): unknown {
  switch (kind) {
    case Kind.UNDEFINED:
      return undefined;
    case Kind.NULL:
      return null;
    case Kind.FALSE:
      return false;
    case Kind.TRUE:
      return true;
    case Kind.I32:
      return HEAP32[(slot + SLOT_LO) >>> 2];
    case Kind.F64:
    case Kind.F64_INT:
      return HEAPF64[(slot + SLOT_LO) >>> 3];
    case Kind.I64:
      return decodeInt64(slot);
    case Kind.BIGINT:
      return decodeBigInt(slot);
    case Kind.ASCII:
    case Kind.LATIN1:
    case Kind.UCS2:
    case Kind.UCS4:
      return decodeText(slot, kind);
    case Kind.JSREF:
      return context.wasm.handle_pop(HEAPU32[(slot + SLOT_LO) >>> 2]!);
    default:
      throw new Error(`Internal error: cannot decode a slot of kind ${kind}`);
  }
}
