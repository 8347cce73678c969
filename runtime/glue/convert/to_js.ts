/**
 * Deep conversion of Python structures: `toJs` and `to_js`. C writes a tape, this reads it
 * (runtime/core/convert/tape.h).
 *
 * Usually one tape holds the whole structure. A converter that is asked about single objects may run any code, and may
 * convert and cache parts itself: then each container has a tape of its own, and results are cached by address.
 */
import { Kind, SLOT_AUX, SLOT_HI, SLOT_LO, SLOT_SIZE } from "#abi";
import { bufferToJs } from "../buffer.ts";
import { context } from "../context.ts";
import { raiseFromPython } from "../errors.ts";
import { answer, beginFrame, decodePlain } from "../frame.ts";
import type { PyProxy, ToJsOptions } from "../interface.ts";
import { check } from "../pyproxy/attributes.ts";
import { adopt, newBorrowedProxy } from "../pyproxy/proxy.ts";
import { addressOf, endLifetime, own, stateOf } from "../pyproxy/state.ts";
import { LiteralMap } from "./literal_map.ts";

const LENT = "This proxy was lent to a converter and automatically destroyed at the end of the conversion.";

type Converter = NonNullable<ToJsOptions["default_converter"]>;

/** A container that a converter has yet to make; what refers to it is put right then. */
class Unfinished {
  readonly patches: ((value: unknown) => void)[] = [];

  finish(value: unknown): unknown {
    for (const patch of this.patches) patch(value);
    return value;
  }
}

/** Stores a value, undefined first if it is not finished. */
function place(value: unknown, store: (value: unknown) => void): void {
  if (value instanceof Unfinished) value.patches.push(store);
  store(finished(value));
}

/** What code outside may see. */
function finished(value: unknown): unknown {
  return value instanceof Unfinished ? undefined : value;
}

/** The error for what cannot be converted. */
export function conversionError(message: string): Error {
  const slot = beginFrame(1);
  answer(slot, message);
  context.wasm.raise_conversion_error(slot);
  return raiseFromPython();
}

/** What the containers of one conversion share. */
class Conversion {
  readonly #options: ToJsOptions;
  readonly #default: Converter | undefined;
  readonly #eager: Converter | undefined;
  /** Results by the address of their Python object. */
  readonly cache: Map<number, unknown> | undefined;
  /** What the eager converter has been asked about. */
  readonly #asked = new Set<number>();
  /** Proxies lent to converters. */
  readonly #lent = new Set<PyProxy>();
  /** They keep alive everything whose address is known here. */
  readonly #tapes: number[] = [];
  readonly #keys = new Map<number, string>();

  constructor(options: ToJsOptions) {
    this.#options = options;
    this.#default = options.default_converter ?? undefined;
    this.#eager = options.eager_converter ?? undefined;
    this.cache = this.#default || this.#eager ? new Map() : undefined;
  }

