/** Timers that can be waited for. */
import { JsOp } from "#abi";
import { context } from "../context.ts";

const cancels = new WeakMap<object, () => void>();

export const timers = {
  /** A host's timer may be early by a fraction, and is limited to 24 days. */
  [JsOp.TIMER](_: unknown, milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    let cancel: (() => void) | undefined;
    const timer = new Promise<void>((resolve) => {
      const wait = (left: number): void => {
        cancel = context.config.schedule(() => {
          const more = end - performance.now();
          if (more > 0) wait(more);
          else resolve();
        }, left);
      };
      wait(milliseconds);
    });
    cancels.set(timer, () => cancel?.());
    return timer;
  },

  [JsOp.TIMER_CANCEL](timer: object): void {
    cancels.get(timer)?.();
  },
};
