/* Turns of Python's event loop: the host's half of pyodide.webloop. */

import type { Core, PyCallable } from "../../../runtime/glue/interface.ts";
import type { InternalAPI } from "../types/api.ts";
import { type Cancel, scheduleCallback } from "./scheduler.ts";

/**
 * Gives `requestTurn`. Python's function is held while it is going to be called: it returns the milliseconds until it
 * wants to be called again, or undefined. There is one event loop, so it is the same function each time.
 *
 * KeyboardInterrupt that leaves a turn goes to who waits for the loop, as it leaves run_until_complete() elsewhere.
 *
 * A turn may wait, where the engine can switch stacks: then another one does what is left to do.
 */
export function turnRequester(core: Core): InternalAPI["requestTurn"] {
  let turn: PyCallable | undefined;
  let cancel: Cancel | undefined;
  let running = 0;

  function schedule(milliseconds: number): void {
    cancel?.();
    cancel = scheduleCallback(run, milliseconds);
  }

  /** The end of a turn that wants the next one after `wait`. */
  function end(wait: number | undefined): void {
    running--;
    if (wait !== undefined && core.fatal === undefined) {
      schedule(wait);
    } else if (running === 0 && cancel === undefined) {
      turn?.destroy();
      turn = undefined;
    }
  }

  function run(): void {
    cancel = undefined;
    if (turn === undefined) return;
    let ended = false;
    running++;
    core.startTask(turn, [], {
      resolve(wait) {
        ended = true;
        end(wait as number | undefined);
      },
      reject(error) {
        ended = true;
        end(0); // a turn that fails says nothing: the next one will
        if (!core.passInterrupt(error)) {
          queueMicrotask(() => {
            throw error;
          });
        }
      },
    });
    if (!ended) schedule(0);
  }

  return (given, milliseconds) => {
    turn ??= given.copy() as unknown as PyCallable;
    schedule(milliseconds);
  };
}