  run(address: number, flags: number): unknown {
    const depth = this.#options.depth ?? -1;
    try {
      return this.cache ? this.object(address, flags, depth) : this.read(address, depth).value();
    } finally {
      for (const proxy of this.#lent) endLifetime(own(proxy).lifetime, LENT);
      for (const tape of this.#tapes) context.wasm.tape_free(tape);
    }
  }

  /** A reader of the tape of an object. */
  read(address: number, depth: number): TapeReader {
    const out = beginFrame(1);
    check(() => context.wasm.tape_write(address, depth, this.cache ? 1 : 0, out));
    this.#tapes.push(HEAPU32[(out + SLOT_HI) >>> 2]!);
    return new TapeReader(this, HEAPU32[(out + SLOT_LO) >>> 2]!, depth);
  }

  /** An object that stands as such on a tape. */
  object(address: number, flags: number, depth: number): unknown {
    if (this.cache === undefined) return this.proxy(address, flags);
    if (this.cache.has(address)) return this.cache.get(address);
    if (this.#eager && depth !== 0 && !this.#asked.has(address)) {
      this.#asked.add(address);
      return this.#ask(this.#eager, address, flags, depth - 1); // its `convert` is one level further down
    }
    const reader = this.read(address, depth);
    return reader.isLeaf() ? this.leaf(address, flags, depth) : reader.value();
  }

  /** An object that is no container, or lies below the depth. */
  leaf(address: number, flags: number, depth: number): unknown {
    return this.#default ? this.#ask(this.#default, address, flags, depth) : this.proxy(address, flags);
  }

  #ask(converter: Converter, address: number, flags: number, depth: number): unknown {
    context.wasm.py_retain(address);
    const lent = newBorrowedProxy(address, flags);
    this.#lent.add(lent);
    const convert = (value: unknown): unknown => {
      const state = stateOf(value);
      return state ? finished(this.object(addressOf(state), state.flags, depth)) : value;
    };
    const cache = (value: PyProxy, result: unknown): void => {
      this.cache!.set(addressOf(own(value)), result);
    };
    const result = converter(lent, convert, cache);
    if (this.#lent.delete(result as PyProxy))
      adopt(result as PyProxy); // it gave back what it was lent
    else if (result === lent) adopt(lent);
    return result;
  }

  /** A proxy, where there is no other form. */
  proxy(address: number, flags: number): PyProxy {
    if (this.#options.create_pyproxies === false)
      throw conversionError("No conversion to JavaScript known, and create_pyproxies is false");
    context.wasm.py_retain(address);
    const proxy = newBorrowedProxy(address, flags);
    adopt(proxy);
    this.#options.pyproxies?.push(proxy);
    return proxy;
  }

  /** Text that is often the same: keys of dicts. */
  key(slot: number, kind: Kind): unknown {
    if (kind !== Kind.ASCII) return decodePlain(slot, kind);
    const address = HEAPU32[(slot + SLOT_LO) >>> 2]!;
    let key = this.#keys.get(address);
    if (key === undefined) this.#keys.set(address, (key = decodePlain(slot, kind) as string));
    return key;
  }

  get dictConverter(): ToJsOptions["dict_converter"] {
    return this.#options.dict_converter ?? undefined;
  }
}

/** Reads one tape. */
class TapeReader {
  readonly #conversion: Conversion;
  readonly #dictConverter: ToJsOptions["dict_converter"];
  #at: number;
  /** How many containers may be opened from here on; only meaningful without a cache at the leaves. */
  readonly #depth: number;
  /** Containers by the number in which they began. */
  readonly #containers: unknown[] = [];

  constructor(conversion: Conversion, start: number, depth: number) {
    this.#conversion = conversion;
    this.#dictConverter = conversion.dictConverter;
    this.#at = start;
    this.#depth = depth;
  }

  /** The tape is nothing but the object itself. */
  isLeaf(): boolean {
    return HEAPU32[this.#at >>> 2] === Kind.PYOBJ;
  }

  value(): unknown {
    const slot = this.#at;
    this.#at = slot + SLOT_SIZE;
    const kind = HEAPU32[slot >>> 2] as Kind;
    switch (kind) {
      case Kind.LIST:
        return this.#list(slot);
      case Kind.DICT:
        return this.#dict(slot);
      case Kind.SET:
        return this.#set(slot);
      case Kind.REF:
        return this.#containers[HEAPU32[(slot + SLOT_AUX) >>> 2]!];
      case Kind.BUFFER:
        return bufferToJs(HEAPU32[(slot + SLOT_LO) >>> 2]!);
      case Kind.JSREF:
        return context.wasm.handle_get(HEAPU32[(slot + SLOT_LO) >>> 2]!);
      case Kind.PYOBJ: {
        const address = HEAPU32[(slot + SLOT_LO) >>> 2]!;
        const flags = HEAPU32[(slot + SLOT_AUX) >>> 2]!;
        const depth = this.#depth > 0 ? this.#depth - 1 : this.#depth;
        return this.#conversion.object(address, flags, depth);
      }
      default:
        return decodePlain(slot, kind);
    }
  }

  /** Gives a container its number, and makes it known by its address. */
  #begin(slot: number, container: unknown): number {
    this.#conversion.cache?.set(HEAPU32[(slot + SLOT_LO) >>> 2]!, container);
    this.#containers.push(container);
    return HEAPU32[(slot + SLOT_AUX) >>> 2]!;
  }

  #list(slot: number): unknown[] {
    const list: unknown[] = [];
    const count = this.#begin(slot, list);
    for (let i = 0; i < count; i++) {
      const value = this.value();
      if (value instanceof Unfinished) place(value, (made) => (list[i] = made));
      else list.push(value);
    }
    return list;
  }

  #dict(slot: number): unknown {
    if (this.#dictConverter) return this.#converted(slot, this.#dictConverter);
    if (context.config.toJsLiteralMap) return this.#converted(slot, (entries) => new LiteralMap(entries));
    const object: Record<string, unknown> = {};
    const count = this.#begin(slot, object);
    for (let i = 0; i < count; i++) {
      const key = this.#key() as string;
      if (key in object) {
        throw conversionError(`Key collision when converting Python dictionary to JavaScript. Key: '${key}'`);
      }
      const value = this.value();
      if (value instanceof Unfinished) place(value, (made) => (object[key] = made));
      else object[key] = value;
    }
    return object;
  }

  /** A dict that a function makes of its entries. */
  #converted(slot: number, converter: NonNullable<ToJsOptions["dict_converter"]>): unknown {
    const unfinished = new Unfinished();
    const number = this.#containers.length;
    const count = this.#begin(slot, unfinished);
    const entries: [unknown, unknown][] = [];
    for (let i = 0; i < count; i++) {
      const entry: [unknown, unknown] = [this.#key(), undefined];
      place(this.value(), (value) => (entry[1] = value));
      entries.push(entry);
    }
    const result = unfinished.finish(converter(entries));
    this.#containers[number] = result;
    this.#conversion.cache?.set(HEAPU32[(slot + SLOT_LO) >>> 2]!, result);
    return result;
  }

  #set(slot: number): Set<unknown> {
    const set = new Set<unknown>();
    const count = this.#begin(slot, set);
    for (let i = 0; i < count; i++) set.add(this.value());
    return set;
  }

  #key(): unknown {
    const slot = this.#at;
    this.#at = slot + SLOT_SIZE;
    return this.#conversion.key(slot, HEAPU32[slot >>> 2] as Kind);
  }
}

/** Converts the object, whose address is borrowed. */
export function toJs(address: number, flags: number, options: ToJsOptions): unknown {
  return new Conversion(options).run(address, flags);
}
