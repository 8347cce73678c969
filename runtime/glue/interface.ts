/**
 * What the glue offers to the loader in js/. Types only: the loader imports this file with `import type`.
 *
 * The glue is bundled into pyodide.asm.mjs and puts one `Core` on the Emscripten module as `Module.core` before
 * `main` runs. Nothing else of the glue is public.
 */

/** Choices of `loadPyodide` that change how values cross the border. */
export interface CoreConfig {
  /** What `import js` exposes. */
  jsglobals: object;
  /** JavaScript null arrives in Python as None instead of jsnull. */
  convertNullToNone?: boolean;
  /** Python dicts become a LiteralMap instead of a plain object. */
  toJsLiteralMap?: boolean;
  /** `PyProxy.toString` gives repr() instead of str(). */
  pyproxyToStringRepr?: boolean;
  /** Calls back from the host's event loop, as soon as it can or after some time; gives what cancels that. */
  schedule: (callback: () => void, milliseconds?: number) => () => void;
  /** Note what making a snapshot takes. */
  recording?: boolean;
  /** Finds the address of a host name before getaddrinfo() looks for it; undefined if there is nothing to find. */
  resolveName?: (name: string) => Promise<unknown> | undefined;
  /**
   * Called once, with the cause, when the runtime cannot go on: a wasm trap, an escaped C++ exception, or exit(), for
   * which it is an error named "Exit" that has a `status`. The loader blocks its public API here. The error is thrown to
   * the caller afterwards.
   */
  onFatal?: (cause: Error) => void;
}

/** A Python object as JavaScript sees it. Members beyond these are attributes of the Python object. */
export interface PyProxy {
  // biome-ignore lint/suspicious/noExplicitAny: Python attributes have no static type
  readonly [attribute: string]: any;
  readonly type: string;
  toString(): string;
  destroy(options?: { message?: string; destroyRoundtrip?: boolean }): void;
  copy(): PyProxy;
  toJs(options?: ToJsOptions): unknown;
}

/** A Python callable. */
export interface PyCallable extends PyProxy {
  (...args: unknown[]): unknown;
  /** The last argument is an object of keyword arguments. */
  callKwargs(...args: unknown[]): unknown;
}

export interface ToJsOptions {
  depth?: number;
  pyproxies?: unknown[];
  create_pyproxies?: boolean;
  dict_converter?: (entries: Iterable<[key: unknown, value: unknown]>) => unknown;
  default_converter?: (
    value: PyProxy,
    convert: (value: unknown) => unknown,
    cache: (value: PyProxy, result: unknown) => void,
  ) => unknown;
  eager_converter?: (
    value: PyProxy,
    convert: (value: unknown) => unknown,
    cache: (value: PyProxy, result: unknown) => void,
  ) => unknown;
}

export interface ToPyOptions {
  depth?: number;
  defaultConverter?: (
    value: unknown,
    convert: (value: unknown) => unknown,
    cache: (value: unknown, result: PyProxy) => void,
  ) => unknown;
}

/** The names of `pyodide.ffi`: classes for `instanceof`, PythonError. */
export type FfiClasses = Readonly<Record<string, abstract new (...args: never[]) => unknown>>;

/** Told of PyProxies that share a lifetime with no other: when they are made, and when their lifetime ends. */
export interface ProxyTracer {
  made(proxy: PyProxy, lifetime: object): void;
  ended(lifetime: object): void;
}

/** For clients that know the inner parts of Pyodide (js/src/api/clients.ts). */
export interface Internals {
  /** What JsException() and `newError` make errors with, by name; clients may add to it. */
  readonly errorConstructors: Map<string, new (message?: string) => Error>;
  newError(name: string, message: string, stack: string): Error;
  /** The Python exception that is set, as a PythonError. It is set no more. */
  takeError(): Error;
  /** The array type for a buffer's format of one item. */
  parseFormat(format: string): { readonly View: unknown; readonly bigEndian: boolean };
  /** From now on, this one alone. */
  trace(tracer: ProxyTracer | undefined): void;
}

/** Gives for an object what JSON can hold; and for that an object again. */
export type Serializer = (value: unknown) => unknown;
export type Deserializer = (value: unknown) => unknown;

