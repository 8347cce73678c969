import type { FSType } from "./emscripten.ts";
import type { Lockfile } from "./lockfile.ts";
import type { Untyped } from "./untyped.ts";

/** Options of {@link loadPyodide}. */
export interface PyodideConfig {
  /**
   * Where pyodide.asm.mjs, pyodide.asm.wasm, python_stdlib.zip and pyodide-lock.json are. A URL, or in Node a path.
   * Default: the directory of the loader.
   */
  indexURL?: string;
  /** The lock file. Default: pyodide-lock.json in `indexURL`. */
  lockFileURL?: string;
  /** The lock file itself, parsed or as JSON text, instead of `lockFileURL`. */
  lockFileContents?: Lockfile | string | Promise<Lockfile | string>;
  /**
   * What relative `file_name`s of the lock file are relative to. Default: the directory of `lockFileURL`; that of the page
   * if `lockFileURL` has none; otherwise ".".
   */
  packageBaseUrl?: string;
  /** Node only: where downloaded packages are kept. Default: `packageBaseUrl`. */
  packageCacheDir?: string;
  /** The standard library's archive. Default: python_stdlib.zip in `indexURL`. */
  stdLibURL?: string;
  /** @deprecated Has no effect: the standard library is always whole. */
  fullStdLib?: boolean;
  /** Asked for each line of standard input; null is the end of it. `setStdin` can do more. */
  stdin?: () => string | null;
  /** Called with each line of standard output. `setStdout` can do more. */
  stdout?: (msg: string) => void;
  /** Called with each line of standard error. `setStderr` can do more. */
  stderr?: (msg: string) => void;
  /** What Python's `js` module exposes. Default: `globalThis`. */
  jsglobals?: object;
  /** The interpreter's command line, without the program's name. */
  args?: string[];
  /** Environment variables. HOME is "/home/pyodide" and PYTHONINSPECT is "1" unless they are given here. */
  env?: { [name: string]: string };
  /** Packages to load before `loadPyodide` resolves. */
  packages?: string[];
  /** Let `loop.run_until_complete` block by switching stacks where the engine can. Default: true. */
  enableRunUntilComplete?: boolean;
  /** Fail when loader, runtime and standard library are not of one version. Default: true. */
  checkAPIVersion?: boolean;
  /**
   * Changes the file system before the interpreter starts. `sitePackages` is an empty directory by then.
   * @experimental
   */
  fsInit?: (FS: FSType, info: { sitePackages: string }) => Promise<void>;
  /**
   * The default export of pyodide.asm.mjs, for hosts that forbid dynamic import (service workers) and for bundlers.
   * @experimental
   */
  createPyodideModule?: (settings: Untyped) => Promise<Untyped>;
  /** @deprecated `PyProxy.toString` gives repr() instead of str(). */
  pyproxyToStringRepr?: boolean;
  /** @deprecated JavaScript null becomes None instead of jsnull. */
  convertNullToNone?: boolean;
  /** @deprecated Python dicts become a LiteralMap instead of a plain object. */
  toJsLiteralMap?: boolean;
  /** @ignore */
  _sysExecutable?: string;
  /** @ignore The interpreter is to run the program that `args` names: `_api.runMain`. */
  _commandLine?: boolean;
  /** @ignore Let `makeMemorySnapshot` work: how Python comes to JavaScript objects is noted from the start. */
  _makeSnapshot?: boolean;
  /**
   * @ignore Be the interpreter that a snapshot was made of, with these options: `env` is put on top of its variables, `args`
   * replace those of `sys.argv`.
   */
  _loadSnapshot?: Uint8Array | ArrayBuffer | PromiseLike<Uint8Array | ArrayBuffer>;
  /** @ignore Gives an object for what the serializer gave for one. */
  _snapshotDeserializer?: (obj: Untyped) => Untyped;
  /** @ignore */
  BUILD_ID?: string;
  /** @ignore */
  cdnUrl?: string;
}

/** @ignore */
export type PyodideConfigWithDefaults = Required<PyodideConfig>;
