/** What callable PyProxies have beyond being functions. */
import type { PyProxy } from "../interface.ts";
import { type CallOptions, invoke, invokeKwargs, invokeKwargsRelaxed, invokePromising, invokeRelaxed } from "./call.ts";
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
    const alias = newAlias(state, state.flags);
    alias.call = {
      receiver: fixed.bound ? fixed.receiver : receiver,
      bound: true,
      args: [...fixed.args, ...args],
      captureThis: fixed.captureThis,
    };
    return alias.proxy!;
  },

  /** A proxy that passes its `this` as first argument; it shares its lifetime with this proxy. */
  captureThis(): PyProxy {
    const state = own(this);
    const alias = newAlias(state, state.flags);
    alias.call = { ...(state.call ?? NOTHING_FIXED), captureThis: true };
    return alias.proxy!;
  },

  /** The last argument is an object of keyword arguments. */
  callKwargs(...args: unknown[]): unknown {
    return invokeKwargs(own(this), args);
  },

  /** Drops the arguments that the callable does not take. */
  callRelaxed(...args: unknown[]): unknown {
    return invokeRelaxed(own(this), args);
  },

  callKwargsRelaxed(...args: unknown[]): unknown {
    return invokeKwargsRelaxed(own(this), args);
  },

  /** Gives a promise; Python may wait for others in the meantime. It starts in the next turn of the event loop. */
  callPromising(...args: unknown[]): Promise<unknown> {
    return invokePromising(own(this), args, {});
  },

  callPromisingKwargs(...args: unknown[]): Promise<unknown> {
    return invokePromising(own(this), args, { kwargs: true });
  },

  callWithOptions(options: CallOptions, ...args: unknown[]): unknown {
    const state = own(this);
    if (options.promising) return invokePromising(state, args, options);
    if (options.relaxed) return options.kwargs ? invokeKwargsRelaxed(state, args) : invokeRelaxed(state, args);
    return options.kwargs ? invokeKwargs(state, args) : invoke(state, undefined, args);
  },
};
