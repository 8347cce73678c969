/** Making PyProxies: lifetimes, targets, and the finalisation registry. */
import { PyFlag } from "#abi";
import { context } from "../context.ts";
import type { PyProxy } from "../interface.ts";
import { invoke } from "./call.ts";
import { handlerOf } from "./handler.ts";
import { endLifetime, type Lifetime, State, stateOf } from "./state.ts";

/** Proxies are told to the finalisation registry in batches: most are destroyed before their batch is full. */
const YOUNG_MAX = 512;

/** A proxy for an object whose reference it takes over. */
function make(lifetime: Lifetime, flags: number): State {
  const state = new State(lifetime, flags);
  const target = flags & PyFlag.IS_CALLABLE ? functionTarget(state) : state;
  state.proxy = new Proxy(target, handlerOf(flags)) as unknown as PyProxy;
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
  return { address, children: undefined, message: undefined, registered: false };
}

/** A proxy that lives until it is destroyed or collected. Takes over the reference. */
export function newProxy(address: number, flags: number): PyProxy {
  const proxy = newBorrowedProxy(address, flags);
  adopt(proxy);
  return proxy;
}

/** A proxy that somebody will destroy: the finalisation registry need not know it. Takes over the reference. */
export function newBorrowedProxy(address: number, flags: number): PyProxy {
  return make(newLifetime(address), flags).proxy!;
}

/** A second proxy with the lifetime of the first. */
export function newAlias(state: State, change: (alias: State) => void, flags = state.flags): PyProxy {
  const alias = make(state.lifetime, flags);
  // The finalisation registry knows the original only: it must live as long as the alias.
  alias.owner = state.proxy;
  change(alias);
  return alias.proxy!;
}

/** A proxy for an attribute, which its owner keeps and destroys. Takes over the reference. */
export function newAttributeProxy(
  state: State,
  owner: unknown,
  address: number,
  flags: number,
  identity: number,
): PyProxy {
  const lifetime = newLifetime(address);
  const child = make(lifetime, flags);
  child.owner = owner as PyProxy;
  (state.attributes ??= new Map()).set(identity, child.proxy!);
  (state.lifetime.children ??= []).push(lifetime);
  return child.proxy!;
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
