/** What a JavaScript object can do: the bits that choose its JsProxy type. Every probe may run code of the object. */
import { JsFlag, PyFlag } from "#abi";
import { type State, stateOf } from "./pyproxy/state.ts";

type Probed = Record<PropertyKey, unknown>;

// Not on every host.
const dispose: symbol | undefined = Symbol.dispose;
const asyncDispose: symbol | undefined = Symbol.asyncDispose;

const plainToString = Object.prototype.toString;
const TypedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const typedArrayTag = Object.getOwnPropertyDescriptor(TypedArray, Symbol.toStringTag)!.get!;

/** A property, or undefined if reading it throws (a revoked Proxy, a hostile getter). */
function probe(object: Probed, key: PropertyKey): unknown {
  try {
    return object[key];
  } catch {
    return undefined;
  }
}

function hasMethod(object: Probed, key: PropertyKey): boolean {
  return typeof probe(object, key) === "function";
}

function tagOf(object: object): string {
  try {
    return plainToString.call(object);
  } catch {
    return "";
  }
}

function isArray(object: object): boolean {
  try {
    return Array.isArray(object);
  } catch {
    return false; // revoked
  }
}

function isError(object: Probed): boolean {
  if (tagOf(object) === "[object DOMException]") return true;
  return (
    typeof probe(object, "name") === "string" &&
    typeof probe(object, "message") === "string" &&
    (typeof probe(object, "stack") === "string" || object instanceof Error)
  );
}

/** What has an identity, and may be a key of a WeakMap. */
export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

export function isTypedArray(object: object): boolean {
  return typedArrayTag.call(object) !== undefined;
}

export function isBuffer(object: object): boolean {
  if (ArrayBuffer.isView(object)) return true;
  const tag = tagOf(object);
  return tag === "[object ArrayBuffer]" || tag === "[object SharedArrayBuffer]";
}

/** What each ability of a Python object makes of its proxy, when Python sees that as a JavaScript object. */
const OF_PROXY: readonly (readonly [PyFlag, number])[] = [
  [PyFlag.HAS_LENGTH, JsFlag.HAS_LENGTH],
  [PyFlag.HAS_GET, JsFlag.HAS_GET],
  [PyFlag.HAS_SET, JsFlag.HAS_SET],
  [PyFlag.HAS_CONTAINS, JsFlag.HAS_HAS],
  [PyFlag.IS_ITERABLE, JsFlag.IS_ITERABLE],
  [PyFlag.IS_ITERATOR, JsFlag.IS_ITERATOR | JsFlag.IS_ITERABLE],
  [PyFlag.IS_GENERATOR, JsFlag.IS_GENERATOR],
  [PyFlag.IS_ASYNC_ITERABLE, JsFlag.IS_ASYNC_ITERABLE],
  [PyFlag.IS_ASYNC_ITERATOR, JsFlag.IS_ASYNC_ITERATOR | JsFlag.IS_ASYNC_ITERABLE],
  [PyFlag.IS_ASYNC_GENERATOR, JsFlag.IS_ASYNC_GENERATOR],
  [PyFlag.IS_AWAITABLE, JsFlag.IS_AWAITABLE],
  [PyFlag.IS_CALLABLE, JsFlag.IS_CALLABLE],
];

/** The flags of a PyProxy. No code of the Python object runs. */
function flagsOfProxy(state: State): number {
  return OF_PROXY.reduce<number>(
    (flags, [ability, meaning]) => (state.flags & ability ? flags | meaning : flags),
    JsFlag.IS_DOUBLE_PROXY,
  );
}

/** The flags of an object or function. Never throws. */
export function jsFlags(value: object): number {
  const state = stateOf(value);
  if (state) return flagsOfProxy(state);
  const object = value as Probed;
  const callable = typeof value === "function";
  const typed = isTypedArray(value);
  const buffer = typed || isBuffer(value);
  const array = isArray(value);
  const iterable = hasMethod(object, Symbol.iterator);
  const asyncIterable = hasMethod(object, Symbol.asyncIterator);
  const next = hasMethod(object, "next");
  const length = !callable && typeof probe(object, "length") === "number";
  const size = typeof probe(object, "size") === "number";

  let flags = 0;
  if (iterable) flags |= JsFlag.IS_ITERABLE;
  if (asyncIterable) flags |= JsFlag.IS_ASYNC_ITERABLE;
  if (next && (iterable || !asyncIterable)) flags |= JsFlag.IS_ITERATOR;
  if (next && (asyncIterable || !iterable)) flags |= JsFlag.IS_ASYNC_ITERATOR;
  if (length || size) flags |= JsFlag.HAS_LENGTH;
  if (hasMethod(object, "get")) flags |= JsFlag.HAS_GET;
  if (hasMethod(object, "set")) flags |= JsFlag.HAS_SET;
  if (hasMethod(object, "has")) flags |= JsFlag.HAS_HAS;
  if (hasMethod(object, "includes")) flags |= JsFlag.HAS_INCLUDES;
  if (dispose && hasMethod(object, dispose)) flags |= JsFlag.HAS_DISPOSE;
  if (asyncDispose && hasMethod(object, asyncDispose)) flags |= JsFlag.HAS_ASYNC_DISPOSE;
  if (hasMethod(object, "then")) flags |= JsFlag.IS_AWAITABLE;
  if (buffer) flags |= JsFlag.IS_BUFFER;
  if (callable) flags |= JsFlag.IS_CALLABLE;
  if (array) flags |= JsFlag.IS_ARRAY;
  if (typed) flags |= JsFlag.IS_TYPEDARRAY;
  if (length && iterable && !array && !typed && !next) flags |= JsFlag.IS_ARRAY_LIKE;
  if (next) {
    const tag = tagOf(value);
    if (tag === "[object Generator]") flags |= JsFlag.IS_GENERATOR;
    if (tag === "[object AsyncGenerator]") flags |= JsFlag.IS_ASYNC_GENERATOR;
  }
  if (!callable && !buffer && !array && isError(object)) flags |= JsFlag.IS_ERROR;
  return flags;
}
