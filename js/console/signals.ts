/* Ctrl-C for Python that computes. Page and Python share one thread, so Python has to pause for the page to hear it. */

import { connectSignals } from "../src/api/interrupts.ts";
import type { PyodideModule } from "../src/types/emscripten.ts";

const SIGINT = 2;
const SIGVTALRM = 26;

/** How long Python computes between two pauses. */
const STRETCH_MILLISECONDS = 100;

/** The signals that CPython polls for: an alarm at the end of each stretch, upon which the session pauses, and Ctrl-C. */
export class Signals {
  #interrupted = false;
  #end = 0;
  #block = 0;

  /** What the runtime looks at while Python waits. */
  get pending(): boolean {
    return this.#interrupted;
  }

  get 0(): number {
    if (this.#interrupted) {
      this.#interrupted = false;
      return SIGINT;
    }
    const now = performance.now();
    if (now < this.#end) return 0;
    this.#end = now + STRETCH_MILLISECONDS;
    return SIGVTALRM;
  }

  set 0(_cleared: number) {}

  /** Takes the place of the module's interrupt buffer. */
  install(module: PyodideModule): void {
    connectSignals(module, this);
  }

  interrupt(): void {
    this.#interrupted = true;
  }

  /** The same for what has been interrupted, but was not on top of the stack. */
  interruptLater = (): void => {
    const block = this.#block;
    setTimeout(() => {
      if (block === this.#block) this.interrupt();
    });
  };

  /** A block of input begins: nothing meant for the last one is meant for it. */
  begin(): void {
    this.#interrupted = false;
    this.#block++;
  }

  /** A turn of the page's event loop, in which it hears keys and draws. */
  pause = (): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(() => {
        this.#end = performance.now() + STRETCH_MILLISECONDS;
        resolve();
      });
    });
}
