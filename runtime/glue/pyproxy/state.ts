/** What a PyProxy knows, and how long it lives. */
import { SLOT_SIZE } from "#abi";
import { context } from "../context.ts";
import { checkLock } from "../errors.ts";
import { beginFrame, decode, encode } from "../frame.ts";
import type { PyProxy } from "../interface.ts";
import { check } from "./attributes.ts";

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
  /** What object it was, if setDebug asked for that. */
  description: string | undefined;
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
  /** Proxies for items of an adaptor, by address. */
  items: Map<number, PyProxy> | undefined = undefined;
  /** The promise of an awaitable, shared with copies and aliases. */
  awaited: { promise: Promise<unknown> | undefined } | undefined = undefined;
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
export function stateOf(value: unknown): State | undefined {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return undefined;
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
  const state = stateOf(proxy);
  if (!state) throw new TypeError("Not a PyProxy");
  return state;
}

/** The Python object of a proxy that is alive. */
export function addressOf(state: State): number {
  const { address } = state.lifetime;
  if (address === 0) throw destroyedError(state.lifetime);
  checkLock();
  return address;
}

/** A proxy's object, or one that lives for good. */
export type Target = State | number;

/**
 * Writes what is asked of an object into a new frame, with room for a result. Writing may run code that destroys the
 * proxy: the address is to be asked for only afterwards. What the frame owns is given back if it cannot be sent.
 */
export function writeFrame(target: Target, values: ArrayLike<unknown>): number {
  const frame = beginFrame(values.length || 1);
  let written = 0;
  try {
    for (; written < values.length; written++) encode(frame + written * SLOT_SIZE, values[written]);
    if (typeof target !== "number") addressOf(target);
  } catch (error) {
    context.wasm.frame_discard(frame, written);
    throw error;
  }
  return frame;
}

function destroyedError(lifetime: Lifetime): Error {
  const message = lifetime.message || "Object has already been destroyed";
  const detail = lifetime.description ?? "Call pyodide.setDebug(true) before to learn which object it was.";
  return new Error(`${message}\n${detail}`);
}

/** Which object it is, for the message about its use when it is destroyed. */
function describe(address: number): string {
  const type = describeBy(context.wasm.py_type_name, address);
  return `The object was of type "${type}" and had repr "${describeBy(context.wasm.py_repr, address)}"`;
}

function describeBy(question: (object: number, out: number) => number, address: number): string {
  try {
    const out = beginFrame(1);
    check(() => question(address, out));
    return decode(out) as string;
  } catch {
    return "(unknown: asking for it failed)";
  }
}

/** Ends a lifetime and those of its attributes; nothing if it has ended. */
export function endLifetime(lifetime: Lifetime, message?: string): void {
  const { address, children } = lifetime;
  if (address === 0) return;
  if (context.debug && !context.dead) lifetime.description = describe(address);
  lifetime.address = 0;
  lifetime.message = message;
  lifetime.children = undefined;
  context.liveProxies--;
  context.tracer?.ended(lifetime);
  context.recording?.lifetimes.delete(lifetime);
  if (lifetime.registered) context.registry.unregister(lifetime);
  for (const child of children ?? []) {
    endLifetime(
      child,
      "This borrowed attribute proxy was automatically destroyed in the process of destroying the proxy it was borrowed from. " +
        "Keep a copy() of it to use it for longer.",
    );
  }
  if (!context.dead) context.wasm.py_release(address);
}
