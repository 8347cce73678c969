/*
 * The classes on `pyodide.ffi`, as types. They are declared, not defined: the runtime's own classes answer
 * `instanceof` by what a Python object can do, and none of them can be constructed from JavaScript.
 */

import type { Untyped } from "./untyped.ts";

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Uint8ClampedArray
  | Float32Array
  | Float64Array;

/** Decides what a Python object becomes; `convert` continues with the usual rules, `cache` settles cycles. */
type ToJsConverter = (
  obj: PyProxy,
  convert: (obj: PyProxy) => Untyped,
  cacheConversion: (obj: PyProxy, result: Untyped) => void,
) => Untyped;

/** Options of `PyProxy.toJs`. */
export interface ToJsOptions {
  /** How many levels are converted; deeper ones stay proxies. Default: all. */
  depth?: number;
  /** Collects the proxies that the conversion makes, so that they can be destroyed. */
  pyproxies?: PyProxy[];
  /** False: throw when something cannot be converted, instead of making a proxy for it. */
  create_pyproxies?: boolean;
  /** Makes a JavaScript value from a dict's entries. */
  dict_converter?: (array: Iterable<[key: string, value: Untyped]>) => Untyped;
  /** Asked for objects that have no conversion. */
  default_converter?: ToJsConverter;
  /** Asked for every object before its own conversion. */
  eager_converter?: ToJsConverter;
}

/** Any Python object. Members that are not listed here are attributes of the Python object. */
export interface PyProxy {
  [attribute: string]: Untyped;
}
export declare class PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyProxy;
  constructor();
  /** What the object can do, as bits. @ignore */
  $$flags: number;
  /** The name of the object's type. */
  get type(): string;
  get [Symbol.toStringTag](): string;
  /** `str(obj)` */
  toString(): string;
  /** Gives up the reference to the Python object. Using the proxy afterwards throws `message`. */
  destroy(options?: { message?: string; destroyRoundtrip?: boolean }): void;
  [Symbol.dispose]: () => void;
  /** A second proxy of the same object, with a life of its own. */
  copy(): PyProxy;
  /** A JavaScript copy of the object and what it contains. */
  toJs(options?: ToJsOptions): Untyped;
}

/** Has `__len__`. */
export declare class PyProxyWithLength extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyProxyWithLength;
  get length(): number;
}

/** Has `__getitem__`. */
export declare class PyProxyWithGet extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyProxyWithGet;
  /** `obj[key]`, or undefined if there is no such item. */
  get(key: Untyped): Untyped;
  /** The object dressed as JSON: dicts look like plain objects, lists like arrays. */
  asJsJson(): PyProxy;
}

/** Has `__setitem__` and `__delitem__`. */
export declare class PyProxyWithSet extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyProxyWithSet;
  /** `obj[key] = value` */
  set(key: Untyped, value: Untyped): void;
  /** `del obj[key]` */
  delete(key: Untyped): void;
}

/** Has `__contains__`. */
export declare class PyProxyWithHas extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyProxyWithHas;
  /** `key in obj` */
  has(key: Untyped): boolean;
}

/** Has `__iter__`. */
export declare class PyIterable extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyIterable;
  [Symbol.iterator](): Iterator<Untyped, Untyped, Untyped>;
}

/** Has `__aiter__`. */
export declare class PyAsyncIterable extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyAsyncIterable;
  [Symbol.asyncIterator](): AsyncIterator<Untyped, Untyped, Untyped>;
}

/** Has `__next__`. */
export declare class PyIterator extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyIterator;
  [Symbol.iterator](): this;
  /** `next(obj)`; a generator receives `arg`. */
  next(arg?: Untyped): IteratorResult<Untyped, Untyped>;
}

/** Has `__anext__`. */
export declare class PyAsyncIterator extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyAsyncIterator;
  [Symbol.asyncIterator](): this;
  next(arg?: Untyped): Promise<IteratorResult<Untyped, Untyped>>;
}

/** An instance of `collections.abc.Generator`. */
export declare class PyGenerator extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyGenerator;
  /** Raises `exc` where the generator waits. */
  throw(exc: Untyped): IteratorResult<Untyped, Untyped>;
  /** Ends the generator where it waits. */
  return(v: Untyped): IteratorResult<Untyped, Untyped>;
}

/** An instance of `collections.abc.AsyncGenerator`. */
export declare class PyAsyncGenerator extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyAsyncGenerator;
  throw(exc: Untyped): Promise<IteratorResult<Untyped, Untyped>>;
  return(v: Untyped): Promise<IteratorResult<Untyped, Untyped>>;
}

/** An instance of `collections.abc.Sequence`. Its methods are those of Array. */
export declare class PySequence extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PySequence;
  get [Symbol.isConcatSpreadable](): boolean;
  join(separator?: string): string;
  slice(start?: number, stop?: number): Untyped;
  lastIndexOf(elt: Untyped, fromIndex?: number): number;
  indexOf(elt: Untyped, fromIndex?: number): number;
  forEach(callbackfn: (elt: Untyped) => void, thisArg?: Untyped): void;
  map<U>(callbackfn: (elt: Untyped, index: number, array: Untyped) => U, thisArg?: Untyped): U[];
  filter(predicate: (elt: Untyped, index: number, array: Untyped) => boolean, thisArg?: Untyped): Untyped[];
  some(predicate: (value: Untyped, index: number, array: Untyped[]) => unknown, thisArg?: Untyped): boolean;
  every(predicate: (value: Untyped, index: number, array: Untyped[]) => unknown, thisArg?: Untyped): boolean;
  reduce(
    callbackfn: (previousValue: Untyped, currentValue: Untyped, currentIndex: number, array: Untyped) => Untyped,
    initialValue?: Untyped,
  ): Untyped;
  reduceRight(
    callbackfn: (previousValue: Untyped, currentValue: Untyped, currentIndex: number, array: Untyped) => Untyped,
    initialValue: Untyped,
  ): Untyped;
  at(index: number): Untyped;
  concat(...rest: ConcatArray<Untyped>[]): Untyped[];
  includes(elt: Untyped): Untyped;
  entries(): IterableIterator<[number, Untyped]>;
  keys(): IterableIterator<number>;
  values(): IterableIterator<Untyped>;
  find(predicate: (value: Untyped, index: number, obj: Untyped[]) => Untyped, thisArg?: Untyped): Untyped;
  findIndex(predicate: (value: Untyped, index: number, obj: Untyped[]) => Untyped, thisArg?: Untyped): number;
  toJSON(this: Untyped): unknown[];
  asJsJson(): PyProxy;
}

