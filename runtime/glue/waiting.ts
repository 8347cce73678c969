/** Waiting for promises: what a suspended task waits for, and how an interrupt reaches it. */
import { Kind } from "#abi";
import { context } from "./context.ts";
import { fail, PythonError } from "./errors.ts";
import { answer } from "./frame.ts";
import { suspending } from "./task.ts";

/** The outcome of a promise that was rejected. */
class Rejected {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** The outcome of a wait that a signal has ended before the promise was settled. */
const INTERRUPTED = Symbol("interrupted");

/** How often the interrupt buffer is looked at while somebody waits: nobody tells when it is written to. */
const POLL_MILLISECONDS = 10;

export type Waiter = (outcome: unknown) => void;

/** The outcome of the promise. It never rejects: no exception may pass through C. */
function outcomeOf(promise: PromiseLike<unknown>): Promise<unknown> {
  const outcome = Promise.resolve(promise).then(undefined, (error) => new Rejected(error));
  if (Module.Py_EmscriptenSignalBuffer === undefined) return outcome;
  return new Promise((resolve) => {
    const { waiters } = context;
    waiters.add(resolve);
    outcome.then((value) => {
      waiters.delete(resolve);
      resolve(value);
    });
    watchForInterrupts();
  });
}

/** Ends the wait of who has waited for the shortest time. False if nobody waits. */
function wakeLatest(outcome: unknown): boolean {
  const { waiters } = context;
  const latest = [...waiters].at(-1);
  if (latest === undefined) return false;
  waiters.delete(latest);
  latest(outcome);
  return true;
}

/** While anybody waits, a signal in the interrupt buffer goes to who has waited for the shortest time. */
function watchForInterrupts(): void {
  if (context.watch !== undefined) return;
  const { waiters } = context;
  const timer = setInterval(() => {
    if (waiters.size === 0) {
      clearInterval(timer);
      context.watch = undefined;
    } else if (Module.Py_EmscriptenSignalBuffer?.pending) {
      wakeLatest(INTERRUPTED);
    }
  }, POLL_MILLISECONDS);
  (timer as { unref?: () => void }).unref?.(); // Node: what is waited for keeps the process alive, or nothing does
  context.watch = timer;
}

/** KeyboardInterrupt goes to who has waited for the shortest time. False for other errors, and if nobody waits. */
export function passInterrupt(error: unknown): boolean {
  const interrupt = error instanceof PythonError && error.type === "KeyboardInterrupt";
  return interrupt && wakeLatest(new Rejected(error));
}

/** For C: waits, on engines that can. */
export const jsv_await = suspending((promise: unknown): unknown => outcomeOf(promise as PromiseLike<unknown>));

/** For C: the outcome of jsv_await. MISSING: there is a signal to be handled first. */
export function jsv_settled(outcome: unknown, out: number): Kind {
  if (outcome === INTERRUPTED) return Kind.MISSING;
  if (outcome instanceof Rejected) return fail(out, outcome.error);
  try {
    return answer(out, outcome);
  } catch (error) {
    return fail(out, error);
  }
}
