/** Making PyProxies: lifetimes, targets, and the finalisation registry. */
import { PyFlag } from "#abi";
import { context } from "../context.ts";
import type { PyProxy } from "../interface.ts";
import { invoke } from "./call.ts";
import type { Handler } from "./handler.ts";
import { handlerOf } from "./handlers.ts";
import { addressOf, endLifetime, type Lifetime, State, stateOf } from "./state.ts";

/** Proxies are told to the finalisation registry in batches: most are destroyed before their batch is full. */
const YOUNG_MAX = 512;

/** A proxy for an object whose reference it takes over. */
function make(lifetime: Lifetime, flags: number, handler = handlerOf(flags)): State {
  const state = new State(lifetime, flags);
  const target = flags & PyFlag.IS_CALLABLE ? functionTarget(state) : state;
  state.proxy = new Proxy(target, handler) as unknown as PyProxy;
  return state;
}

/** A function that refers to its state; as a method it has a `this`, but no `prototype` that would show through. */
function functionTarget(state: State): State {
  const target = {
    call(this: unknown, ...args: unknown[]): unknown {
      return invoke(state, this, args);
    },
  }.call as unknown as { state: State };
  target.state = state;
  return target as State;
}

function newLifetime(address: number): Lifetime {
  context.liveProxies++;
  const lifetime = { address, children: undefined, message: undefined, description: undefined, registered: false };
  context.recording?.lifetimes.add(lifetime);
  return lifetime;
}

function traced({ proxy, lifetime }: State): PyProxy {
  context.tracer?.made(proxy!, lifetime);
  return proxy!;
}

/** A proxy that lives until it is destroyed or collected. Takes over the reference. */
export function newProxy(address: number, flags: number): PyProxy {
  const proxy = newBorrowedProxy(address, flags);
  adopt(proxy);
  return proxy;
}

/** A proxy that somebody will destroy: the finalisation registry need not know it. Takes over the reference. */
export function newBorrowedProxy(address: number, flags: number): PyProxy {
  return traced(make(newLifetime(address), flags));
}

/** A second proxy with the lifetime of the first. */
export function newAlias(state: State, flags: number, handler?: Handler): State {
  const alias = make(state.lifetime, flags, handler);
  // The finalisation registry knows the original only: it must live as long as the alias.
  alias.owner = state.proxy;
  alias.roundtrip = state.roundtrip;
  shareAwaited(state, alias);
  return alias;
}

/** A proxy with a lifetime of its own. */
export function newCopy(state: State): PyProxy {
  const address = addressOf(state);
  context.wasm.py_retain(address);
  const copy = newProxy(address, state.flags);
  stateOf(copy)!.roundtrip = state.roundtrip;
  shareAwaited(state, stateOf(copy)!);
  return copy;
}

/** Most awaitables can be awaited only once: all proxies of one have the same promise. */
function shareAwaited(from: State, to: State): void {
  if (from.flags & PyFlag.IS_AWAITABLE) to.awaited = from.awaited ??= { promise: undefined };
}

/** A proxy for an attribute or item, which its owner destroys. Takes over the reference. */
export function newChild(state: State, address: number, flags: number): PyProxy {
  const lifetime = newLifetime(address);
  const child = make(lifetime, flags);
  child.owner = state.proxy;
  (state.lifetime.children ??= []).push(lifetime);
  return traced(child);
}

/** Lets the finalisation registry look after a proxy. */
export function adopt(proxy: PyProxy): void {
  if (context.young.push(proxy) === 1) queueMicrotask(registerYoung);
  else if (context.young.length >= YOUNG_MAX) registerYoung();
}

function registerYoung(): void {
  for (const proxy of context.young) {
    const state = stateOf(proxy);
    if (state === undefined || state.lifetime.address === 0 || state.lifetime.registered) continue;
    state.lifetime.registered = true;
    context.registry.register(proxy, state.lifetime, state.lifetime);
  }
  context.young.length = 0;
}

export function isAlive(proxy: PyProxy): boolean {
  return (stateOf(proxy)?.lifetime.address ?? 0) !== 0;
}

/** What the finalisation registry does. */
export function finalize(lifetime: Lifetime): void {
  lifetime.registered = false;
  endLifetime(lifetime);
}
