/** Iteration: iterables, iterators, and generators. */
import { Kind, PyFlag, SLOT_SIZE } from "#abi";
import { context } from "../context.ts";
import { decode } from "../frame.ts";
import type { PyProxy } from "../interface.ts";
import { check } from "./attributes.ts";
import { ask } from "./base.ts";
import { decodeItem } from "./item.ts";
import { addressOf, endLifetime, own, type State, stateOf, writeFrame } from "./state.ts";

const EXHAUSTED = "This borrowed proxy was automatically destroyed when an iterator was exhausted.";

export type Step = IteratorResult<unknown, unknown>;

type StepExport = (object: number, frame: number) => Kind;

/** One step of a Python iterator, whose results are items of `owner`. */
function step(iterator: State, owner: State, advance: StepExport, argument: unknown): Step {
  const frame = writeFrame(iterator, [argument, undefined]); // the second slot is for a return value
  const kind = check(() => advance(addressOf(iterator), frame));
  if (kind === Kind.DONE) return { done: true, value: decode(frame + SLOT_SIZE) };
  return { done: false, value: decodeItem(owner, frame, kind) };
}

/** Proxies that an iteration has given out. They end with it, unless it is left early. */
export class Lent {
  readonly #states: State[] = [];

  add(value: unknown): void {
    const state = stateOf(value);
    if (state && state.proxy === value) this.#states.push(state);
  }

  end(): void {
    for (const state of this.#states) endLifetime(state.lifetime, EXHAUSTED);
  }
}

const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;

/** An iteration over a Python iterable. */
class Iteration {
  readonly #owner: State;
  readonly #iterator: State;
  /** An adaptor owns its items itself. */
  readonly #lent: Lent | undefined;

  constructor(owner: State) {
    this.#owner = owner;
    this.#iterator = own(ask<PyProxy>(owner, context.wasm.py_iter));
    this.#lent = owner.flags & PyFlag.IS_JSON_ADAPTOR_SEQUENCE ? undefined : new Lent();
  }

  next(): Step {
    if (this.#iterator.lifetime.address === 0) return { done: true, value: undefined };
    let result: Step;
    try {
      result = step(this.#iterator, this.#owner, context.wasm.py_send, undefined);
    } catch (error) {
      endLifetime(this.#iterator.lifetime);
      throw error;
    }
    if (result.done) {
      endLifetime(this.#iterator.lifetime);
      this.#lent?.end();
    } else this.#lent?.add(result.value);
    return result;
  }

  return(value?: unknown): Step {
    endLifetime(this.#iterator.lifetime);
    return { done: true, value };
  }
}
Object.setPrototypeOf(Iteration.prototype, IteratorPrototype);

export const iterable = {
  [Symbol.iterator](): Iterator<unknown> {
    return new Iteration(own(this));
  },
};

export const iterator = {
  [Symbol.iterator](): unknown {
    return this;
  },

  /** A generator receives the argument. */
  next(argument?: unknown): Step {
    const state = own(this);
    return step(state, state, context.wasm.py_send, argument);
  },
};

export const generator = {
  /** Raises the error where the generator waits. */
  throw(error: unknown): Step {
    const state = own(this);
    return step(state, state, context.wasm.py_throw, error);
  },

  /** Ends the generator where it waits, with this value unless its `finally` has another. */
  return(value?: unknown): Step {
    const state = own(this);
    return step(state, state, context.wasm.py_return, value);
  },
};
