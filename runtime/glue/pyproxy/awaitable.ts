/**
 * Awaitables as promises. They run on the event loop of asyncio as soon as somebody waits for them; the coroutine of an
 * async function does as soon as JavaScript has called that.
 */
import { PyFlag } from "#abi";
import { callHelper } from "./helper.ts";
import { addressOf, own, type State, stateOf } from "./state.ts";

/** The promise for what a Python awaitable gives. */
export function promiseFor(awaitable: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    callHelper("schedule", awaitable, (outcome: () => unknown) => {
      try {
        resolve(outcome());
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** The one promise of a proxy and its copies: most awaitables can be awaited only once. */
function promiseOf(state: State): Promise<unknown> {
  addressOf(state);
  state.awaited ??= { promise: undefined };
  return (state.awaited.promise ??= promiseFor(state.proxy));
}

/** Schedules the result of a call of an async function, as JavaScript would. */
export function scheduleCoroutine<T>(callable: unknown, result: T): T {
  const state = stateOf(result);
  if (state && state.flags & PyFlag.IS_AWAITABLE && callHelper("is_coroutine_of", callable, result)) promiseOf(state);
  return result;
}

export const awaitable = {
  // biome-ignore lint/suspicious/noThenProperty: a PyAwaitable is meant to be awaited
  then(resolved?: (value: unknown) => unknown, rejected?: (error: unknown) => unknown): Promise<unknown> {
    return promiseOf(own(this)).then(resolved, rejected);
  },

  catch(rejected?: (error: unknown) => unknown): Promise<unknown> {
    return promiseOf(own(this)).catch(rejected);
  },

  finally(settled?: () => void): Promise<unknown> {
    return promiseOf(own(this)).finally(settled);
  },
};
