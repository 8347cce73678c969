/** What Python can ask any JavaScript value. */
import { type Kind, SLOT_SIZE } from "#abi";
import { context } from "../context.ts";
import { fail, keep } from "../errors.ts";
import { answer, decodePlain } from "../frame.ts";
import { isObject, isTypedArray } from "../jsflags.ts";
import { decodeText } from "../text.ts";

const plainToString = Object.prototype.toString;

/** What its toString gives, or what Object makes of one without a usable toString. */
export function jsv_to_string(object: unknown, out: number): Kind {
  try {
    let text: unknown;
    try {
      text = (object as object).toString();
    } catch {}
    return answer(out, typeof text === "string" ? text : plainToString.call(object));
  } catch (error) {
    return fail(out, error);
  }
}

export function jsv_typeof(object: unknown, out: number): Kind {
  return answer(out, typeof object);
}

/** The text of a slot as a JavaScript string. */
export function jsv_string(slot: number): string {
  return decodeText(slot, HEAPU32[slot >>> 2] as Kind);
}

interface Sized {
  readonly size?: unknown;
  readonly length?: unknown;
  readonly byteLength?: unknown;
}

const ELEMENT = /^\[object HTML[A-Za-z]*Element\]$/;
const COLLECTION = /^\[object (NodeList|HTMLCollection)\]$/;

/** Python's truth: falsy values, and what is empty. */
function isTrue(value: unknown): boolean {
  if (!value) return false;
  if (typeof value !== "object") return true;
  const object = value as Sized;
  if (Array.isArray(value) || isTypedArray(value)) return object.length !== 0;
  const tag = plainToString.call(value);
  if (COLLECTION.test(tag)) return object.length !== 0;
  return (object.size !== 0 || ELEMENT.test(tag)) && object.byteLength !== 0;
}

/** 0, 1, or -1 for an error. */
export function jsv_bool(value: unknown): number {
  try {
    return isTrue(value) ? 1 : 0;
  } catch (error) {
    keep(error);
    return -1;
  }
}

/** By the number of CPython's comparison operator: < <= == != > >=. As for jsv_bool. */
const COMPARE: readonly ((a: never, b: never) => boolean)[] = [
  (a, b) => a < b,
  (a, b) => a <= b,
  (a, b) => a === b,
  (a, b) => a !== b,
  (a, b) => a > b,
  (a, b) => a >= b,
];

export function jsv_compare(left: unknown, right: unknown, operator: number): number {
  try {
    return COMPARE[operator]!(left as never, right as never) ? 1 : 0;
  } catch (error) {
    keep(error);
    return -1;
  }
}

/** A number that stands for this object for ever. */
export function jsv_identity(object: unknown): number {
  const key = object as object;
  let id = context.identities.get(key);
  if (id === undefined) {
    id = context.nextIdentity++;
    context.identities.set(key, id);
  }
  return id;
}

export function jsv_known_handle(object: unknown): number {
  return isObject(object) ? (context.handles.get(object) ?? 0) : 0;
}

export function jsv_remember_handle(object: unknown, handle: number): void {
  if (isObject(object)) context.handles.set(object, handle);
}

/** The errors of the language that are made from a message alone, by name. Clients add theirs. */
export const errorConstructors = new Map<string, new (message?: string) => Error>(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((native) => [
    native.prototype.name,
    native,
  ]),
);

export function newError(name: string, message: string, stack: string): Error {
  const error = new (errorConstructors.get(name) ?? Error)(message);
  for (const [key, value] of Object.entries({ name, message, stack })) {
    if (error[key as keyof Error] === value) continue;
    Object.defineProperty(error, key, { value, configurable: true, writable: true });
  }
  return error;
}

/** Makes an Error from a frame of name, message and stack; the last two may be undefined. */
export function jsv_make_error(frame: number): Kind {
  try {
    const [name, message, stack] = [0, 1, 2].map((i) => {
      const slot = frame + i * SLOT_SIZE;
      return decodePlain(slot, HEAPU32[slot >>> 2] as Kind) as string | undefined;
    });
    return answer(frame, newError(name!, message ?? "", stack ?? ""));
  } catch (error) {
    return fail(frame, error);
  }
}
