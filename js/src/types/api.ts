/* The public API object, as its users see it. */

import type { RuntimeEnv } from "../loader/host.ts";
import type { StdinOptions } from "../streams/input.ts";
import type { OutputOptions } from "../streams/output.ts";
import type { FSType, PathType, PyodideModule } from "./emscripten.ts";
import type { FFI, PyProxy, TypedArray } from "./ffi.ts";
import type { Lockfile, LockfileInfo, LockfilePackage, PackageData } from "./lockfile.ts";
import type { SocketOptions } from "./sockets.ts";
import type { Untyped } from "./untyped.ts";

/** Options of `runPython`. */
export interface RunOptions {
  /** The namespace to run in. Default: `pyodide.globals`. */
  globals?: PyProxy;
  /** The local namespace. Default: the globals. */
  locals?: PyProxy;
  /** The name in tracebacks. Unless it is of the form "<…>", tracebacks show the source's lines as well. */
  filename?: string;
  /** Remove the indentation that all lines have in common. Default: true. */
  dedent?: boolean;
}

/** Options of `toPy`. */
export interface ToPyOptions {
  /** How many levels are converted. Default: all. */
  depth?: number;
  /** Asked for objects that have no conversion. */
  defaultConverter?: (
    value: Untyped,
    converter: (value: Untyped) => Untyped,
    cacheConversion: (input: Untyped, output: Untyped) => void,
  ) => Untyped;
}

/** Options of `loadPackage`. */
export interface LoadPackageOptions {
  /** Told what is being done. Default: a line on Python's standard output. */
  messageCallback?: (message: string) => void;
  /** Told what went wrong. Default: a line on Python's standard error. */
  errorCallback?: (message: string) => void;
  /** Compare files with the hashes in the lock file. Default: true. */
  checkIntegrity?: boolean;
  /** Resolve although packages could not be loaded; only `errorCallback` is told. Default: false. */
  ignoreErrors?: boolean;
}

/** A directory mounted with `mountNativeFS`. */
export interface NativeFS {
  /**
   * Carries changes over in both directions, deletions included: what was changed on one side since the last time is
   * changed on the other. Of a file that was changed on both, the newer contents win, and a change wins over a deletion.
   * Rejects with what the host says; then both sides are as they were.
   */
  syncfs: () => Promise<void>;
}

/** The one canvas that C libraries draw on. */
export interface CanvasInterface {
  setCanvas2D(canvas: HTMLCanvasElement): void;
  getCanvas2D(): HTMLCanvasElement | undefined;
  setCanvas3D(canvas: HTMLCanvasElement): void;
  getCanvas3D(): HTMLCanvasElement | undefined;
}

/** What `loadPyodide` resolves to. */
export interface PyodideAPI {
  /** The release's version. Stays readable after a fatal error. */
  version: string;
  /** The names of Python's `__main__`; reading falls back to the builtins. */
  globals: PyProxy;
  /** The `pyodide` package. */
  pyodide_py: PyProxy;
  /** The classes of Python values in JavaScript. */
  ffi: FFI;
  /** Emscripten's file system. */
  FS: FSType;
  /** Emscripten's functions on paths. */
  PATH: PathType;
  /** The canvas for libraries that draw with SDL or WebGL. @experimental */
  canvas: CanvasInterface;
  /** Error codes by their POSIX names. */
  ERRNO_CODES: { [code: string]: number };
  /** Loaded packages by name, with where they came from. */
  loadedPackages: Record<string, string>;
  /** The lock file this interpreter was loaded with. */
  readonly lockfile: Lockfile;
  /** What relative addresses in the lock file are relative to. */
  readonly lockfileBaseUrl: string | undefined;

  /** Runs Python source and returns the value of its last expression. */
  runPython(code: string, options?: RunOptions): Untyped;
  /** Runs Python source that may await at its top level, from another turn of the host's event loop on. */
  runPythonAsync(code: string, options?: RunOptions): Promise<Untyped>;
  /** Imports "a.b.c": the module of that name, or the attribute `c` of module `a.b`. */
  pyimport(mod_name: string): Untyped;
  /** Converts a JavaScript value to Python. Returns `obj` itself where there is nothing to convert. */
  toPy(obj: Untyped, options?: ToPyOptions): Untyped;
  /** Lets Python `import name`: the object's properties are the module's. */
  registerJsModule(name: string, module: object): void;
  unregisterJsModule(name: string): void;
  /**
   * Installs packages of the lock file and all they depend on, and wheels by their addresses (without what they depend
   * on). Resolves to what was installed. Rejects if anything could not be; each package is then there whole or not at all.
   */
  loadPackage(names: string | string[] | PyProxy, options?: LoadPackageOptions): Promise<PackageData[]>;
  /** Installs the packages of the lock file that Python source imports. */
  loadPackagesFromImports(code: string, options?: LoadPackageOptions): Promise<PackageData[]>;
  /** Unpacks an archive of a format that `shutil.unpack_archive` knows, or a wheel. */
  unpackArchive(buffer: TypedArray | ArrayBuffer, format: string, options?: { extractDir?: string }): void;
  /** Node only: shows a directory of the host at `emscriptenPath`, which must be empty. */
  mountNodeFS(emscriptenPath: string, hostPath: string): void;
  /** Node only, where the engine can switch stacks: Python's `socket` is real from then on. */
  useNodeSockFS(options?: SocketOptions): Promise<void>;

