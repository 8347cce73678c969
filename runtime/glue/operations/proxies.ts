/** PyProxies that Python makes on purpose: create_proxy and its relatives. */
import { JsOp } from "#abi";
import { releaseAfter } from "../imports/lifetime.ts";
import type { PyProxy } from "../interface.ts";
import { invoke } from "../pyproxy/call.ts";
import { withGet } from "../pyproxy/item.ts";
import { endLifetime, own, stateOf } from "../pyproxy/state.ts";
import { asObject, type Result, unwrapped } from "./result.ts";

const DESTROYED = "This borrowed proxy was destroyed with destroy_proxies.";

/** A function that may be called once; its Python callable ends with that call. */
function makeOnce(callable: PyProxy): unknown {
  const state = own(callable);
  let used = false;
  const use = (message: string): void => {
    if (used) throw new Error(message);
    used = true;
  };
  const once = (...args: unknown[]): unknown => {
    use("OnceProxy can only be called once");
    try {
      return invoke(state, undefined, args);
    } finally {
      endLifetime(state.lifetime);
    }
  };
  once.destroy = (): void => {
    use("OnceProxy has already been destroyed");
    endLifetime(state.lifetime);
  };
  return once;
}

export const proxies = {
  /** The argument is a proxy of its own, made for this operation. */
  [JsOp.PROXY_NEW](_: unknown, proxy: PyProxy, captureThis: boolean, roundtrip: boolean): Result {
    const state = own(proxy);
    state.roundtrip = roundtrip;
    if (captureThis) state.call = { receiver: undefined, bound: false, args: [], captureThis };
    return asObject(proxy);
  },

  [JsOp.PROXY_NEW_ONCE](_: unknown, callable: PyProxy): unknown {
    return makeOnce(callable);
  },

  [JsOp.PROXY_DESTROY](proxy: PyProxy): void {
    endLifetime(own(proxy).lifetime);
  },

  [JsOp.PROXY_UNWRAP](proxy: PyProxy): Result {
    return unwrapped(proxy);
  },

  [JsOp.PROXY_NEW_JSON](_: unknown, proxy: PyProxy): Result {
    return asObject(withGet.asJsJson.call(proxy));
  },

  [JsOp.PROXY_DESTROY_AFTER](result: unknown, list: readonly PyProxy[]): void {
    releaseAfter(result, list);
  },

  [JsOp.PROXY_DESTROY_ALL](_: unknown, list: Iterable<unknown>): void {
    for (const item of list) {
      const state = stateOf(item);
      if (state) endLifetime(state.lifetime, DESTROYED);
    }
  },
};
