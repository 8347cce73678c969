/** Buffers of both languages: the description of a Python one, copies of it, and JavaScript's as bytes. */
import { SLOT_AUX, SLOT_HI, SLOT_LO, SLOT_SIZE } from "#abi";
import { context } from "./context.ts";
import { beginFrame, decode } from "./frame.ts";
import { check } from "./pyproxy/attributes.ts";

/** What Python says about a buffer that is held open. Sizes are in bytes. */
export interface PyBufferInfo {
  /** The open Py_buffer, for buffer_close. */
  readonly handle: number;
  readonly address: number;
  readonly format: string;
  readonly itemsize: number;
  readonly ndim: number;
  readonly nbytes: number;
  readonly readonly: boolean;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly cContiguous: boolean;
  readonly fContiguous: boolean;
}

/** Opens the buffer of a Python object; the caller closes it with buffer_close. */
export function openBuffer(object: number): PyBufferInfo {
  const frame = beginFrame(5);
  check(() => context.wasm.buffer_open(object, frame));
  const word = (slot: number, offset: number) => HEAPU32[(frame + slot * SLOT_SIZE + offset) >>> 2]!;
  const ndim = word(1, SLOT_HI);
  const words = (address: number) => Array.from({ length: ndim }, (_, i) => HEAP32[(address >>> 2) + i]!);
  return {
    address: word(0, SLOT_LO),
    handle: word(0, SLOT_HI),
    itemsize: word(1, SLOT_LO),
    ndim,
    nbytes: word(2, SLOT_LO),
    readonly: word(2, SLOT_HI) !== 0,
    shape: words(word(3, SLOT_LO)),
    strides: words(word(3, SLOT_HI)),
    cContiguous: (word(3, SLOT_AUX) & 1) !== 0,
    fContiguous: (word(3, SLOT_AUX) & 2) !== 0,
    format: decode(frame + 4 * SLOT_SIZE) as string,
  };
}

type ViewConstructor = new (
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
) => ArrayBufferView & ArrayLike<number | bigint>;

/** The array types by their struct-module letter, for platforms where int and long have 4 bytes. */
const BY_FORMAT: Readonly<Record<string, ViewConstructor>> = {
  b: Int8Array,
  B: Uint8Array,
  s: Uint8Array,
  p: Uint8Array,
  c: Uint8Array,
  "?": Uint8Array,
  h: Int16Array,
  H: Uint16Array,
  i: Int32Array,
  l: Int32Array,
  n: Int32Array,
  I: Uint32Array,
  L: Uint32Array,
  N: Uint32Array,
  P: Uint32Array,
  q: BigInt64Array,
  Q: BigUint64Array,
  f: Float32Array,
  d: Float64Array,
};

export interface Format {
  readonly letter: string;
  readonly bigEndian: boolean;
  readonly View: ViewConstructor;
}

/** What a format string of one item means. Throws for those that JavaScript has no array for. */
export function parseFormat(format: string): Format {
  const match = /^([@=<>!]?)(.)$/.exec(format);
  const letter = match?.[2] ?? "";
  const View = BY_FORMAT[letter];
  if (letter === "e") throw new Error("Javascript has no Float16Array.");
  if (match === null || View === undefined) throw new Error(`Unrecognized buffer format '${format}'.`);
  return { letter, bigEndian: match[1] === ">" || match[1] === "!", View };
}

/** A copy of a run of items. */
function copyItems(format: Format, info: PyBufferInfo, address: number, count: number, stride: number): unknown {
  const { itemsize } = info;
  const bytes = new Uint8Array(count * itemsize);
  if (stride === itemsize) {
    bytes.set(HEAPU8.subarray(address, address + count * itemsize));
  } else {
    for (let i = 0; i < count; i++) {
      const from = address + i * stride;
      bytes.set(HEAPU8.subarray(from, from + itemsize), i * itemsize);
    }
  }
  if (format.bigEndian) swapBytes(bytes, itemsize);
  const items = new format.View(bytes.buffer, 0, count);
  if (format.letter === "?") return Array.from(items as ArrayLike<number>, Boolean);
  if (format.letter === "s") return String.fromCharCode(...bytes);
  return items;
}

function swapBytes(bytes: Uint8Array, itemsize: number): void {
  for (let i = 0; i < bytes.length; i += itemsize) bytes.subarray(i, i + itemsize).reverse();
}

function copyDimension(format: Format, info: PyBufferInfo, address: number, dimension: number): unknown {
  const length = info.shape[dimension]!;
  const stride = info.strides[dimension]!;
  if (dimension === info.ndim - 1) return copyItems(format, info, address, length, stride);
  return Array.from({ length }, (_, i) => copyDimension(format, info, address + i * stride, dimension + 1));
}

/** A copy of a Python buffer: typed arrays, nested in arrays if it has several dimensions. */
export function bufferToJs(object: number): unknown {
  const info = openBuffer(object);
  try {
    const format = parseFormat(info.format);
    if (info.ndim === 0) return (copyItems(format, info, info.address, 1, info.itemsize) as ArrayLike<unknown>)[0];
    return copyDimension(format, info, info.address, 0);
  } finally {
    context.wasm.buffer_close(info.handle);
  }
}

/** The format that memoryview.cast gets for each class of view. */
const FORMATS: Readonly<Record<string, string>> = {
  Int8Array: "b",
  Uint8Array: "B",
  Uint8ClampedArray: "B",
  Int16Array: "h",
  Uint16Array: "H",
  Int32Array: "i",
  Uint32Array: "I",
  Float32Array: "f",
  Float64Array: "d",
  BigInt64Array: "q",
  BigUint64Array: "Q",
};

/** The format of a view; that of bytes for all other buffers. */
export function formatOf(buffer: ArrayBufferLike | ArrayBufferView): string {
  return FORMATS[Object.prototype.toString.call(buffer).slice(8, -1)] ?? "B";
}

/** The memory of a buffer. */
export function bytesOf(buffer: ArrayBufferLike | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
