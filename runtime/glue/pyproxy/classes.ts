/**
 * The classes of `pyodide.ffi`, and the prototype for each set of flags: the members of PyProxy and of every mixin
 * whose flag is set. Adding an ability of Python objects means one file with its members and one row in MIXINS.
 */
import { PyFlag } from "#abi";
import { base } from "./base.ts";
import { callable } from "./callable.ts";
import { stateOf } from "./state.ts";

interface Mixin {
  readonly name: string;
  /** All of these flags are set on its instances. */
  readonly flags: number;
  /** What it adds to a proxy, beyond the mixins above it. */
  readonly members?: object;
}

/** Public names with what makes an object one of them. */
const MIXINS: readonly Mixin[] = [
  { name: "PyProxy", flags: 0, members: base },
  { name: "PyProxyWithLength", flags: PyFlag.HAS_LENGTH },
  { name: "PyProxyWithGet", flags: PyFlag.HAS_GET },
  { name: "PyProxyWithSet", flags: PyFlag.HAS_SET },
  { name: "PyProxyWithHas", flags: PyFlag.HAS_CONTAINS },
  { name: "PyDict", flags: PyFlag.IS_DICT },
  { name: "PyIterable", flags: PyFlag.IS_ITERABLE },
  { name: "PyAsyncIterable", flags: PyFlag.IS_ASYNC_ITERABLE },
  { name: "PyIterator", flags: PyFlag.IS_ITERATOR },
  { name: "PyAsyncIterator", flags: PyFlag.IS_ASYNC_ITERATOR },
  { name: "PyGenerator", flags: PyFlag.IS_GENERATOR },
  { name: "PyAsyncGenerator", flags: PyFlag.IS_ASYNC_GENERATOR },
  { name: "PyAwaitable", flags: PyFlag.IS_AWAITABLE },
  { name: "PyCallable", flags: PyFlag.IS_CALLABLE, members: callable },
  { name: "PyBuffer", flags: PyFlag.IS_BUFFER },
  { name: "PySequence", flags: PyFlag.IS_SEQUENCE },
  { name: "PyMutableSequence", flags: PyFlag.IS_MUTABLE_SEQUENCE },
];

/** A class that nobody can construct and whose instances are the living proxies with its flags. */
function makeClass({ name, flags }: Mixin): abstract new () => unknown {
  const cls = class {
    constructor() {
      throw new TypeError(`${name} is not a constructor`);
    }
    static [Symbol.hasInstance](value: unknown): boolean {
      if ((typeof value !== "object" || value === null) && typeof value !== "function") return false;
      const state = stateOf(value);
      return state !== undefined && (state.flags & flags) === flags;
    }
  };
  Object.defineProperty(cls, "name", { value: name });
  return cls;
}

export const classes = Object.fromEntries(MIXINS.map((mixin) => [mixin.name, makeClass(mixin)]));

/** The prototype of proxies with these flags. */
export function prototypeOf(flags: number): object {
  const parent = flags & PyFlag.IS_CALLABLE ? Function.prototype : Object.prototype;
  const prototype = Object.create(parent) as object;
  for (const mixin of MIXINS) {
    if (mixin.members && (flags & mixin.flags) === mixin.flags) {
      Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(mixin.members));
    }
  }
  Object.defineProperty(prototype, "constructor", { value: classes.PyProxy, configurable: true, writable: true });
  return prototype;
}
