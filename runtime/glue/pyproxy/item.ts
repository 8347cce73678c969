/** Containers: `length`, and items by key. Also `asJsJson`, which shows containers as JavaScript's own. */
import { Kind, PyFlag, SLOT_AUX, SLOT_LO } from "#abi";
import { context } from "../context.ts";
import { beginFrame, decode, decodePlain } from "../frame.ts";
import type { PyProxy } from "../interface.ts";
import { check } from "./attributes.ts";
import { isAlive, newAlias, newChild } from "./proxy.ts";
import { addressOf, own, type State, writeFrame } from "./state.ts";

const JSON_ADAPTOR = PyFlag.IS_JSON_ADAPTOR_DICT | PyFlag.IS_JSON_ADAPTOR_SEQUENCE;
const MAPPING = PyFlag.HAS_GET | PyFlag.HAS_LENGTH | PyFlag.HAS_CONTAINS | PyFlag.IS_ITERABLE;

/** The flag that makes an adaptor of a container; 0 for what is none. */
function adaptorFlag(flags: number): number {
  if (flags & PyFlag.IS_SEQUENCE) return PyFlag.IS_JSON_ADAPTOR_SEQUENCE;
  return (flags & MAPPING) === MAPPING ? PyFlag.IS_JSON_ADAPTOR_DICT : 0;
}

/** The object that stands in a slot as an item of `state`. An adaptor has adaptors as items, and owns them. */
export function decodeItem(state: State, slot: number, kind: Kind): unknown {
  if (kind !== Kind.PYOBJ) return decodePlain(slot, kind);
  if ((state.flags & JSON_ADAPTOR) === 0) return decode(slot);
  const address = HEAPU32[(slot + SLOT_LO) >>> 2]!;
  const flags = HEAPU32[(slot + SLOT_AUX) >>> 2]!;
  const known = state.items?.get(address);
  if (known !== undefined && isAlive(known)) {
    context.wasm.py_release(address);
    return known;
  }
  const item = newChild(state, address, flags | adaptorFlag(flags));
  (state.items ??= new Map()).set(address, item);
  return item;
}

/** What `getItem` gives when there is no such item. */
export const MISSING = Symbol("missing");

/** `object[key]`; MISSING for KeyError and IndexError. */
export function getItem(state: State, key: unknown): unknown {
  const frame = writeFrame(state, [key]);
  const kind = check(() => context.wasm.py_getitem(addressOf(state), frame));
  return kind === Kind.MISSING ? MISSING : decodeItem(state, frame, kind);
}

export function setItem(state: State, key: unknown, value: unknown): void {
  const frame = writeFrame(state, [key, value]);
  check(() => context.wasm.py_setitem(addressOf(state), frame));
}

export function deleteItem(state: State, key: unknown): void {
  const frame = writeFrame(state, [key]);
  check(() => context.wasm.py_delitem(addressOf(state), frame));
}

export function hasItem(state: State, key: unknown): boolean {
  const frame = writeFrame(state, [key]);
  return check(() => context.wasm.py_contains(addressOf(state), frame)) === Kind.TRUE;
}

/** Keys that can be written as properties. */
export function itemNames(state: State): string[] {
  const object = addressOf(state);
  const frame = beginFrame(1);
  check(() => context.wasm.py_keys(object, frame));
  const joined = decode(frame) as string;
  return joined === "" ? [] : joined.split("\0");
}

export function lengthOf(state: State): number {
  const object = addressOf(state);
  const frame = beginFrame(1);
  check(() => context.wasm.py_length(object, frame));
  return HEAPU32[(frame + SLOT_LO) >>> 2]!;
}

export const withLength = {
  get length(): number {
    return lengthOf(own(this));
  },
};

export const withGet = {
  /** Undefined if there is no such item. */
  get(key: unknown): unknown {
    const item = getItem(own(this), key);
    return item === MISSING ? undefined : item;
  },

  /** The same object, looking like a plain object or an array all the way down. It shares its lifetime with this. */
  asJsJson(): PyProxy {
    const state = own(this);
    addressOf(state);
    return newAlias(state, state.flags | (adaptorFlag(state.flags) || PyFlag.IS_JSON_ADAPTOR_DICT)).proxy!;
  },
};

export const withSet = {
  set(key: unknown, value: unknown): void {
    setItem(own(this), key, value);
  },

  delete(key: unknown): void {
    deleteItem(own(this), key);
  },
};

export const withHas = {
  has(key: unknown): boolean {
    return hasItem(own(this), key);
  },
};
