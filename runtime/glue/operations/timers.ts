/** Timers that can be waited for. */
import { JsOp } from "#abi";
import { context } from "../context.ts";

interface Timer {
  readonly cancel: () => void;
  readonly resolve: () => void;
}

const known = new WeakMap<object, Timer>();

export const timers = {
  /** A host's timer may be early by a fraction, and is limited to 24 days. */
  [JsOp.TIMER](_: unknown, milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    let cancel: (() => void) | undefined;
    let resolve!: () => void;
    const timer = new Promise<void>((fulfil) => {
      resolve = fulfil;
    });
    const wait = (left: number): void => {
      cancel = context.config.schedule(() => {
        const more = end - performance.now();
        if (more > 0) wait(more);
        else resolve();
      }, left);
    };
    if (milliseconds < Number.POSITIVE_INFINITY) wait(milliseconds);
    known.set(timer, { cancel: () => cancel?.(), resolve });
    return timer;
  },

  [JsOp.TIMER_CANCEL](timer: object): void {
    known.get(timer)?.cancel();
  },

  [JsOp.TIMER_END](timer: object): void {
    known.get(timer)?.cancel();
    known.get(timer)?.resolve();
  },
};
