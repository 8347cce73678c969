/** What every PyProxy has. */
import type { Kind } from "#abi";
import { context } from "../context.ts";
import { toJs } from "../convert/to_js.ts";
import { beginFrame, decode } from "../frame.ts";
import type { PyProxy, ToJsOptions } from "../interface.ts";
import { check } from "./attributes.ts";
import { newCopy } from "./proxy.ts";
import { addressOf, endLifetime, own, type State } from "./state.ts";

/** Asks an export that answers with one value. */
export function ask<T>(state: State, question: (object: number, out: number) => Kind): T {
  const object = addressOf(state);
  const out = beginFrame(1);
  check(() => question(object, out));
  return decode(out) as T;
}

export const base = {
  get type(): string {
    return ask(own(this), context.wasm.py_type_name);
  },

  get $$flags(): number {
    return own(this).flags;
  },

  get [Symbol.toStringTag](): string {
    return "PyProxy";
  },

  toString(): string {
    return ask(own(this), context.config.pyproxyToStringRepr ? context.wasm.py_repr : context.wasm.py_str);
  },

  /** Gives up the Python object. Nothing if that has happened already. */
  destroy(options: { message?: string; destroyRoundtrip?: boolean } = {}): void {
    const state = own(this);
    if (state.roundtrip && options.destroyRoundtrip === false) return;
    endLifetime(state.lifetime, options.message);
  },

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")](): void {
    endLifetime(own(this).lifetime);
  },

  /** A deep conversion to JavaScript's own structures. */
  toJs(options: ToJsOptions = {}): unknown {
    const state = own(this);
    return toJs(addressOf(state), state.flags, options);
  },

  /** Another proxy of the same object, with a lifetime of its own. */
  copy(): PyProxy {
    return newCopy(own(this));
  },
};
