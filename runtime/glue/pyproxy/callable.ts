/** What callable PyProxies have beyond being functions. */
import type { PyProxy } from "../interface.ts";
import { callKwargs, invoke, splitKwargs } from "./call.ts";
import { newAlias } from "./proxy.ts";
import { own } from "./state.ts";

const NOTHING_FIXED = { receiver: undefined, bound: false, args: [], captureThis: false } as const;

export const callable = {
  apply(receiver: unknown, args: ArrayLike<unknown> | null | undefined): unknown {
    return invoke(own(this), receiver, Array.from(args ?? []));
  },

  call(receiver: unknown, ...args: unknown[]): unknown {
    return invoke(own(this), receiver, args);
  },

  /** As Function.prototype.bind; the result shares its lifetime with this proxy. The first receiver wins. */
  bind(receiver: unknown, ...args: unknown[]): PyProxy {
    const state = own(this);
    const fixed = state.call ?? NOTHING_FIXED;
    return newAlias(state, (alias) => {
      alias.call = {
        receiver: fixed.bound ? fixed.receiver : receiver,
        bound: true,
        args: [...fixed.args, ...args],
        captureThis: fixed.captureThis,
      };
    });
  },

  /** A proxy that passes its `this` as first argument; it shares its lifetime with this proxy. */
  captureThis(): PyProxy {
    const state = own(this);
    return newAlias(state, (alias) => {
      alias.call = { ...(state.call ?? NOTHING_FIXED), captureThis: true };
    });
  },

  /** The last argument is an object of keyword arguments. */
  callKwargs(...args: unknown[]): unknown {
    const state = own(this);
    const [positional, keywords] = splitKwargs(args);
    const fixed = state.call ?? NOTHING_FIXED;
    const all = [...fixed.args, ...positional];
    if (fixed.captureThis) all.unshift(fixed.receiver);
    return callKwargs(state, all, keywords);
  },
};
