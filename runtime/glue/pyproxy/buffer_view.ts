/**
 * PyBufferView: a Python buffer that is held open, as a typed array over linear memory.
 *
 * When the memory grows, JavaScript detaches every array over it: an array that was read from `data` before has length 0
 * then. `data` itself gives a new one, so a view stays usable if `data` is read again after calls into Python.
 */
import { type PyBufferInfo, parseFormat } from "../buffer.ts";
import { context } from "../context.ts";
import { checkLock } from "../errors.ts";

type ArrayType = new (buffer: ArrayBufferLike, offset: number, length: number) => ArrayBufferView;

/** Public names of array types, with their element sizes. */
const TYPES: Readonly<Record<string, { readonly Type: ArrayType; readonly size: number }>> = {
  i8: { Type: Int8Array, size: 1 },
  u8: { Type: Uint8Array, size: 1 },
  u8clamped: { Type: Uint8ClampedArray, size: 1 },
  i16: { Type: Int16Array, size: 2 },
  u16: { Type: Uint16Array, size: 2 },
  i32: { Type: Int32Array, size: 4 },
  u32: { Type: Uint32Array, size: 4 },
  i64: { Type: BigInt64Array, size: 8 },
  u64: { Type: BigUint64Array, size: 8 },
  f32: { Type: Float32Array, size: 4 },
  f64: { Type: Float64Array, size: 8 },
  dataview: { Type: DataView, size: 1 },
};

/** The array type for a buffer. */
function arrayType(info: PyBufferInfo, type: string | undefined): { readonly Type: ArrayType; readonly size: number } {
  if (type !== undefined) {
    const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
    if (known === undefined) throw new Error(`Unknown type ${type}`);
    return known;
  }
  const { bigEndian, View } = parseFormat(info.format);
  if (bigEndian && info.itemsize > 1) {
    throw new Error(
      `JavaScript has no arrays of big-endian items (format '${info.format}'). Pass a type: ` +
        "getBuffer('dataview') can read them. Or let toJs() make a copy in JavaScript's byte order",
    );
  }
  return { Type: View, size: info.itemsize };
}

/** The bytes from the first to the last item, whatever the signs of the strides. */
function extentOf(info: PyBufferInfo): { readonly start: number; readonly nbytes: number } {
  if (info.nbytes === 0) return { start: info.address, nbytes: 0 };
  let start = info.address;
  let end = info.address + info.itemsize;
  info.strides.forEach((stride, i) => {
    const reach = stride * (info.shape[i]! - 1);
    if (reach < 0) start += reach;
    else end += reach;
  });
  return { start, nbytes: end - start };
}

/** Only this module has it: views are not constructed by users. */
const KEY = Symbol("PyBufferView");

/** Views that nobody released; held by the address of the open buffer. */
let registry: FinalizationRegistry<number> | undefined;

function close(handle: number): void {
  context.recording?.buffers.delete(handle);
  if (!context.dead) context.wasm.buffer_close(handle);
}

export class PyBufferView {
  /** Index in `data` of the first item. */
  readonly offset: number;
  readonly readonly: boolean;
  /** As in Python's `struct`. */
  readonly format: string;
  readonly itemsize: number;
  readonly ndim: number;
  /** The size of `data`: more than that of the items if they are not contiguous. */
  readonly nbytes: number;
  readonly shape: readonly number[];
  /** In elements of `data`; a fraction where those are larger than the items. */
  readonly strides: readonly number[];
  readonly c_contiguous: boolean;
  readonly f_contiguous: boolean;
  readonly #Type: ArrayType;
  readonly #start: number;
  readonly #length: number;
  #data: ArrayBufferView | null = null;
  /** The open buffer; 0 once it is released. */
  #handle: number;

  constructor(key: symbol, info: PyBufferInfo, type: string | undefined) {
    if (key !== KEY) throw new TypeError("PyBufferView is not a constructor");
    const { Type, size } = arrayType(info, type);
    const { start, nbytes } = extentOf(info);
    if ([start, nbytes, info.address - start].some((bytes) => bytes % size !== 0)) {
      throw new Error(`Buffer does not have valid alignment for a ${Type.name}`);
    }
    this.offset = (info.address - start) / size;
    this.readonly = info.readonly;
    this.format = info.format;
    this.itemsize = info.itemsize;
    this.ndim = info.ndim;
    this.nbytes = nbytes;
    this.shape = info.shape;
    this.strides = info.strides.map((stride) => stride / size);
    this.c_contiguous = info.cContiguous;
    this.f_contiguous = info.fContiguous;
    this.#Type = Type;
    this.#start = start;
    this.#length = nbytes / size;
    this.#handle = info.handle;
  }

  /** A view that holds the buffer open. Closes it if there can be no view of it. */
  static open(info: PyBufferInfo, type: string | undefined): PyBufferView {
    try {
      const view = new PyBufferView(KEY, info, type);
      registry ??= new FinalizationRegistry(close);
      registry.register(view, info.handle, view);
      context.recording?.buffers.add(info.handle);
      return view;
    } catch (error) {
      context.wasm.buffer_close(info.handle);
      throw error;
    }
  }

  /** The memory; null once the view is released. Writing to a read-only buffer is not prevented: do not. */
  get data(): ArrayBufferView | null {
    if (this.#handle === 0) return null;
    if (this.#data?.buffer !== HEAPU8.buffer) {
      this.#data = new this.#Type(HEAPU8.buffer, this.#start, this.#length);
    }
    return this.#data;
  }

  /** Lets go of the Python object. Nothing if that has happened already. */
  release(): void {
    if (this.#handle === 0) return;
    checkLock();
    const handle = this.#handle;
    this.#handle = 0;
    this.#data = null;
    registry?.unregister(this);
    close(handle);
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")](): void {
    this.release();
  }
}
// The bundler may rename the class.
Object.defineProperty(PyBufferView, "name", { value: "PyBufferView" });
