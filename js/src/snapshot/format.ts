/*
 * The file of a memory snapshot:
 *
 *     u32      magic
 *     u32      where the contents begin, a multiple of 16
 *     u32      length of the JSON
 *     u32      0
 *     32 bytes build id
 *     JSON     SnapshotState, and `memory`: the state of the MemoryImage
 *     …        zeros
 *     contents of the memory, then of the files
 */

import type { MemoryImage } from "../../../runtime/glue/interface.ts";

/** "PYSN" */
const MAGIC = 0x4e535950;
const HEADER = 48;
const BUILD_ID = 16;
const ALIGNMENT = 16;

/** A directory, symbolic link or file of the file system in memory. Times are milliseconds since 1970. */
export interface SavedNode {
  readonly path: string;
  readonly mode: number;
  readonly mtime: number;
  /** Of a symbolic link. */
  readonly target?: string;
  /** The size of a file: its contents are in the file of the snapshot, in order. */
  readonly size?: number;
}

/** The JSON. */
export interface SnapshotState {
  readonly nodes: readonly SavedNode[];
  /** The working directory. */
  readonly directory: string;
  /** The size of the standard library's archive, into which Python has kept offsets. */
  readonly stdlib: number;
}

export interface Snapshot {
  readonly state: SnapshotState;
  readonly image: MemoryImage;
  /** Contents of the files among `state.nodes`, in order. */
  readonly contents: readonly Uint8Array[];
}

export function packSnapshot({ state, image, contents }: Snapshot, buildId: string): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify({ memory: image.state, ...state }));
  const start = Math.ceil((HEADER + json.length) / ALIGNMENT) * ALIGNMENT;
  const parts = [image.heap, ...contents];
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, start));
  const header = new DataView(bytes.buffer);
  for (const [i, word] of [MAGIC, start, json.length, 0].entries()) header.setUint32(4 * i, word, true);
  for (let i = 0; i < HEADER - BUILD_ID; i++)
    bytes[BUILD_ID + i] = Number.parseInt(buildId.slice(2 * i, 2 * i + 2), 16);
  bytes.set(json, HEADER);
  let offset = start;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** Raises TypeError for what are no bytes, Error for what is no whole snapshot of this release. */
export function unpackSnapshot(given: unknown, buildId: string): Snapshot {
  const bytes = bytesOf(given);
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || header.getUint32(0, true) !== MAGIC) {
    throw new Error("loadPyodide: _loadSnapshot is no memory snapshot: Snapshot has invalid magic number");
  }
  const found = Array.from(bytes.subarray(BUILD_ID, HEADER), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== buildId) {
    throw new Error(
      `loadPyodide: Snapshot build id mismatch: it was made by another build and has to be made again\nexpected: ${buildId}\ngot     : ${found}`,
    );
  }
  const start = header.getUint32(4, true);
  const cursor = { offset: HEADER };
  const take = (length: number): Uint8Array => {
    const { offset } = cursor;
    cursor.offset += length;
    if (cursor.offset > bytes.length) {
      throw new Error(`loadPyodide: the snapshot is truncated: it has ${bytes.length} bytes, more were written`);
    }
    return bytes.subarray(offset, cursor.offset);
  };
  const json = new TextDecoder().decode(take(header.getUint32(8, true)));
  const { memory, ...state } = JSON.parse(json) as SnapshotState & { memory: MemoryImage["state"] };
  cursor.offset = start;
  const heap = take(memory.runs.reduce((sum, [, length]) => sum + length, 0));
  const contents = state.nodes.flatMap(({ size }) => (size === undefined ? [] : [take(size)]));
  return { state, image: { state: memory, heap }, contents };
}

function bytesOf(given: unknown): Uint8Array {
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  if (Object.prototype.toString.call(given) === "[object ArrayBuffer]") return new Uint8Array(given as ArrayBuffer);
  throw new TypeError("loadPyodide: option '_loadSnapshot' must be a Uint8Array, an ArrayBuffer, or a promise of one");
}
