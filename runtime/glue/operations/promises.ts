/** Promises, watched from Python. */
import { JsOp } from "#abi";
import { endLifetime, stateOf } from "../pyproxy/state.ts";

type Callback = (value: unknown) => unknown;

/** Callbacks of which one at most is called, and then their proxies end. */
function end(...callbacks: (Callback | undefined)[]): void {
  for (const callback of callbacks) {
    const state = stateOf(callback);
    if (state) endLifetime(state.lifetime, "This callback of a promise was destroyed after the promise was settled.");
  }
}

export const promises = {
  [JsOp.PROMISE_WATCH](promise: PromiseLike<unknown>, resolve: Callback, reject: Callback): void {
    const refuse = (error: unknown): void => {
      try {
        reject(() => {
          throw error; // crossing the border as an exception, it becomes what Python expects
        });
      } finally {
        end(resolve, reject);
      }
    };
    Promise.resolve(promise).then((value) => {
      try {
        resolve(value);
      } catch (error) {
        return refuse(error); // the value cannot cross: it is a proxy that has been destroyed
      }
      end(resolve, reject);
    }, refuse);
  },

  [JsOp.DEFERRED](): Promise<void> {
    let resolve: (() => void) | undefined;
    const promise = new Promise<void>((settle) => {
      resolve = settle;
    });
    return Object.assign(promise, { resolve });
  },

  [JsOp.PROMISE_THEN](promise: PromiseLike<unknown>, fulfilled?: Callback, rejected?: Callback): PromiseLike<unknown> {
    const once = (callback: Callback) => (value: unknown) => {
      try {
        return callback(value);
      } finally {
        end(fulfilled, rejected);
      }
    };
    const fail = (error: unknown): never => {
      throw error;
    };
    return Promise.resolve(promise).then(once(fulfilled ?? ((value) => value)), once(rejected ?? fail));
  },

  [JsOp.PROMISE_FINALLY](promise: PromiseLike<unknown>, callback: Callback): Promise<unknown> {
    return Promise.resolve(promise).finally(() => {
      try {
        return (callback as () => unknown)();
      } finally {
        end(callback);
      }
    });
  },
};
