/** The proxies made for a call live until it is over: at once, or when its promise or generator has ended (4.7). */
import type { PyProxy } from "../interface.ts";
import { adopt } from "../pyproxy/proxy.ts";
import { endLifetime, stateOf } from "../pyproxy/state.ts";

const DESTROYED =
  "This borrowed proxy was automatically destroyed at the end of a function call. " +
  "Try using create_proxy or create_once_callable.";

type Step = { readonly done?: boolean };

export function destroy(proxies: readonly PyProxy[]): void {
  for (const proxy of proxies) {
    const state = stateOf(proxy);
    if (state) endLifetime(state.lifetime, DESTROYED);
  }
}

function isPromise(value: object): value is PromiseLike<unknown> {
  if (value instanceof Promise) return true;
  try {
    return typeof value === "object" && !stateOf(value) && typeof (value as { then?: unknown }).then === "function";
  } catch {
    return false;
  }
}

function isGenerator(value: object): value is Generator<unknown> | AsyncGenerator<unknown> {
  try {
    const tag = Object.prototype.toString.call(value);
    return tag === "[object Generator]" || tag === "[object AsyncGenerator]";
  } catch {
    return false;
  }
}

/** Calls `end` when the generator has finished, whoever drives it. */
function whenGeneratorEnds(generator: Generator<unknown> | AsyncGenerator<unknown>, end: () => void): void {
  const watch = (step: Step): void => {
    if (step.done) end();
  };
  for (const name of ["next", "return", "throw"] as const) {
    const method = generator[name] as (...args: unknown[]) => Step | Promise<Step>;
    const value = (...args: unknown[]): unknown => {
      try {
        const step = method.apply(generator, args);
        if (step instanceof Promise) step.then(watch, end);
        else watch(step);
        return step;
      } catch (error) {
        end();
        throw error;
      }
    };
    Object.defineProperty(generator, name, { value, configurable: true, writable: true });
  }
}

/** A call that got these proxies has given `result`. */
export function releaseAfter(result: unknown, proxies: readonly PyProxy[]): void {
  const end = (): void => destroy(proxies);
  if ((typeof result !== "object" && typeof result !== "function") || result === null) {
    end();
  } else if (isPromise(result)) {
    proxies.forEach(adopt); // it may never be settled
    // Not before those who await it by now have its value, which may be one of the proxies.
    const soon = (): void => queueMicrotask(end);
    result.then(soon, soon);
  } else if (isGenerator(result)) {
    proxies.forEach(adopt);
    whenGeneratorEnds(result, end);
  } else {
    end();
  }
}
