/** Asynchronous iteration: iterables, iterators, and generators. Every step is a coroutine of `_pyodide._pyproxy`. */
import type { PyProxy } from "../interface.ts";
import { promiseFor } from "./awaitable.ts";
import { callAddress } from "./call.ts";
import { callHelper, helper } from "./helper.ts";
import { Lent, type Step } from "./iterate.ts";
import { addressOf, own } from "./state.ts";

async function step(name: string, iterator: unknown, argument: unknown): Promise<Step> {
  addressOf(own(iterator));
  const coroutine = callHelper(name, iterator, argument) as PyProxy;
  const promise = promiseFor(coroutine);
  coroutine.destroy();
  const pair = (await promise) as PyProxy;
  const result = { done: pair.get(0) as boolean, value: pair.get(1) as unknown };
  pair.destroy();
  return result;
}

/** An iteration over a Python asynchronous iterable. */
class AsyncIteration {
  readonly #iterator: PyProxy;
  readonly #lent = new Lent();

  constructor(iterable: unknown) {
    addressOf(own(iterable));
    this.#iterator = callAddress(helper("builtins.aiter"), [iterable]) as PyProxy;
  }

  async next(): Promise<Step> {
    if (own(this.#iterator).lifetime.address === 0) return { done: true, value: undefined };
    let result: Step;
    try {
      result = await step("anext", this.#iterator, undefined);
    } catch (error) {
      this.#iterator.destroy();
      throw error;
    }
    if (result.done) {
      this.#iterator.destroy();
      this.#lent.end();
    } else this.#lent.add(result.value);
    return result;
  }

  async return(value?: unknown): Promise<Step> {
    this.#iterator.destroy();
    return { done: true, value };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

export const asyncIterable = {
  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    return new AsyncIteration(this);
  },
};

export const asyncIterator = {
  [Symbol.asyncIterator](): unknown {
    return this;
  },

  /** A generator receives the argument. */
  next(argument?: unknown): Promise<Step> {
    return step("anext", this, argument);
  },
};

export const asyncGenerator = {
  /** Raises the error where the generator waits. */
  throw(error: unknown): Promise<Step> {
    return step("athrow", this, error);
  },

  /** Ends the generator where it waits, with this value. */
  return(value?: unknown): Promise<Step> {
    return step("areturn", this, value);
  },
};
