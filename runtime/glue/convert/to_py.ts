/**
 * Deep conversion of JavaScript structures: `toPy` and `to_py`. This writes a tape, C builds from it
 * (runtime/core/convert/tape.h).
 *
 * Writing runs the code of getters, iterators and converters; the tape is a block of its own, so any of them may
 * convert something else meanwhile.
 */
import { Kind, SLOT_AUX, SLOT_LO, SLOT_SIZE } from "#abi";
import { bytesOf, formatOf } from "../buffer.ts";
import { context } from "../context.ts";
import { fatal, raiseFromPython } from "../errors.ts";
import { answer, beginFrame, decode, encode, encodeHandle, preparedFlags } from "../frame.ts";
import type { PyProxy, ToPyOptions } from "../interface.ts";
import { isBuffer, isObject } from "../jsflags.ts";
import { addressOf, endLifetime, own, stateOf } from "../pyproxy/state.ts";
import { encodeBigInt, encodeText, words } from "../text.ts";

const FIRST_SIZE = 4096;

const plainToString = Object.prototype.toString;

/** Slots in a growing block of linear memory. */
class TapeWriter {
  #start: number;
  #used = 0;
  #size = FIRST_SIZE;
  containers = 0;

  constructor() {
    this.#start = allocate(0, this.#size);
  }

