/* Turns of Python's event loop: the host's half of pyodide.webloop. */

import type { Core, PyCallable } from "../../../runtime/glue/interface.ts";
import type { InternalAPI } from "../types/api.ts";
import { type Cancel, scheduleCallback } from "./scheduler.ts";

/**
 * Gives `requestTurn`. Python's function is held while it is going to be called: it returns the milliseconds until it
 * wants to be called again, or undefined. There is one event loop, so it is the same function each time.
 */
export function turnRequester(core: Core): InternalAPI["requestTurn"] {
  let turn: PyCallable | undefined;
  let cancel: Cancel | undefined;

  function schedule(milliseconds: number): void {
    cancel?.();
    cancel = scheduleCallback(run, milliseconds);
  }

  function run(): void {
    cancel = undefined;
    let wait: number | undefined = 0; // a turn that fails says nothing: the next one will
    try {
      wait = turn?.() as number | undefined;
    } finally {
      if (wait !== undefined && core.fatal === undefined) {
        schedule(wait);
      } else {
        turn?.destroy();
        turn = undefined;
      }
    }
  }

  return (given, milliseconds) => {
    turn ??= given.copy() as unknown as PyCallable;
    schedule(milliseconds);
  };
}