/** An instance of `collections.abc.MutableSequence`. Its methods are those of Array. */
export declare class PyMutableSequence extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyMutableSequence;
  reverse(): PyMutableSequence;
  sort(compareFn?: (a: Untyped, b: Untyped) => number): PyMutableSequence;
  splice(start: number, deleteCount?: number, ...items: Untyped[]): Untyped[];
  push(...elts: Untyped[]): Untyped;
  pop(): Untyped;
  shift(): Untyped;
  unshift(...elts: Untyped[]): Untyped;
  copyWithin(target: number, start?: number, end?: number): Untyped;
  fill(value: Untyped, start?: number, end?: number): Untyped;
}

/** Can be awaited, in Python and so in JavaScript. */
export interface PyAwaitable extends Promise<Untyped> {}
export declare class PyAwaitable extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyAwaitable;
}

/** Can be called. */
export interface PyCallable {
  (...args: Untyped[]): Untyped;
}
export declare class PyCallable extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyCallable;
  apply(thisArg: Untyped, jsargs: Untyped): Untyped;
  call(thisArg: Untyped, ...jsargs: Untyped): Untyped;
  /**
   * Calls with a choice of conventions. `kwargs`: the last argument holds the keyword arguments; `relaxed`: surplus
   * positional arguments are dropped; `promising`: returns a promise, and Python may wait for others in the meantime.
   */
  callWithOptions(options: { relaxed?: boolean; kwargs?: boolean; promising?: boolean }, ...jsargs: Untyped): Untyped;
  callKwargs(...jsargs: Untyped): Untyped;
  callRelaxed(...jsargs: Untyped): Untyped;
  callKwargsRelaxed(...jsargs: Untyped): Untyped;
  callPromising(...jsargs: Untyped): Promise<Untyped>;
  callPromisingKwargs(...jsargs: Untyped): Promise<Untyped>;
  bind(thisArg: Untyped, ...jsargs: Untyped): PyProxy;
  /** A function that passes its `this` on as the first argument. */
  captureThis(): PyProxy;
}

/** Supports the buffer protocol. */
export declare class PyBuffer extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyBuffer;
  /**
   * The object's memory, without a copy. `type` is one of i8, u8, u8clamped, i16, u16, i32, u32, i64, u64, f32, f64,
   * dataview; by default the buffer's own.
   */
  getBuffer(type?: string): PyBufferView;
}

/** A Python dict. */
export declare class PyDict extends PyProxy {
  static [Symbol.hasInstance](obj: Untyped): obj is PyDict;
}
export interface PyDict extends PyProxyWithGet, PyProxyWithSet, PyProxyWithHas, PyProxyWithLength, PyIterable {}

/** A view of a Python buffer. It is invalid after `release`, and detached when the memory grows. */
export declare class PyBufferView {
  constructor();
  [Symbol.dispose]: () => void;
  /** Index in `data` of the first element. */
  offset: number;
  readonly: boolean;
  /** As in Python's `struct` module. */
  format: string;
  itemsize: number;
  ndim: number;
  nbytes: number;
  shape: number[];
  /** In elements. */
  strides: number[];
  data: TypedArray;
  c_contiguous: boolean;
  f_contiguous: boolean;
  /** @ignore */
  _released: boolean;
  /** @ignore */
  _view_ptr: number;
  release(): void;
}

/** A Python exception that reached JavaScript. Its message is the whole traceback. */
export declare class PythonError extends Error {
  /** @ignore */
  __error_address: number;
  /** The name of the Python exception's class. */
  type: string;
  constructor(type: string, message: string, error_address: number);
}

/** What `pyodide.ffi` holds. */
export interface FFI {
  PyProxy: typeof PyProxy;
  PyProxyWithLength: typeof PyProxyWithLength;
  PyProxyWithGet: typeof PyProxyWithGet;
  PyProxyWithSet: typeof PyProxyWithSet;
  PyProxyWithHas: typeof PyProxyWithHas;
  PyDict: typeof PyDict;
  PyIterable: typeof PyIterable;
  PyAsyncIterable: typeof PyAsyncIterable;
  PyIterator: typeof PyIterator;
  PyAsyncIterator: typeof PyAsyncIterator;
  PyGenerator: typeof PyGenerator;
  PyAsyncGenerator: typeof PyAsyncGenerator;
  PyAwaitable: typeof PyAwaitable;
  PyCallable: typeof PyCallable;
  PyBuffer: typeof PyBuffer;
  PyBufferView: typeof PyBufferView;
  PythonError: typeof PythonError;
  PySequence: typeof PySequence;
  PyMutableSequence: typeof PyMutableSequence;
}
