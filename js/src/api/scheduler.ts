/* Runs callbacks on the host's event loop, soon or later. */

/** Delays up to this are not worth a timer. */
const IMMEDIATE_MILLISECONDS = 2;

/** Longer ones would wrap around to none. */
const LONGEST_MILLISECONDS = 2 ** 31 - 1;

type Soon = (callback: () => void) => void;

/** Keeps a scheduled callback from being called. */
export type Cancel = () => void;

/** Chosen at first use: an open MessagePort keeps a process alive. */
let soon: Soon | undefined;

/** Calls `callback` after `milliseconds`, in the next turn of the event loop if that is about now. */
export function scheduleCallback(callback: () => void, milliseconds = 0): Cancel {
  if (milliseconds > IMMEDIATE_MILLISECONDS) {
    const timer = setTimeout(callback, Math.min(milliseconds, LONGEST_MILLISECONDS));
    return () => clearTimeout(timer);
  }
  let wanted = true;
  soon ??= chooseSoon();
  soon(() => {
    if (wanted) callback();
  });
  return () => {
    wanted = false;
  };
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
