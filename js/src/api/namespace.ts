/* `pyodide.globals`: the names of `__main__`, with the builtins behind them. */

import type { PyCallable, PyProxy } from "../../../runtime/glue/interface.ts";

/** A view of the dict `names` whose `get` and `has` fall back to the dict `builtins`; the rest is `names` itself. */
export function withBuiltins(names: PyProxy, builtins: PyProxy): PyProxy {
  const [ownHas, builtinHas] = [method(names, "__contains__"), method(builtins, "__contains__")];
  const [ownGet, builtinGet] = [method(names, "get"), method(builtins, "get")];
  const has = (key: unknown): unknown => ownHas(key) || builtinHas(key);
  const get = (key: unknown): unknown => {
    const value = ownGet(key);
    // A name that is bound to None hides the builtin all the same.
    return value === undefined && !ownHas(key) ? builtinGet(key) : value;
  };
  const members = new Map<PropertyKey, unknown>([
    ["get", get],
    ["has", has],
  ]);
  // The target is empty: the engine looks up on it what a trap returns, and on `names` each look-up makes a proxy.
  return new Proxy(Object.create(null) as PyProxy, {
    get: (_, property) => members.get(property) ?? memberOf(names, property),
    set: (_, property, value) => Reflect.set(names, property, value),
    has: (_, property) => Reflect.has(names, property),
    deleteProperty: (_, property) => Reflect.deleteProperty(names, property),
    defineProperty: (_, property, descriptor) => Reflect.defineProperty(names, property, descriptor),
    getOwnPropertyDescriptor: (_, property) => Reflect.getOwnPropertyDescriptor(names, property),
    ownKeys: () => Reflect.ownKeys(names),
    getPrototypeOf: () => Reflect.getPrototypeOf(names),
  });
}

/** Python's bound method. Looked up once: each look-up makes a proxy. */
function method(proxy: PyProxy, name: string): PyCallable {
  return proxy[`$${name}`] as PyCallable;
}

/** A member of `proxy`. JavaScript's methods ask for the proxy itself as their `this`. */
function memberOf(proxy: PyProxy, property: PropertyKey): unknown {
  const value: unknown = Reflect.get(proxy, property);
  const inherited = typeof value === "function" && property in (Object.getPrototypeOf(proxy) as object);
  return inherited && property !== "constructor" ? value.bind(proxy) : value;
}
