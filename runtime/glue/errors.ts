/**
 * Exceptions across the border. A Python exception becomes a PythonError; an exception of an import waits in
 * `context.pending` until C takes it; anything else that leaves the wasm is fatal.
 */
import { Kind, PYTHON_ERROR_ADDRESS_NONE, SLOT_LO, SLOT_SIZE } from "#abi";
import { context } from "./context.ts";
import { answer, decode } from "./frame.ts";

/** A Python exception in JavaScript. It holds no reference to the Python object. */
export class PythonError extends Error {
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

/** Marks an error that has made the runtime unusable, so that outer frames pass it on untouched. */
const fatalErrors = new WeakSet<object>();

/**
 * Something left the wasm that is no Python exception: a trap, a C++ exception, exit(). The runtime is dead from here
 * on. Gives the error to throw.
 */
export function fatal(cause: unknown): Error {
  const error = cause instanceof Error ? cause : new Error(describeThrown(cause), { cause });
  if (fatalErrors.has(error)) return error;
  fatalErrors.add(error);
  if (context.dead === undefined) {
    context.dead = { cause: error };
    try {
      context.config.onFatal?.(cause);
    } catch (failure) {
      console.error("The handler of fatal errors failed:", failure);
    }
  }
  return error;
}

function describeThrown(thrown: unknown): string {
  if (typeof ExitStatus !== "undefined" && thrown instanceof ExitStatus) {
    return `Python has exited with status ${thrown.status}`;
  }
  if (typeof WebAssembly.Exception === "function" && thrown instanceof WebAssembly.Exception) {
    return "A C++ exception was not caught";
  }
  return `Unexpected value thrown out of WebAssembly: ${String(thrown)}`;
}

/** Python was asked for something while C code has given its lock away: in a stream's handler, for example. */
export class NoGilError extends Error {}
Object.defineProperty(NoGilError.prototype, "name", { value: "NoGilError", configurable: true, writable: true });

/** Throws unless the interpreter can be entered. */
export function checkLock(): void {
  if (HEAPU32[context.threadState >>> 2] === 0) {
    throw new NoGilError("Attempted to use PyProxy when Python GIL not held");
  }
}

/** Throws if a fatal error has happened. */
export function checkAlive(): void {
  if (context.dead) {
    throw new Error("Pyodide already fatally failed and can no longer be used.", { cause: context.dead.cause });
  }
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
  if (thrown instanceof PythonError || thrown instanceof Error) return thrown;
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