  /** A new slot with room for `bytes` behind it. */
  reserve(bytes = 0): number {
    const needed = SLOT_SIZE + ((bytes + SLOT_SIZE - 1) & ~(SLOT_SIZE - 1));
    if (this.#used + needed > this.#size) this.#grow(needed);
    const slot = this.#start + this.#used;
    this.#used += needed;
    return slot;
  }

  #grow(needed: number): void {
    const size = Math.max(this.#size * 2, this.#used + needed);
    this.#start = allocate(this.#start, size);
    this.#size = size;
  }

  writeNumber(value: number): void {
    if (this.#used + SLOT_SIZE > this.#size) this.#grow(SLOT_SIZE);
    encode(this.#start + this.#used, value);
    this.#used += SLOT_SIZE;
  }

  /** Gives back what `reserve` took too much. */
  trim(slot: number, bytes: number): void {
    this.#used = slot - this.#start + SLOT_SIZE + ((bytes + SLOT_SIZE - 1) & ~(SLOT_SIZE - 1));
  }

  /** Where a slot stands, whatever becomes of the block. */
  offset(slot: number): number {
    return slot - this.#start;
  }

  /** Sets a count that was not known before. */
  setCount(offset: number, count: number): void {
    HEAPU32[(this.#start + offset + SLOT_AUX) >>> 2] = count;
  }

  /** Builds the Python structure and gives its proxy. */
  build(): unknown {
    const out = beginFrame(1);
    let kind: Kind;
    try {
      kind = context.wasm.tape_build(this.#start, this.#used / SLOT_SIZE, out);
    } catch (error) {
      throw fatal(error);
    }
    this.#free();
    if (kind === Kind.ERROR) throw raiseFromPython();
    return decode(out);
  }

  /** Gives up a tape that is not finished. */
  drop(): void {
    context.wasm.tape_drop(this.#start, this.#used / SLOT_SIZE);
    this.#free();
  }

  #free(): void {
    context.wasm.block_free(this.#start);
    this.#start = 0;
  }
}

function allocate(block: number, size: number): number {
  const address = context.wasm.block_resize(block, size) >>> 0;
  if (address === 0) throw new RangeError("Out of memory for a conversion to Python");
  return address;
}

/** One call of toPy. */
class Conversion {
  readonly #converter: ToPyOptions["defaultConverter"];
  /** What the converter has registered; copies, which end with the conversion. */
  readonly #cached = new Map<unknown, PyProxy>();

  constructor(options: ToPyOptions) {
    this.#converter = options.defaultConverter ?? undefined;
  }

  run(value: unknown, depth: number): unknown {
    try {
      return this.#convert(value, depth);
    } finally {
      for (const proxy of this.#cached.values()) endLifetime(own(proxy).lifetime);
    }
  }

  /** The Python form of a value; the value itself if that would only be a JsProxy. */
  #convert(value: unknown, depth: number): unknown {
    if (!isObject(value) || stateOf(value)) return value;
    const cached = this.#cached.get(value);
    if (cached) return cached.copy();
    if (depth === 0) return value;
    if (kindOf(value) === undefined) {
      return this.#converter ? this.#ask(this.#converter, value, depth) : value;
    }
    const tape = new TapeWriter();
    const seen = new Map<object, number>();
    try {
      this.#write(tape, seen, value, depth);
    } catch (error) {
      tape.drop();
      throw error;
    }
    return tape.build();
  }

  #ask(converter: NonNullable<ToPyOptions["defaultConverter"]>, value: unknown, depth: number): unknown {
    const convert = (inner: unknown): unknown => this.#convert(inner, depth);
    const cache = (key: unknown, result: PyProxy): void => {
      if (!isObject(result) || !stateOf(result)) {
        throw new Error("Second argument should be a PyProxy!");
      }
      this.#cached.set(key, result.copy());
    };
    return converter(value, convert, cache);
  }

  #write(tape: TapeWriter, seen: Map<object, number>, value: unknown, depth: number): void {
    if (!isObject(value)) {
      writeScalar(tape, value);
      return;
    }
    const number = depth === 0 ? undefined : seen.get(value);
    if (number !== undefined) {
      const slot = tape.reserve();
      HEAPU32[slot >>> 2] = Kind.REF;
      HEAPU32[(slot + SLOT_AUX) >>> 2] = number;
      return;
    }
    const kind = depth === 0 || stateOf(value) ? undefined : kindOf(value);
    if (kind === undefined) this.#writeLeaf(tape, value, depth);
    else if (kind === Kind.BUFFER) writeBuffer(tape, value as ArrayBuffer | ArrayBufferView);
    else {
      seen.set(value, tape.containers++);
      const slot = tape.reserve();
      HEAPU32[slot >>> 2] = kind;
      const offset = tape.offset(slot);
      tape.setCount(offset, this.#writeContents(tape, seen, value, depth > 0 ? depth - 1 : depth));
    }
  }

  /** An array, Map, Set or plain object; gives the number of its elements. */
  #writeContents(tape: TapeWriter, seen: Map<object, number>, value: object, depth: number): number {
    let count = 0;
    if (Array.isArray(value)) {
      for (; count < value.length; count++) {
        const item: unknown = value[count];
        if (typeof item === "number") tape.writeNumber(item);
        else this.#write(tape, seen, item, depth);
      }
    } else if (value instanceof Set) {
      const keys = new Keys("set");
      for (const item of value) {
        this.#writeKey(tape, keys, item);
        count++;
      }
    } else {
      const keys = new Keys("dict");
      for (const [key, item] of value instanceof Map ? value : Object.entries(value)) {
        this.#writeKey(tape, keys, key);
        this.#write(tape, seen, item, depth);
        count++;
      }
    }
    return count;
  }

  #writeKey(tape: TapeWriter, keys: Keys, key: unknown): void {
    keys.check(key);
    if (isObject(key)) writeObject(tape, key);
    else writeScalar(tape, key);
  }

  #writeLeaf(tape: TapeWriter, value: object, depth: number): void {
    const cached = this.#cached.get(value);
    if (cached) {
      writeObject(tape, cached);
      return;
    }
    if (!this.#converter || depth === 0 || stateOf(value)) {
      writeObject(tape, value);
      return;
    }
    const result = this.#ask(this.#converter, value, depth);
    if (!isObject(result)) {
      writeScalar(tape, result);
      return;
    }
    writeObject(tape, result);
    const state = stateOf(result);
    if (state) endLifetime(state.lifetime); // the converter gave it away
  }
}

/** Keys of one dict or set: scalars that Python can tell apart. */
class Keys {
  readonly #what: "dict" | "set";
  readonly #clashing = new Map<number, string>();

  constructor(what: "dict" | "set") {
    this.#what = what;
  }

  check(key: unknown): void {
    if (isObject(key)) {
      if (!stateOf(key)) {
        const type = key.constructor?.name ?? typeof key;
        throw new Error(`Cannot use key of type ${type} as a key to a Python ${this.#what}`);
      }
    } else if (key === 0 || key === 1 || key === true || key === false) {
      const number = Number(key);
      const type = typeof key;
      const before = this.#clashing.get(number);
      if (before !== undefined && before !== type) {
        throw new Error(
          `Cannot faithfully convert to a Python ${this.#what}: it has both ${number} and ${Boolean(number)} as keys`,
        );
      }
      this.#clashing.set(number, type);
    }
  }
}

/** How an object is converted; undefined: it stays itself. */
function kindOf(value: object): Kind | undefined {
  try {
    if (Array.isArray(value)) return Kind.LIST;
    if (value instanceof Map) return Kind.DICT;
    if (value instanceof Set) return Kind.SET;
    if (typeof value === "function") return undefined;
    if (isBuffer(value)) return Kind.BUFFER;
    const made = (value as { constructor?: { name?: unknown } }).constructor;
    const plain = made === undefined || made.name === "Object";
    return plain && plainToString.call(value) === "[object Object]" ? Kind.DICT : undefined; // no arguments, no window
  } catch {
    return undefined; // a revoked Proxy, a hostile getter
  }
}

function writeScalar(tape: TapeWriter, value: unknown): void {
  if (typeof value === "number") {
    tape.writeNumber(value);
  } else if (typeof value === "string") {
    const slot = tape.reserve(value.length * 2);
    let bytes = value.length;
    const kind = encodeText(slot, value, () => slot + SLOT_SIZE);
    if (kind === Kind.UCS2) bytes *= 2;
    HEAPU32[slot >>> 2] = kind;
    tape.trim(slot, bytes);
  } else if (typeof value === "bigint") {
    const bytes = words(value) * 8;
    const slot = tape.reserve(bytes);
    HEAPU32[slot >>> 2] = encodeBigInt(slot, value, () => slot + SLOT_SIZE);
    if (HEAPU32[slot >>> 2] === Kind.I64) tape.trim(slot, 0);
  } else {
    answer(tape.reserve(), value);
  }
}

/** An object as it is: the slot owns its handle, or its reference if it is a PyProxy. */
function writeObject(tape: TapeWriter, value: object): void {
  const state = stateOf(value);
  if (state && !state.roundtrip) {
    const address = addressOf(state);
    context.wasm.py_retain(address);
    const slot = tape.reserve();
    HEAPU32[slot >>> 2] = Kind.PYOBJ;
    HEAPU32[(slot + SLOT_AUX) >>> 2] = 1;
    HEAPU32[(slot + SLOT_LO) >>> 2] = address;
    return;
  }
  const flags = preparedFlags(value); // before the slot: it may run the object's code
  const slot = tape.reserve();
  HEAPU32[slot >>> 2] = Kind.UNDEFINED;
  HEAPU32[slot >>> 2] = encodeHandle(slot, value, flags);
}

function writeBuffer(tape: TapeWriter, value: ArrayBuffer | ArrayBufferView): void {
  const bytes = bytesOf(value);
  const slot = tape.reserve(bytes.length);
  HEAPU8.set(bytes, slot + SLOT_SIZE);
  HEAPU32[slot >>> 2] = Kind.BUFFER;
  HEAPU32[(slot + SLOT_AUX) >>> 2] = bytes.length;
  HEAPU32[(slot + SLOT_LO) >>> 2] = formatOf(value).charCodeAt(0);
}

export function toPy(value: unknown, options: ToPyOptions = {}): unknown {
  return new Conversion(options).run(value, options.depth ?? -1);
}
