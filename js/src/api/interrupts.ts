/* Signals from other threads: a number in shared memory, which CPython takes while it runs. */

import type { FSInternals, PyodideModule } from "../types/emscripten.ts";
import type { TypedArray } from "../types/ffi.ts";

/**
 * A buffer as CPython polls it: reading item 0 takes the signal.
 *
 * CPython itself reads the item and then writes 0 to it (Python/emscripten_signal.c), which loses a signal that another
 * thread writes in between. Here nothing is written where there was no signal.
 */
export class SignalBuffer {
  readonly #buffer: TypedArray;

  constructor(buffer: TypedArray) {
    this.#buffer = buffer;
  }

  /** Whether there is a signal. It stays. */
  get pending(): boolean {
    return Boolean(this.#buffer[0]);
  }

  get 0(): number {
    const signal = Number(this.#buffer[0]);
    if (signal) this.#buffer[0] = 0;
    return signal;
  }

  set 0(_cleared: number) {}
}

/** CPython polls the buffer as long as its flag is set. Raises TypeError for what cannot hold a number. */
export function setInterruptBuffer(module: PyodideModule, buffer: TypedArray | null | undefined): void {
  const given = buffer ?? undefined;
  if (given !== undefined && !(ArrayBuffer.isView(given) && typeof given[0] === "number")) {
    throw new TypeError("setInterruptBuffer takes a typed array with room for a number, or undefined");
  }
  connectSignals(module, given && new SignalBuffer(given));
}

/** Has CPython poll what has item 0 and `pending` of a SignalBuffer, or nothing. */
export function connectSignals(module: PyodideModule, signals: PyodideModule["Py_EmscriptenSignalBuffer"]): void {
  module.Py_EmscriptenSignalBuffer = signals;
  module.HEAP8[module._Py_EMSCRIPTEN_SIGNAL_HANDLING] = signals === undefined ? 0 : 1;
}

/**
 * Throws what the handler of a pending signal raises. Within a system call, as in a stream's handler, Python cannot be
 * entered; then it throws EINTR, upon which Python runs the handler itself.
 */
export function checkInterrupt({ core, FS, ERRNO_CODES, Py_EmscriptenSignalBuffer: signals }: PyodideModule): void {
  if (!core.checkSignals() && signals?.pending) {
    throw new (FS as unknown as FSInternals).ErrnoError(ERRNO_CODES.EINTR as number);
  }
}
