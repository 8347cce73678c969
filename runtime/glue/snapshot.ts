/**
 * Memory snapshots: what an interpreter is, as data. Linear memory goes as it is. The objects that handles stand for are
 * described beside it. What else there may be outside of memory, of libraries and of stacks, keeps a snapshot from being made.
 *
 * An object is described by the path on which Python came to it, from jsglobals or the public API, or by the caller.
 * What JavaScript held of Python's is let go of when the snapshot is restored: nobody will come back for it.
 */
import { context, type Recording } from "./context.ts";
import { fatal } from "./errors.ts";
import { jsv_remember_handle } from "./imports/values.ts";
import type { Deserializer, MemoryImage, MemoryState, ObjectDescription, Serializer } from "./interface.ts";
import { isObject } from "./jsflags.ts";

/** Memory is left out by pages that are zero: what was never used, such as most of the stack. */
const PAGE = 65536;

/** The roots of paths, by the names of their modules in Python. */
export const GLOBALS = "js";
export const API = "pyodide_js";

/** What has to be known from the start for a snapshot to be made later. */
export function newRecording(jsglobals: object): Recording {
  return { paths: new WeakMap([[jsglobals, [GLOBALS]]]), lifetimes: new Set(), buffers: new Set() };
}

/** Remembers that Python came from `owner` to `value`. */
export function recordPath({ paths }: Recording, owner: unknown, key: unknown, value: unknown): void {
  if (!isObject(value) || !isObject(owner) || paths.has(value)) return;
  const path = paths.get(owner);
  if (path !== undefined) paths.set(value, [...path, String(key)]);
}

/** Raises Error that says what cannot be part of a snapshot. Nothing of Python's may be running. */
export function capture(serializer: Serializer | undefined): MemoryImage {
  const { recording } = context;
  if (recording === undefined) {
    throw new Error("Can only use pyodide.makeMemorySnapshot if the _makeSnapshot option is passed to loadPyodide");
  }
  refuseWhatRuns();
  const [handles, values] = listHandles();
  const [runs, heap] = copyMemory();
  const references = [
    ...context.helpers.values(),
    ...context.names.values(),
    ...[...recording.lifetimes].map(({ address }) => address),
  ];
  const buffers = [...recording.buffers];
  // Last, as it runs foreign code, which may use Python.
  const objects = values.map((value) => describe(value, recording, serializer));
  const { nextIdentity } = context;
  const state: MemoryState = { length: HEAPU8.length, runs, objects, handles, nextIdentity, references, buffers };
  return { state, heap };
}

function refuseWhatRuns(): void {
  if (stackSave() !== context.stack) {
    throw new Error("makeMemorySnapshot: Python is running. Call it from JavaScript that Python has not called");
  }
  if (context.tasks > 0) {
    throw new Error(`makeMemorySnapshot: ${context.tasks} call(s) of Python wait for something. Let them end first`);
  }
  const library = Object.keys(LDSO.loadedLibsByName).find((name) => name !== "__main__");
  if (library !== undefined) {
    throw new Error(`makeMemorySnapshot: the shared library ${library} is loaded, which a snapshot cannot hold`);
  }
  // All of C's own functions have their place in the table from the start.
  for (let index = context.table; index < wasmTable.length; index++) {
    if (wasmTable.get(index) !== null && !freeTableIndexes.includes(index)) {
      throw new Error(
        "makeMemorySnapshot: C holds a function that JavaScript made, as for a callback of ctypes. Delete it first",
      );
    }
  }
}

function listHandles(): [handles: MemoryState["handles"], values: unknown[]] {
  const { wasm } = context;
  const handles: MemoryState["handles"] = [];
  const known = new Map<unknown, number>();
  for (let handle = wasm.handle_next(0) >>> 0; handle !== 0; handle = wasm.handle_next(handle) >>> 0) {
    const value = wasm.handle_get(handle);
    const index = known.get(value) ?? known.size;
    known.set(value, index);
    handles.push([handle, index]);
  }
  return [handles, [...known.keys()]];
}

function describe(value: unknown, { paths }: Recording, serializer: Serializer | undefined): ObjectDescription {
  if (!isObject(value)) return { serialized: serialize(value, serializer) };
  const path = paths.get(value);
  const identity = context.identities.get(value);
  const unique = context.handles.get(value);
  return {
    ...(path ? { path } : { serialized: serialize(value, serializer) }),
    ...(identity === undefined ? {} : { identity }),
    ...(unique === undefined ? {} : { unique }),
  };
}