  /**
   * Shows a directory of the host's at `path`, which must be empty: one that the user picked, or one of the
   * origin-private file system. Python sees a copy; `syncfs` of the result brings both up to date.
   */
  mountNativeFS(path: string, fileSystemHandle: FileSystemDirectoryHandle): Promise<NativeFS>;
  /** Accepted for compatibility: objects that Comlink proxies cross the border without preparation. */
  registerComlink(Comlink: Untyped): void;

  /** Where standard input comes from. Without a handler: the host's. */
  setStdin(options?: StdinOptions): void;
  /** Where standard output goes. Without a handler: the host's. */
  setStdout(options?: OutputOptions | object): void;
  /** Where standard error goes. Without a handler: the host's. */
  setStderr(options?: OutputOptions | object): void;

  /** A signal number written to the buffer's first element interrupts Python. undefined turns that off. */
  setInterruptBuffer(interrupt_buffer: TypedArray | undefined): void;
  /** For JavaScript that runs for long: throws what the signal in the interrupt buffer raises, as KeyboardInterrupt. */
  checkInterrupt(): void;
  /** Fuller messages about destroyed proxies, at some cost. Returns the previous setting. */
  setDebug(debug: boolean): boolean;
  /**
   * For an interpreter loaded with `_makeSnapshot`: all that it is, for `_loadSnapshot` of the same release. It goes on.
   * `serializer` is asked for each JavaScript object that Python holds and did not get as an attribute of another, from
   * `jsglobals` or `pyodide_js` on: it gives what JSON can hold. Throws an Error that says what cannot be part of one.
   * @ignore
   */
  makeMemorySnapshot(options?: { serializer?: (obj: Untyped) => Untyped }): Uint8Array;
}

/** What the object has beyond its public type. */
export interface WholeAPI extends PyodideAPI {
  _module: PyodideModule;
  _api: InternalAPI;
}

/** What Python packages that know this runtime reach through `pyodide_js._api`. Not for others. */
export interface InternalAPI {
  readonly runtimeEnv: RuntimeEnv;
  readonly version: string;
  readonly abiVersion: string;
  readonly buildId: string;
  readonly config: object;
  readonly sitePackages: string;
  readonly packageManager: { readonly cdnURL: string; readonly installBaseUrl: string };
  readonly lockfile_info: LockfileInfo;
  readonly lockfile_packages: Record<string, LockfilePackage>;
  /** For pyodide-build. Empty: the standard library is whole. */
  readonly lockfile_unvendored_stdlibs_and_test: readonly string[];
  /** What registerComlink was given. */
  Comlink?: unknown;
  /** For test harnesses: what restoreState puts back, the names of `__main__` and JavaScript modules. */
  saveState(): PyProxy;
  restoreState(state: PyProxy): number;
  /** Runs the program that the option `args` names, and gives its exit status. For loadPyodide({_commandLine: true}). */
  runMain(): Promise<number>;
  /** For test harnesses, which set it: the cause of a fatal error goes to the console as text. */
  inTestHoist?: boolean;
  /** For test harnesses: a client has used a JavaScript value that is gone. */
  fail_test?: boolean;
  /** Called with the cause of a fatal error. */
  on_fatal?: (cause: unknown) => void;
  isPyProxy(value: unknown): value is PyProxy;
  scheduleCallback(callback: () => void, timeout?: number): () => void;
  /** For _pyodide._selector: have `callback(fd, found)` called once when poll() would find one of `events`. */
  watchDescriptor(fd: number, events: number, callback: PyProxy): void;
  unwatchDescriptor(fd: number): void;
  /** For _pyodide._tls. */
  startTls(fd: number, options: object, milliseconds: number): Promise<object>;
  tryTls(fd: number, options: object): object | undefined;
  memoryTls(options: object): object;
  /** For pyodide.webloop: have `turn` called after that many milliseconds, instead of when it was going to be. */
  requestTurn(turn: PyProxy, milliseconds: number): void;
  loadBinaryFile(path: string): Promise<Uint8Array>;
  /** For micropip: unpacks a wheel into a directory. `metadata` is a dict of files for its .dist-info. */
  install(buffer: Uint8Array, filename: string, installDir: string, metadata?: PyProxy): Promise<void>;
  /** Loads a shared library without making this thread wait for the compiler. */
  loadDynlib(path: string, global?: boolean): Promise<void>;
  /** The package of the lock file that has a module, if it is not installed. */
  packageFor(module: string): string | undefined;
  readonly _import_name_to_package_name: Map<string, string>;
}