/** How to come to an object again, and what else of it Python may have kept. */
export interface ObjectDescription {
  path?: readonly string[];
  serialized?: unknown;
  /** Its jsv_identity. */
  identity?: number;
  /** The handle that handle_new_unique gave out for it. */
  unique?: number;
}

/** The JSON of a MemoryImage. */
export interface MemoryState {
  /** The length of the memory, in bytes. */
  length: number;
  /** Where the pages begin that are not zero, and how many bytes follow. */
  runs: [start: number, bytes: number][];
  objects: ObjectDescription[];
  /** Handles, with the index of their object. */
  handles: [handle: number, object: number][];
  nextIdentity: number;
  /** Addresses of Python objects that JavaScript held a reference of. */
  references: number[];
  /** Addresses of buffers that it held open. */
  buffers: number[];
}

/** The glue's part of a memory snapshot. */
export interface MemoryImage {
  /** What JSON can hold. */
  readonly state: MemoryState;
  readonly heap: Uint8Array;
}

export interface Core {
  /** Once, after `main` has returned: connects the interpreter to this JavaScript and makes `import js` work. */
  initialize(config: CoreConfig): void;
  /**
   * Instead, in an interpreter whose `main` has not run: makes it the one of a snapshot, but for the JavaScript objects
   * that Python holds. No code that may meet one can run yet.
   */
  restore(config: CoreConfig, image: MemoryImage): void;
  /** The second half: those objects. `api` is what `pyodide_js` was. */
  resume(image: MemoryImage, api: object, deserializer: Deserializer | undefined): void;
  /** A snapshot of the interpreter, which goes on. Raises Error that says what cannot be part of one. */
  capture(serializer: Serializer | undefined): MemoryImage;
  /** The value of "a.b.c": a module, or an attribute of one. */
  pyimport(path: string): unknown;
  /** What the Python function at a path, as for `pyimport`, returns. Throws what it raises. */
  callPython(path: string, ...args: unknown[]): unknown;
  /** `__main__.__dict__`; one proxy for the life of the runtime. The loader wraps it to add the builtins. */
  readonly globals: PyProxy;
  /** The classes on `pyodide.ffi`. */
  readonly ffi: FfiClasses;
  toPy(value: unknown, options?: ToPyOptions): unknown;
  isPyProxy(value: unknown): value is PyProxy;
  /** False once `destroy` was called on it (or its owner). */
  isAlive(proxy: PyProxy): boolean;
  /** The same Python object, with members that hide those of its class and its attributes. It shares its lifetime. */
  withMembers(proxy: PyProxy, members: object): PyProxy;
  /**
   * Calls a Python callable that may wait for promises, where the engine can switch stacks. Only from a turn of the
   * host's event loop in which no Python runs. One of `resolve` and `reject` is called, perhaps before this returns.
   */
  startTask(
    callable: PyProxy,
    args: readonly unknown[],
    settle: { resolve(value: unknown): void; reject(error: unknown): void },
  ): void;
  /** KeyboardInterrupt goes to who has waited for the shortest time. False for other errors, and if nobody waits. */
  passInterrupt(error: unknown): boolean;
  /** Whether the engine can switch stacks (JSPI), so that Python can wait. */
  readonly canSwitch: boolean;
  registerJsModule(name: string, module: object): void;
  unregisterJsModule(name: string): void;
  /** Fuller messages about destroyed proxies. Gives the previous setting. */
  setDebug(debug: boolean): boolean;
  /** Runs the handlers of pending signals and throws what they raise. False if Python cannot be entered just now. */
  checkSignals(): boolean;
  /** PyProxies not yet destroyed. */
  liveProxies(): number;
  /** JavaScript objects that Python holds. */
  liveHandles(): number;
  /** The cause, once the runtime is dead. */
  readonly fatal: Error | undefined;
  /** Ends the runtime for this cause, as a trap would. Gives the error to throw. */
  fail(cause: unknown): Error;
  /** What every use of the dead runtime throws. */
  deadError(): Error;
  /** The class of what is thrown when Python is asked for something while it has given its lock away. */
  readonly NoGilError: new (
    message?: string,
  ) => Error;
  readonly internals: Internals;
}
