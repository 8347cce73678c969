/** What the bundle finds in the scope of Emscripten's module factory, where --pre-js places it. */

// Always the current views: Emscripten assigns new ones when the memory grows.
declare let HEAPU8: Uint8Array;
declare let HEAPU16: Uint16Array;
declare let HEAP32: Int32Array;
declare let HEAPU32: Uint32Array;
declare let HEAPF64: Float64Array;

/** What a stream of the file system can have beyond Emscripten's own operations. */
interface StreamOps {
  /** A promise that is settled when asking again makes sense: there may be input, or room for output. */
  ready?(stream: Stream, events: number): Promise<unknown> | undefined;
  shutdown?(stream: Stream, how: number): number;
  setOption?(stream: Stream, level: number, name: number, value: number): boolean;
  getOption?(stream: Stream, level: number, name: number): number | undefined;
}

interface Stream {
  readonly flags: number;
  readonly stream_ops?: StreamOps;
}

declare const FS: { getStream(fd: number): Stream | null | undefined };
declare function UTF8ToString(address: number): string;

/** The shadow stack's pointer. */
declare function stackSave(): number;

declare const Module: {
  // The members are the exports of the wasm and the settings of the loader, under names made at run time.
  [name: string]: any;
};

declare class ExitStatus {
  readonly status: number;
}

// Newer than TypeScript's library.
declare namespace WebAssembly {
  /** A wasm exception, such as a C++ one, seen from JavaScript. */
  class Exception {
    is(tag: unknown): boolean;
  }
  /** JSPI: makes of a function that returns a promise an import that waits for it. */
  const Suspending: (new (f: (...args: never[]) => unknown) => object) | undefined;
  /** JSPI: makes of an export a function that returns a promise, and during which such imports can wait. */
  const promising: (<A extends unknown[]>(f: (...args: A) => unknown) => (...args: A) => Promise<unknown>) | undefined;
}

// Emscripten's dynamic linker. dylink.lib.js gives its two steps these names.
declare const LDSO: { readonly loadedLibsByName: Record<string, unknown> };
declare const GOT: Record<string, { readonly value: number } | undefined>;
declare const PATH_FS: { resolve(path: string): string };
declare function openLibrary(path: string, flags: object, scope?: object, handle?: number): true | Promise<true>;
declare function linkLibrary(
  binary: Uint8Array | WebAssembly.Module,
  flags: object,
  path: string,
  scope?: object,
  handle?: number,
): Record<string, unknown> | Promise<Record<string, unknown>>;
declare function findLibraryFS(name: string, rpath?: object): string | undefined;
declare function getDylinkMetadata(module: WebAssembly.Module): {
  readonly neededDynlibs: readonly string[];
  readonly runtimePaths: readonly string[];
  readonly weakImports: ReadonlySet<string>;
};
declare function isSymbolDefined(name: string): boolean;

// Its memory and its table of functions.
declare function growMemory(bytes: number): 1 | undefined;
declare const wasmTable: WebAssembly.Table;
declare const freeTableIndexes: readonly number[];