function serialize(value: unknown, serializer: Serializer | undefined): unknown {
  const serialized = serializer?.(value);
  if (serialized !== undefined && JSON.stringify(serialized) !== undefined) return serialized;
  throw new Error(
    `makeMemorySnapshot: Python holds an object that it did not get as an attribute, from jsglobals on: ${show(value)}. ${
      serializer ? "The serializer must return what JSON can hold" : "Delete it, or pass a serializer that describes it"
    }`,
    { cause: value },
  );
}

function show(value: unknown): string {
  let text: string;
  try {
    text = String(value);
  } catch {
    text = Object.prototype.toString.call(value);
  }
  return `${typeof value} ${text.length > 100 ? `${text.slice(0, 100)}…` : text}`;
}

function copyMemory(): [MemoryState["runs"], Uint8Array] {
  const words = new BigUint64Array(HEAPU8.buffer);
  const wordsOfPage = PAGE / 8;
  const runs: MemoryState["runs"] = [];
  for (let page = 0; page < words.length; page += wordsOfPage) {
    let word = page;
    while (word < page + wordsOfPage && words[word] === 0n) word++;
    if (word === page + wordsOfPage) continue;
    const last = runs.at(-1);
    if (last && last[0] + last[1] === page * 8) last[1] += PAGE;
    else runs.push([page * 8, PAGE]);
  }
  const heap = new Uint8Array(runs.reduce((sum, [, bytes]) => sum + bytes, 0));
  let offset = 0;
  for (const [start, bytes] of runs) {
    heap.set(HEAPU8.subarray(start, start + bytes), offset);
    offset += bytes;
  }
  return [runs, heap];
}

/** Makes the memory of an interpreter that has not run `main` what it was in the snapshot. Raises RangeError if it is out. */
export function restoreMemory({ state, heap }: MemoryImage): void {
  const { length, runs } = state;
  const trampolineAddress = context.wasm.trampoline_address() >>> 0;
  const trampoline = HEAPU32[trampolineAddress >>> 2]!;
  if (length > HEAPU8.length && !growMemory(length)) {
    throw new RangeError(`loadPyodide: the snapshot needs ${length} bytes of memory, which the host does not give`);
  }
  let offset = 0;
  for (const [start, bytes] of runs) {
    HEAPU8.set(heap.subarray(offset, offset + bytes), start);
    offset += bytes;
  }
  HEAPU32[trampolineAddress >>> 2] = trampoline;
  context.nextIdentity = state.nextIdentity;
}

/** Gives the handles their objects. Raises Error for one that is not there. */
export function restoreHandles(
  { objects, handles }: MemoryState,
  roots: Readonly<Record<string, object>>,
  deserializer: Deserializer | undefined,
): void {
  const values = objects.map((description) => find(description, roots, deserializer));
  for (const [handle, index] of handles) {
    if (!context.wasm.handle_restore(handle, values[index])) throw new RangeError("loadPyodide: out of memory");
  }
  for (const [i, { path, identity, unique }] of objects.entries()) {
    const value = values[i];
    if (!isObject(value)) continue;
    if (path) context.recording?.paths.set(value, path);
    if (identity !== undefined) context.identities.set(value, identity);
    if (unique !== undefined) jsv_remember_handle(value, unique);
  }
}

function find(
  { path, serialized }: ObjectDescription,
  roots: Readonly<Record<string, object>>,
  deserializer: Deserializer | undefined,
): unknown {
  if (path === undefined) {
    if (deserializer === undefined) {
      throw new Error(
        "loadPyodide: the snapshot was made with a serializer. " +
          "You must pass an appropriate deserializer as _snapshotDeserializer",
      );
    }
    return deserializer(serialized);
  }
  let value: unknown = roots[path[0]!];
  for (const key of path.slice(1)) value = (value as Record<string, unknown> | null | undefined)?.[key];
  if (!isObject(value)) {
    throw new Error(`loadPyodide: the snapshot needs ${path.join(".")}, which is not there (${String(value)})`);
  }
  return value;
}

/** Lets go of what the JavaScript where the snapshot was made held. That may run Python. */
export function releaseReferences({ references, buffers }: MemoryState): void {
  try {
    for (const buffer of buffers) context.wasm.buffer_close(buffer);
    for (const address of references) context.wasm.py_release(address);
  } catch (error) {
    throw fatal(error);
  }
}
