/** Iterators and generators, also asynchronous ones. */
import { JsOp } from "#abi";
import { raiseFromPython } from "../errors.ts";
import { done, MISSING } from "./result.ts";

type Step = { readonly done?: boolean; readonly value?: unknown };

/** What `next` of a synchronous iterator has given, for Python; MISSING if it is no iterator, or an asynchronous one. */
function finish(step: unknown): unknown {
  if (typeof step !== "object" || step === null || step instanceof Promise) return MISSING;
  return (step as Step).done ? done((step as Step).value) : (step as Step).value;
}

/** What to throw into a generator: what was given, or the exception that Python has set. */
function thrown(error: unknown): unknown {
  return error === undefined ? raiseFromPython() : error;
}

export const iterators = {
  [JsOp.ITERATE](object: Iterable<unknown>): unknown {
    return object[Symbol.iterator]();
  },

  [JsOp.NEXT](iterator: Generator<unknown>, value: unknown): unknown {
    return finish(iterator.next(value));
  },

  [JsOp.THROW](generator: Generator<unknown>, error: unknown): unknown {
    return finish(generator.throw(thrown(error)));
  },

  [JsOp.RETURN](generator: Generator<unknown>): unknown {
    return finish(generator.return(undefined));
  },

  [JsOp.ASYNC_ITERATE](object: AsyncIterable<unknown>): unknown {
    return object[Symbol.asyncIterator]();
  },

  [JsOp.ASYNC_NEXT](iterator: AsyncGenerator<unknown>, value: unknown): unknown {
    return Promise.resolve(iterator.next(value));
  },

  [JsOp.ASYNC_THROW](generator: AsyncGenerator<unknown>, error: unknown): unknown {
    return Promise.resolve(generator.throw(thrown(error)));
  },

  [JsOp.ASYNC_RETURN](generator: AsyncGenerator<unknown>): unknown {
    return Promise.resolve(generator.return(undefined));
  },
};
