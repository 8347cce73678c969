/*
 * The part of the Emscripten module that the loader and the API use: the link has to export these runtime methods and
 * accept these settings. `any` stands only where Emscripten itself has no types.
 */

import type { Core } from "../../../runtime/glue/interface.ts";
import type { SignalBuffer } from "../api/interrupts.ts";

/** Emscripten's file system. Its types come from @types/emscripten. */
export type FSType = typeof FS;

/** A character device's file operations, as FS.registerDevice takes them. */
export interface DeviceOps {
  open?(stream: DeviceStream): void;
  dup?(stream: DeviceStream): void;
  close?(stream: DeviceStream): void;
  read?(stream: DeviceStream, buffer: ArrayBufferView, offset: number, length: number): number;
  /** Asked by the runtime's system calls: a promise for when a read that failed with EAGAIN should be repeated. */
  ready?(): Promise<unknown> | undefined;
  write?(stream: DeviceStream, buffer: ArrayBufferView, offset: number, length: number): number;
  fsync?(stream: DeviceStream): number;
}

/** What Emscripten's ioctl and fstat ask of `stream.tty`. */
export interface Terminal {
  ops: { ioctl_tiocgwinsz(tty: Terminal): [rows: number, columns: number] };
}

export interface DeviceStream {
  fd: number;
  seekable: boolean;
  tty: Terminal | undefined;
}

/** A file or directory in memory. Times are milliseconds since 1970. */
export interface FSNode {
  readonly mode: number;
  readonly mtime: number;
  /** When the contents or the attributes last changed. */
  readonly ctime: number;
  /** The size of a file. */
  readonly usedBytes: number;
  readonly mount: Mount;
  readonly node_ops: {
    setattr(node: FSNode, attributes: { mtime?: number; ctime?: number; mode?: number }): void;
  };
}

/** What FS.mount makes. */
export interface Mount {
  readonly opts: Readonly<Record<string, unknown>>;
  readonly mountpoint: string;
}

/** A kind of file system. */
export interface MountableType {
  mount(mount: Mount): FSNode;
  /** `done` is called with null or with what went wrong. */
  syncfs?(mount: Mount, populate: boolean, done: (error: unknown) => void): void;
}

/** Members of FS that @types/emscripten does not declare, or declares otherwise. */
export interface FSInternals {
  filesystems: Record<string, MountableType | undefined>;
  /** Modes are not looked at. */
  ignorePermissions: boolean;
  lookupPath(path: string, options?: { follow?: boolean; follow_mount?: boolean }): { path: string; node: FSNode };
  isMountpoint(node: FSNode): boolean;
  makedev(major: number, minor: number): number;
  registerDevice(device: number, ops: DeviceOps): void;
  mkdev(path: string, mode: number, device: number): unknown;
  open(path: string, flags: number): DeviceStream;
  close(stream: DeviceStream): void;
  getStream(fd: number): DeviceStream | null | undefined;
  getPath(node: FSNode): string;
  /** Put there by StandardStreams. */
  createAsyncInputDevice(parent: string | FSNode, name: string, input: () => unknown): unknown;
  ErrnoError: new (errno: number) => Error & { errno: number };
}

export interface PathType {
  dirname(path: string): string;
  basename(path: string): string;
  join(...parts: string[]): string;
  join2(left: string, right: string): string;
  normalize(path: string): string;
}

/** Everything the loader and the API touch on the instantiated module. */
export interface PyodideModule {
  FS: FSType;
  PATH: PathType;
  ERRNO_CODES: Record<string, number>;
  /** By their names in C: functions, and variables as globals that hold their addresses. */
  readonly wasmExports: Record<string, unknown>;
  ENV: Record<string, string>;
  /** The memory as it is now: replaced when it grows. Nothing in js/ reads it. */
  readonly HEAP8: Int8Array;
  /** Runs `main` and gives its exit status. */
  callMain(args: string[]): number;
  _Py_IsInitialized(): number;
  /** Ends Python. Less than 0 if something failed. */
  _Py_FinalizeEx(): number;
  /** Loads a shared library. Its symbols are put into `scope`, unless they are global. */
  loadDynamicLibrary(
    path: string,
    flags: { loadAsync: true; nodelete: boolean; global: boolean },
    scope?: object,
  ): Promise<true>;
  /** The glue's half; put there before the factory resolves. */
  readonly core: Core;
  /** Where CPython looks for a pending signal number while the flag at the next address is set. */
  Py_EmscriptenSignalBuffer?: Pick<SignalBuffer, 0 | "pending"> | undefined;
  readonly _Py_EMSCRIPTEN_SIGNAL_HANDLING: number;
  /** What Emscripten's SDL and WebGL draw on. */
  canvas?: HTMLCanvasElement;
}

/** What the loader gives to the module's factory. */
export interface EmscriptenSettings {
  noInitialRun: boolean;
  preRun: readonly ((module: PyodideModule) => void)[];
  thisProgram?: string;
  locateFile(file: string): string;
  instantiateWasm(
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
}

/** The default export of pyodide.asm.mjs. */
export type CreatePyodideModule = (settings: EmscriptenSettings) => Promise<PyodideModule>;
