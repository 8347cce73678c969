/** What a PyProxy knows, and how long it lives. */
import { context } from "../context.ts";
import type { PyProxy } from "../interface.ts";

/**
 * The reference to a Python object that one proxy and its aliases share. It never points to a proxy, so the
 * finalisation registry may hold it.
 */
export interface Lifetime {
  /** Address of the Python object, a counted reference; 0 once it is destroyed. */
  address: number;
  /** Lifetimes of cached attributes: they end with this one. */
  children: Lifetime[] | undefined;
  /** Why it was destroyed. */
  message: string | undefined;
  /** The finalisation registry knows it. */
  registered: boolean;
}

/** What a proxy handler needs. It is the Proxy's target itself, or hangs on the function that is. */
export class State {
  readonly lifetime: Lifetime;
  /** PyFlag bits, with the JSON adaptor bits of this proxy. */
  readonly flags: number;
  /** Attribute proxies by the identity of what they stand for. */
  attributes: Map<number, PyProxy> | undefined = undefined;
  /** Keeps the proxy alive whose attribute this is. */
  owner: PyProxy | undefined = undefined;
  /** The proxy itself: tells it from an object that merely inherits from it or wraps it. */
  proxy: PyProxy | undefined = undefined;
  /** Handed back to Python it stays a proxy (JsDoubleProxy) instead of becoming the Python object. */
  roundtrip = false;
  /** What `bind` and `captureThis` have fixed. */
  call: { receiver: unknown; bound: boolean; args: readonly unknown[]; captureThis: boolean } | undefined = undefined;
  /** A function target refers to its state by this name; so does a state that is the target. */
  readonly state: State = this;

  constructor(lifetime: Lifetime, flags: number) {
    this.lifetime = lifetime;
    this.flags = flags;
  }
}

/** The key under which a proxy handler gives out the state. Nobody else has this symbol. */
export const STATE = Symbol("PyProxy");

/** The state of a PyProxy; undefined for anything else. May run code of foreign Proxies, never throws. */
export function stateOf(value: object): State | undefined {
  let state: unknown;
  try {
    state = (value as { [STATE]?: unknown })[STATE];
  } catch {
    return undefined;
  }
  return state instanceof State && state.proxy === value ? state : undefined;
}

/** The state of the `this` of a method. */
export function own(proxy: unknown): State {
  const state = typeof proxy === "object" || typeof proxy === "function" ? proxy && stateOf(proxy) : undefined;
  if (!state) throw new TypeError("Not a PyProxy");
  return state;
}

/** The Python object of a proxy that is alive. */
export function addressOf(state: State): number {
  const { address } = state.lifetime;
  if (address === 0) throw destroyedError(state.lifetime);
  return address;
}

function destroyedError(lifetime: Lifetime): Error {
  const message = "Object has already been destroyed";
  return new Error(lifetime.message ? `${message}\n${lifetime.message}` : message);
}

/** Ends a lifetime and those of its attributes; nothing if it has ended. */
export function endLifetime(lifetime: Lifetime, message?: string): void {
  const { address, children } = lifetime;
  if (address === 0) return;
  lifetime.address = 0;
  lifetime.message = message;
  lifetime.children = undefined;
  context.liveProxies--;
  if (lifetime.registered) context.registry.unregister(lifetime);
  for (const child of children ?? []) {
    endLifetime(
      child,
      "This borrowed attribute proxy was automatically destroyed in the process of destroying the proxy it was borrowed from.",
    );
  }
  if (!context.dead) context.wasm.py_release(address);
}
