/** Python attributes: getattr, setattr, delattr, hasattr, dir. */
import { Kind, SLOT_AUX, SLOT_HI, SLOT_LO } from "#abi";
import { context } from "../context.ts";
import { fatal, raiseFromPython } from "../errors.ts";
import { beginFrame, decode, decodePlain } from "../frame.ts";
import { encodeText } from "../text.ts";
import { isAlive, newChild } from "./proxy.ts";
import { addressOf, type State, writeFrame } from "./state.ts";

/** Names kept as Python strings; beyond that the cache starts anew. */
const NAMES_MAX = 4096;

/** The name as an interned Python string. */
function intern(name: string): number {
  const known = context.names.get(name);
  if (known !== undefined) return known;
  const slot = beginFrame(1);
  HEAPU32[slot >>> 2] = encodeText(slot, name);
  const address = context.wasm.py_intern(slot) >>> 0;
  if (address === 0) throw raiseFromPython();
  if (context.names.size >= NAMES_MAX) {
    const old = [...context.names.values()];
    context.names.clear();
    for (const reference of old) context.wasm.py_release(reference);
  }
  context.names.set(name, address);
  return address;
}

export function getAttribute(state: State, name: string): unknown {
  const object = addressOf(state);
  const key = intern(name);
  const slot = context.frame;
  let kind: Kind;
  try {
    kind = context.wasm.py_getattr(object, key, slot);
  } catch (error) {
    throw fatal(error);
  }
  if (kind === Kind.MISSING) return undefined;
  if (kind === Kind.ERROR) throw raiseFromPython();
  if (kind !== Kind.PYOBJ) return decodePlain(slot, kind);
  const address = HEAPU32[(slot + SLOT_LO) >>> 2]!;
  const identity = HEAPU32[(slot + SLOT_HI) >>> 2]!;
  const cached = state.attributes?.get(identity);
  if (cached !== undefined && isAlive(cached)) {
    context.wasm.py_release(address);
    return cached;
  }
  const proxy = newChild(state, address, HEAPU32[(slot + SLOT_AUX) >>> 2]!);
  (state.attributes ??= new Map()).set(identity, proxy);
  return proxy;
}

export function setAttribute(state: State, name: string, value: unknown): void {
  const key = intern(name);
  const frame = writeFrame(state, [value]);
  check(() => context.wasm.py_setattr(addressOf(state), key, frame));
}

export function deleteAttribute(state: State, name: string): void {
  const object = addressOf(state);
  const key = intern(name);
  check(() => context.wasm.py_delattr(object, key));
}

export function hasAttribute(state: State, name: string): boolean {
  const object = addressOf(state);
  const key = intern(name);
  return check(() => context.wasm.py_hasattr(object, key)) === Kind.TRUE;
}

/** dir() */
export function attributeNames(state: State): string[] {
  const object = addressOf(state);
  const slot = beginFrame(1);
  check(() => context.wasm.py_dir(object, slot));
  const joined = decode(slot) as string;
  return joined === "" ? [] : joined.split("\0");
}

/** Runs an export that answers with a Kind. */
export function check(run: () => Kind): Kind {
  let kind: Kind;
  try {
    kind = run();
  } catch (error) {
    throw fatal(error);
  }
  if (kind === Kind.ERROR) throw raiseFromPython();
  return kind;
}
