/* Signals from other threads: a number in shared memory, which CPython takes while it runs. */

import type { FSInternals, PyodideModule } from "../types/emscripten.ts";
import type { TypedArray } from "../types/ffi.ts";

/** CPython polls the buffer as long as its flag is set. Raises TypeError for what cannot hold a number. */
export function setInterruptBuffer(module: PyodideModule, buffer: TypedArray | null | undefined): void {
  const given = buffer ?? undefined;
  if (given !== undefined && !(ArrayBuffer.isView(given) && typeof given[0] === "number")) {
    throw new TypeError("setInterruptBuffer takes a typed array with room for a number, or undefined");
  }
  module.Py_EmscriptenSignalBuffer = given;
  module.HEAP8[module._Py_EMSCRIPTEN_SIGNAL_HANDLING] = given === undefined ? 0 : 1;
}

/**
 * Throws what the handler of a pending signal raises. Within a system call, as in a stream's handler, Python cannot be
 * entered; then it throws EINTR, upon which Python runs the handler itself.
 */
export function checkInterrupt({ core, FS, ERRNO_CODES, Py_EmscriptenSignalBuffer: buffer }: PyodideModule): void {
  if (!core.checkSignals() && buffer?.[0]) {
    throw new (FS as unknown as FSInternals).ErrnoError(ERRNO_CODES.EINTR as number);
  }
}
