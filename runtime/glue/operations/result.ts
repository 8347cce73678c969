/** Results of operations that are no plain values. */
import { Kind, SLOT_AUX, SLOT_LO, SLOT_SIZE } from "#abi";
import { context } from "../context.ts";
import { answer, encodeHandle, preparedFlags } from "../frame.ts";
import type { PyProxy } from "../interface.ts";
import { addressOf, endLifetime, own } from "../pyproxy/state.ts";

/** Writes itself into the frame of an operation, which has two slots at least. */
export class Result {
  readonly write: (frame: number) => Kind;

  constructor(write: (frame: number) => Kind) {
    this.write = write;
  }
}

/** No such key or index. */
export const MISSING = new Result(() => Kind.MISSING);

/** An iterator has ended. */
export function done(value: unknown): Result {
  return new Result((frame) => {
    answer(frame + SLOT_SIZE, value);
    return Kind.DONE;
  });
}

/** The Python object of a proxy, which stays alive. */
export function unwrapped(proxy: PyProxy): Result {
  return new Result((frame) => {
    const address = addressOf(own(proxy));
    context.wasm.py_retain(address);
    HEAPU32[(frame + SLOT_LO) >>> 2] = address;
    HEAPU32[(frame + SLOT_AUX) >>> 2] = 1;
    return Kind.PYOBJ;
  });
}

/** The same for a proxy that ends here. */
export function given(proxy: PyProxy): Result {
  const { write } = unwrapped(proxy);
  return new Result((frame) => {
    const kind = write(frame);
    endLifetime(own(proxy).lifetime);
    return kind;
  });
}

/** A PyProxy as the JavaScript object that it is. */
export function asObject(proxy: PyProxy): Result {
  return new Result((frame) => encodeHandle(frame, proxy, preparedFlags(proxy)));
}
