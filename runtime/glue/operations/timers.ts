/** Timers that can be waited for. */
import { JsOp } from "#abi";
import { context } from "../context.ts";

/** A promise that is fulfilled when the time has come. */
interface Timer extends Promise<void> {
  cancel(): void;
  end(): void;
}

export const timers = {
  /** A host's timer may be early by a fraction, and is limited to 24 days. */
  [JsOp.TIMER](_: unknown, milliseconds: number): Timer {
    const end = performance.now() + milliseconds;
    let cancel: (() => void) | undefined;
    let resolve!: () => void;
    const timer = new Promise<void>((fulfil) => {
      resolve = fulfil;
    }) as Timer;
    timer.cancel = () => cancel?.();
    timer.end = () => {
      timer.cancel();
      resolve();
    };
    const wait = (left: number): void => {
      cancel = context.config.schedule(() => {
        const more = end - performance.now();
        if (more > 0) wait(more);
        else resolve();
      }, left);
    };
    if (milliseconds < Number.POSITIVE_INFINITY) wait(milliseconds);
    return timer;
  },

  [JsOp.TIMER_CANCEL](timer: Timer): void {
    timer.cancel();
  },

  [JsOp.TIMER_END](timer: Timer): void {
    timer.end();
  },
};
