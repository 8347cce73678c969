/* Runs callbacks on the host's event loop, soon or later. */

/** Delays up to this are not worth a timer. */
const IMMEDIATE_MILLISECONDS = 2;

/** Longer ones would wrap around to none. */
const LONGEST_MILLISECONDS = 2 ** 31 - 1;

type Soon = (callback: () => void) => void;

/** Chosen at first use: an open MessagePort keeps a process alive. */
let soon: Soon | undefined;

/** Calls `callback` after `milliseconds`, in the next turn of the event loop if that is about now. */
export function scheduleCallback(callback: () => void, milliseconds = 0): void {
  if (milliseconds <= IMMEDIATE_MILLISECONDS) {
    soon ??= chooseSoon();
    soon(callback);
  } else {
    setTimeout(callback, Math.min(milliseconds, LONGEST_MILLISECONDS));
  }
}

/** The fastest way to another turn of the event loop. Timers are clamped to 4 ms in browsers once they nest. */
function chooseSoon(): Soon {
  if (typeof setImmediate === "function") return (callback) => void setImmediate(callback);
  if (typeof MessageChannel === "function") return throughMessages(new MessageChannel());
  return (callback) => void setTimeout(callback, 0);
}

function throughMessages({ port1, port2 }: MessageChannel): Soon {
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return (callback) => {
    waiting.push(callback);
    port2.postMessage(undefined);
  };
}
