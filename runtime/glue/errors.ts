/**
 * Exceptions across the border. A Python exception becomes a PythonError; an exception of an import waits in
 * `context.pending` until C takes it; anything else that leaves the wasm is fatal.
 */
import { JsFlag, Kind, PYTHON_ERROR_ADDRESS_NONE, SLOT_LO, SLOT_SIZE } from "#abi";
import { context } from "./context.ts";
import { answer, decode } from "./frame.ts";
import { jsFlags } from "./jsflags.ts";

/** A Python exception in JavaScript. It holds no reference to the Python object. */
export class PythonError extends Error {
  // Clients tell errors apart by the names of their classes, which a release's minifier would take away.
  static override readonly name = "PythonError";
  /** The `__qualname__` of the exception's class. */
  readonly type: string;
  /** Identifies the Python exception while it is `sys.last_exc`, so that it can go back as itself. */
  declare readonly __error_address: number;

  constructor(type: string, message: string, address: number) {
    super(message);
    this.type = type;
    Object.defineProperty(this, "__error_address", { value: address });
  }
}
Object.defineProperty(PythonError.prototype, "name", { value: "PythonError", configurable: true, writable: true });

/** The exception that Python has set, to be thrown; a callee has just returned Kind.ERROR. */
export function raiseFromPython(): Error {
  const { wasm, frame } = context;
  let kind: Kind;
  try {
    kind = wasm.error_fetch(frame);
  } catch (error) {
    return fatal(error);
  }
  if (kind === Kind.ERROR) return new Error("A Python exception that could not be described, for want of memory");
  // Reading is safe: nothing runs between it and error_fetch.
  const message = decode(frame) as string;
  const type = decode(frame + SLOT_SIZE) as string;
  return new PythonError(type, message, HEAPU32[(frame + 2 * SLOT_SIZE + SLOT_LO) >>> 2]!);
}

/** The interpreter has exited on purpose. Emscripten's own ExitStatus is no Error. */
class Exit extends Error {
  static override readonly name = "Exit";
  readonly status: number;

  constructor(status: number) {
    super(`Python has exited with status ${status}`);
    this.status = status;
  }
}
Object.defineProperty(Exit.prototype, "name", { value: "Exit", configurable: true, writable: true });

/** Marks an error that has made the runtime unusable, so that outer frames pass it on untouched. */
const fatalErrors = new WeakSet<object>();

/**
 * Something left the wasm that is no Python exception: a trap, a C++ exception, exit(). The runtime is dead from here
 * on. Gives the error to throw.
 */
export function fatal(cause: unknown): Error {
  const error = toFatalError(cause);
  if (fatalErrors.has(error)) return error;
  fatalErrors.add(error);
  if (context.dead === undefined) {
    context.dead = { cause: error };
    if (!(error instanceof Exit)) dumpTraceback();
    // From here on nothing enters the wasm: whoever tries is told why. It costs nothing while the runtime lives.
    context.wasm = new Proxy(context.wasm, {
      get() {
        throw deadError();
      },
    });
    try {
      context.config.onFatal?.(error);
    } catch (failure) {
      console.error("The handler of fatal errors failed:", failure);
    }
  }
  return error;
}

/** Says on standard error where Python was. */
function dumpTraceback(): void {
  try {
    context.wasm.py_dump_traceback();
  } catch {
    // What is broken may be just what it needs.
  }
}

function toFatalError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  if (typeof ExitStatus !== "undefined" && thrown instanceof ExitStatus) return new Exit(thrown.status);
  const cpp = typeof WebAssembly.Exception === "function" && thrown instanceof WebAssembly.Exception;
  const text = cpp ? "A C++ exception was not caught" : `Unexpected value thrown out of WebAssembly: ${String(thrown)}`;
  return new Error(text, { cause: thrown });
}

/** What every use of the runtime throws once `context.dead` is set. */
export function deadError(): Error {
  const { cause } = context.dead!;
  const what = cause instanceof Exit ? "exited" : "fatally failed";
  return new Error(`Pyodide already ${what} and can no longer be used.`, { cause });
}

/** Python was asked for something while C code has given its lock away: in a stream's handler, for example. */
export class NoGilError extends Error {
  static override readonly name = "NoGilError";
}
Object.defineProperty(NoGilError.prototype, "name", { value: "NoGilError", configurable: true, writable: true });

/** Whether the interpreter can be entered. */
export function hasLock(): boolean {
  return HEAPU32[context.threadState >>> 2] !== 0;
}

/** Throws unless the interpreter can be entered. */
export function checkLock(): void {
  if (!hasLock()) {
    throw new NoGilError("Attempted to use PyProxy when Python GIL not held");
  }
}

/** Throws if a fatal error has happened. */
export function checkAlive(): void {
  if (context.dead) throw deadError();
  checkLock();
}

/** Keeps what an import caught for jsv_take_error. A fatal error must not be caught by Python: it is thrown on. */
export function keep(error: unknown): Kind.ERROR {
  if (context.dead) throw error;
  context.pending = { error };
  return Kind.ERROR;
}

/** The same for an import that answers in a slot. */
export function fail(out: number, error: unknown): Kind.ERROR {
  HEAPU32[out >>> 2] = Kind.ERROR;
  return keep(error);
}

/** Wraps the thrown value in an Error, as Python can only raise exceptions. */
function toError(thrown: unknown): object {
  if (thrown instanceof Error) return thrown;
  // One of another realm, or what passes for an error.
  if (typeof thrown === "object" && thrown !== null && jsFlags(thrown) & JsFlag.IS_ERROR) return thrown;
  if (typeof thrown === "string") return new Error(thrown, { cause: thrown });
  let text: string;
  try {
    text = String(thrown);
  } catch {
    text = "a value that cannot be shown";
  }
  return new Error(`A value of type ${typeof thrown} was thrown as an error: ${text}`, { cause: thrown });
}

/** For C: the exception of the import that has just failed. */
export function jsv_take_error(out: number): Kind {
  const error = context.pending === undefined ? new Error("An import failed without an error") : context.pending.error;
  context.pending = undefined;
  const thrown = toError(error);
  const address = thrown instanceof PythonError ? thrown.__error_address : PYTHON_ERROR_ADDRESS_NONE;
  try {
    answer(out + SLOT_SIZE, thrown);
  } catch {
    // A hostile error, or no memory: something that can always be written.
    answer(out + SLOT_SIZE, "A JavaScript error that could not be represented");
  }
  HEAPU32[out >>> 2] = Kind.I32;
  HEAPU32[(out + SLOT_LO) >>> 2] = address;
  return Kind.JSREF;
}
