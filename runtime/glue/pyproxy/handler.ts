/**
 * The property protocol of PyProxies: JavaScript's members first, then what Python has by that name. The traps are all
 * here; what containers do differently they override in the methods behind the traps.
 */
import { attributeNames, deleteAttribute, getAttribute, hasAttribute, setAttribute } from "./attributes.ts";
import { STATE, type State } from "./state.ts";

type Target = State; // or a function with a `state`

/** Members of Function.prototype that a callable shows from Python, if at all. */
const NOT_FROM_FUNCTION = new Set<PropertyKey>(["name", "length", "caller", "arguments"]);

export class Handler implements ProxyHandler<Target> {
  readonly #prototype: object;
  /** The names that are JavaScript's. */
  readonly #members: ReadonlySet<PropertyKey>;

  constructor(prototype: object, members = memberNames(prototype)) {
    this.#prototype = prototype;
    this.#members = members;
  }

  // What Python has. `$name` is an attribute even if there is a member or an item of that name.

  protected read(state: State, name: string): unknown {
    return getAttribute(state, name);
  }

  protected contains(state: State, name: string): boolean {
    return hasAttribute(state, name);
  }

  /** False: it cannot be written. */
  protected write(state: State, name: string, value: unknown): boolean {
    setAttribute(state, name, value);
    return true;
  }

  /** False: it cannot be deleted. */
  protected remove(state: State, name: string): boolean {
    deleteAttribute(state, name);
    return true;
  }

  protected names(state: State): string[] {
    return attributeNames(state);
  }

  /** Whether it is an own property: attributes are inherited, so that spread and Object.keys do not show them. */
  protected owns(_state: State, _name: string): boolean {
    return false;
  }

  // The traps.

  get(target: Target, key: PropertyKey, receiver: unknown): unknown {
    if (key === STATE) return target.state;
    if (this.#members.has(key)) return Reflect.get(this.#prototype, key, receiver);
    if (typeof key === "symbol") return Reflect.get(target, key);
    const name = key as string;
    if (isForced(name)) return getAttribute(target.state, name.slice(1));
    return this.read(target.state, name);
  }

  has(target: Target, key: PropertyKey): boolean {
    if (this.#members.has(key)) return true;
    if (typeof key === "symbol") return key !== STATE && Reflect.has(target, key);
    const name = key as string;
    return isForced(name) ? hasAttribute(target.state, name.slice(1)) : this.contains(target.state, name);
  }

  set(target: Target, key: PropertyKey, value: unknown): boolean {
    if (this.#members.has(key)) return false; // the copies of a proxy all show the same
    if (typeof key === "symbol") return Reflect.set(target, key, value);
    const name = key as string;
    if (!isForced(name)) return this.write(target.state, name, value);
    setAttribute(target.state, name.slice(1), value);
    return true;
  }

  deleteProperty(target: Target, key: PropertyKey): boolean {
    if (typeof key === "symbol") return Reflect.deleteProperty(target, key);
    if (this.#members.has(key)) return true; // as of anything inherited: nothing happens
    const name = key as string;
    if (!isForced(name)) return this.remove(target.state, name);
    deleteAttribute(target.state, name.slice(1));
    return true;
  }

  ownKeys(target: Target): (string | symbol)[] {
    return [...new Set([...this.names(target.state), ...Object.getOwnPropertySymbols(target)])];
  }

  getOwnPropertyDescriptor(target: Target, key: PropertyKey): PropertyDescriptor | undefined {
    if (this.#members.has(key)) return undefined;
    if (typeof key === "symbol") return Reflect.getOwnPropertyDescriptor(target, key);
    if (!this.owns(target.state, key as string)) return undefined;
    return { value: this.get(target, key, target.state.proxy), writable: true, enumerable: true, configurable: true };
  }

  defineProperty(target: Target, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    if (typeof key === "symbol") return Reflect.defineProperty(target, key, descriptor);
    return "value" in descriptor && this.set(target, key, descriptor.value);
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

/** `$name`, but not the members that begin so. */
function isForced(name: string): boolean {
  return name.charCodeAt(0) === 0x24 && name.length > 1;
}

function memberNames(prototype: object): ReadonlySet<PropertyKey> {
  const names = new Set<PropertyKey>();
  for (let p: object | null = prototype; p !== null; p = Object.getPrototypeOf(p) as object | null) {
    for (const key of Reflect.ownKeys(p)) {
      if (!(p === Function.prototype && NOT_FROM_FUNCTION.has(key))) names.add(key);
    }
  }
  return names;
}
