/**
 * The property protocol of PyProxies: JavaScript's members first, then Python's attributes. One handler per set of
 * flags, cached; the members of its class come from classes.ts.
 */
import { PyFlag } from "#abi";
import type { PyProxy } from "../interface.ts";
import { attributeNames, deleteAttribute, getAttribute, hasAttribute, setAttribute } from "./attributes.ts";
import { prototypeOf } from "./classes.ts";
import { STATE, type State } from "./state.ts";

type Target = State; // or a function with a `state`

/** Members of Function.prototype that a callable shows from Python, if at all. */
const NOT_FROM_FUNCTION = new Set<PropertyKey>(["name", "length", "caller", "arguments"]);

/** `$name` is Python's `name` even if JavaScript has a member of that name. */
function pythonName(key: string): string {
  return key.startsWith("$") ? key.slice(1) : key;
}

class Handler implements ProxyHandler<Target> {
  readonly #prototype: object;
  /** The names of the prototype chain's members. */
  readonly #members: ReadonlySet<PropertyKey>;

  constructor(flags: number) {
    this.#prototype = prototypeOf(flags);
    this.#members = memberNames(this.#prototype, (flags & PyFlag.IS_CALLABLE) !== 0);
  }

  get(target: Target, key: PropertyKey, receiver: unknown): unknown {
    if (key === STATE) return target.state;
    if (this.#members.has(key)) return Reflect.get(this.#prototype, key, receiver);
    if (typeof key === "symbol") return Reflect.get(target, key);
    return getAttribute(target.state, target.state.proxy, pythonName(key as string));
  }

  has(target: Target, key: PropertyKey): boolean {
    if (this.#members.has(key)) return true;
    if (typeof key === "symbol") return key !== STATE && Reflect.has(target, key);
    return hasAttribute(target.state, pythonName(key as string));
  }

  set(target: Target, key: PropertyKey, value: unknown, receiver: unknown): boolean {
    if (typeof key === "symbol") return Reflect.set(target, key, value);
    if (this.#members.has(key)) return Reflect.set(this.#prototype, key, value, receiver);
    setAttribute(target.state, pythonName(key as string), value);
    return true;
  }

  deleteProperty(target: Target, key: PropertyKey): boolean {
    if (typeof key === "symbol") return Reflect.deleteProperty(target, key);
    if (this.#members.has(key)) return false;
    deleteAttribute(target.state, pythonName(key as string));
    return true;
  }

  ownKeys(target: Target): (string | symbol)[] {
    const symbols = Object.getOwnPropertySymbols(target);
    return [...new Set([...attributeNames(target.state), ...symbols])];
  }

  getOwnPropertyDescriptor(target: Target, key: PropertyKey): PropertyDescriptor | undefined {
    if (!this.has(target, key) || this.#members.has(key)) return undefined;
    return { value: this.get(target, key, target.state.proxy), writable: true, enumerable: true, configurable: true };
  }

  defineProperty(target: Target, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    if (typeof key === "symbol") return Reflect.defineProperty(target, key, descriptor);
    return "value" in descriptor && this.set(target, key, descriptor.value, target.state.proxy);
  }

  getPrototypeOf(): object {
    return this.#prototype;
  }

  setPrototypeOf(): boolean {
    return false;
  }

  isExtensible(): boolean {
    return true;
  }

  preventExtensions(): boolean {
    return false;
  }
}

function memberNames(prototype: object, callable: boolean): ReadonlySet<PropertyKey> {
  const names = new Set<PropertyKey>();
  for (let p: object | null = prototype; p !== null; p = Object.getPrototypeOf(p) as object | null) {
    for (const key of Reflect.ownKeys(p)) {
      if (!(callable && p === Function.prototype && NOT_FROM_FUNCTION.has(key))) names.add(key);
    }
  }
  return names;
}

const handlers = new Map<number, Handler>();

/** The handler for proxies with these flags. */
export function handlerOf(flags: number): ProxyHandler<Target> {
  let handler = handlers.get(flags);
  if (handler === undefined) handlers.set(flags, (handler = new Handler(flags)));
  return handler;
}

export type { PyProxy };
