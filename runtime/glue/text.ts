/** Strings and big integers, to and from linear memory. */
import { Kind, MAILBOX_SLOTS, MAILBOX_TEXT, SLOT_AUX, SLOT_HI, SLOT_LO, SLOT_SIZE } from "#abi";
import { context } from "./context.ts";

/** Strings up to this length are copied unit by unit; longer ones go through the host's coders. */
const SHORT = 48;
/** Units per String.fromCharCode call; the limit of arguments is far above. */
const CHUNK = 4096;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8");

/** Where `size` bytes of a slot's data go. */
type Reserve = (slot: number, size: number) => number;

/** Room in the mailbox if it fits (then `hi` is 0), else a block that the receiver frees. */
function reserveInMailbox(slot: number, size: number): number {
  const aligned = (context.text + 7) & ~7;
  let address: number;
  if (aligned + size <= context.mailbox + MAILBOX_SLOTS * SLOT_SIZE + MAILBOX_TEXT) {
    context.text = aligned + size;
    HEAPU32[(slot + SLOT_HI) >>> 2] = 0;
    address = aligned;
  } else {
    address = context.wasm.block_resize(0, size) >>> 0;
    if (address === 0) throw new RangeError("Out of memory for a string");
    HEAPU32[(slot + SLOT_HI) >>> 2] = 1;
  }
  HEAPU32[(slot + SLOT_LO) >>> 2] = address;
  return address;
}

/** Writes a string into a slot whose kind it returns. */
export function encodeText(slot: number, text: string, reserve: Reserve = reserveInMailbox): Kind {
  const length = text.length;
  HEAPU32[(slot + SLOT_AUX) >>> 2] = length;
  if (length <= SHORT) {
    const address = reserve(slot, length);
    let seen = 0;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      seen |= unit;
      HEAPU8[address + i] = unit;
    }
    if (seen < 0x80) return Kind.ASCII;
    if (seen < 0x100) return Kind.LATIN1;
  } else {
    // One byte per unit exactly if all are ASCII; the coder is many times faster than a loop.
    const address = reserve(slot, length);
    const { read, written } = encoder.encodeInto(text, HEAPU8.subarray(address, address + length));
    if (read === length && written === length) return Kind.ASCII;
    if (reserve === reserveInMailbox && HEAPU32[(slot + SLOT_HI) >>> 2]) context.wasm.block_free(address);
  }
  const units = reserve(slot, length * 2) >>> 1;
  for (let i = 0; i < length; i++) HEAPU16[units + i] = text.charCodeAt(i);
  return Kind.UCS2;
}

/** The string of a slot that C wrote. */
export function decodeText(slot: number, kind: Kind): string {
  const length = HEAPU32[(slot + SLOT_AUX) >>> 2]!;
  const address = HEAPU32[(slot + SLOT_LO) >>> 2]!;
  const owner = HEAPU32[(slot + SLOT_HI) >>> 2]!;
  const text = readText(address, length, kind);
  if (owner) context.wasm.py_release(owner);
  return text;
}

function readText(address: number, length: number, kind: Kind): string {
  if (kind === Kind.ASCII || kind === Kind.LATIN1) {
    if (length <= SHORT) {
      let text = "";
      for (let i = 0; i < length; i++) text += String.fromCharCode(HEAPU8[address + i]!);
      return text;
    }
    if (kind === Kind.ASCII) return decoder.decode(HEAPU8.subarray(address, address + length));
    return fromUnits(HEAPU8, address, length);
  }
  if (kind === Kind.UCS2) return fromUnits(HEAPU16, address >>> 1, length);
  let text = "";
  for (let i = 0; i < length; i++) text += String.fromCodePoint(HEAPU32[(address >>> 2) + i]!);
  return text;
}

function fromUnits(heap: Uint8Array | Uint16Array, start: number, length: number): string {
  let text = "";
  for (let i = 0; i < length; i += CHUNK) {
    const units = heap.subarray(start + i, start + Math.min(i + CHUNK, length));
    text += String.fromCharCode.apply(null, units as unknown as number[]);
  }
  return text;
}

/** One 64-bit word and its halves. */
const word = new BigInt64Array(1);
const halves = new Uint32Array(word.buffer);

/** How many 64-bit words a bigint needs as two's complement. */
export function words(value: bigint): number {
  let count = 1;
  while (BigInt.asIntN(64 * count, value) !== value) count *= 2;
  return count;
}

/** Writes a bigint into a slot whose kind it returns. */
export function encodeBigInt(slot: number, value: bigint, reserve: Reserve = reserveInMailbox): Kind {
  word[0] = value; // what does not fit is cut off
  if (word[0] === value) {
    HEAPU32[(slot + SLOT_LO) >>> 2] = halves[0]!;
    HEAPU32[(slot + SLOT_HI) >>> 2] = halves[1]!;
    return Kind.I64;
  }
  const count = words(value);
  HEAPU32[(slot + SLOT_AUX) >>> 2] = count;
  const start = reserve(slot, count * 8) >>> 2;
  let rest = value;
  for (let i = 0; i < count * 2; i++, rest >>= 32n) HEAPU32[start + i] = Number(rest & 0xffffffffn);
  return Kind.BIGINT;
}

export function decodeInt64(slot: number): bigint {
  halves[0] = HEAPU32[(slot + SLOT_LO) >>> 2]!;
  halves[1] = HEAPU32[(slot + SLOT_HI) >>> 2]!;
  return word[0]!;
}

export function decodeBigInt(slot: number): bigint {
  const count = HEAPU32[(slot + SLOT_AUX) >>> 2]!;
  const start = HEAPU32[(slot + SLOT_LO) >>> 2]! >>> 2;
  const owner = HEAPU32[(slot + SLOT_HI) >>> 2]!;
  let value = 0n;
  for (let i = count * 2 - 1; i >= 0; i--) value = (value << 32n) | BigInt(HEAPU32[start + i]!);
  if (owner) context.wasm.py_release(owner);
  return BigInt.asIntN(64 * count, value);
}
