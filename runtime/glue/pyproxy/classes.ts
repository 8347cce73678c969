/**
 * The classes of `pyodide.ffi`, and the prototype for each set of flags: the members of PyProxy and of every mixin
 * whose flag is set. Adding an ability of Python objects means one file with its members and one row in MIXINS.
 */
import { PyFlag } from "#abi";
import { asyncGenerator, asyncIterable, asyncIterator } from "./async_iterate.ts";
import { awaitable } from "./awaitable.ts";
import { base } from "./base.ts";
import { buffer } from "./buffer.ts";
import { PyBufferView } from "./buffer_view.ts";
import { callable } from "./callable.ts";
import { withGet, withHas, withLength, withSet } from "./item.ts";
import { generator, iterable, iterator } from "./iterate.ts";
import { mutableSequence, sequence } from "./sequence.ts";
import { stateOf } from "./state.ts";

interface Mixin {
  readonly name: string;
  /** All of these flags are set on its instances. */
  readonly flags: number;
  /** Or this one: iterators are iterable too, with members of their own. */
  readonly or?: number;
  /** What it adds to a proxy, beyond the mixins above it. */
  readonly members?: object;
}

/** Public names with what makes an object one of them. */
const MIXINS: readonly Mixin[] = [
  { name: "PyProxy", flags: 0, members: base },
  { name: "PyProxyWithLength", flags: PyFlag.HAS_LENGTH, members: withLength },
  { name: "PyProxyWithGet", flags: PyFlag.HAS_GET, members: withGet },
  { name: "PyProxyWithSet", flags: PyFlag.HAS_SET, members: withSet },
  { name: "PyProxyWithHas", flags: PyFlag.HAS_CONTAINS, members: withHas },
  { name: "PyDict", flags: PyFlag.IS_DICT },
  { name: "PyIterable", flags: PyFlag.IS_ITERABLE, or: PyFlag.IS_ITERATOR, members: iterable },
  {
    name: "PyAsyncIterable",
    flags: PyFlag.IS_ASYNC_ITERABLE,
    or: PyFlag.IS_ASYNC_ITERATOR,
    members: asyncIterable,
  },
  { name: "PyIterator", flags: PyFlag.IS_ITERATOR, members: iterator },
  { name: "PyAsyncIterator", flags: PyFlag.IS_ASYNC_ITERATOR, members: asyncIterator },
  { name: "PyGenerator", flags: PyFlag.IS_GENERATOR, members: generator },
  { name: "PyAsyncGenerator", flags: PyFlag.IS_ASYNC_GENERATOR, members: asyncGenerator },
  { name: "PyAwaitable", flags: PyFlag.IS_AWAITABLE, members: awaitable },
  { name: "PyCallable", flags: PyFlag.IS_CALLABLE, members: callable },
  { name: "PyBuffer", flags: PyFlag.IS_BUFFER, members: buffer },
  { name: "PySequence", flags: PyFlag.IS_SEQUENCE, members: sequence },
  { name: "PyMutableSequence", flags: PyFlag.IS_MUTABLE_SEQUENCE, members: mutableSequence },
];

/** A class that nobody can construct and whose instances are the living proxies with its flags. */
function makeClass({ name, flags, or = 0 }: Mixin): abstract new () => unknown {
  const cls = class {
    constructor() {
      throw new TypeError(`${name} is not a constructor`);
    }
    static [Symbol.hasInstance](value: unknown): boolean {
      if ((typeof value !== "object" || value === null) && typeof value !== "function") return false;
      const state = stateOf(value);
      return state !== undefined && ((state.flags & flags) === flags || (state.flags & or) !== 0);
    }
  };
  Object.defineProperty(cls, "name", { value: name });
  return cls;
}

export const classes = {
  ...Object.fromEntries(MIXINS.map((mixin) => [mixin.name, makeClass(mixin)])),
  PyBufferView,
};

const proxyClass = (classes as Readonly<Record<string, unknown>>).PyProxy;

/** The prototype of proxies with these flags. */
export function prototypeOf(flags: number): object {
  const parent = flags & PyFlag.IS_CALLABLE ? Function.prototype : Object.prototype;
  const prototype = Object.create(parent) as object;
  for (const mixin of MIXINS) {
    if (mixin.members && (flags & mixin.flags) === mixin.flags) {
      const members = Object.getOwnPropertyDescriptors(mixin.members);
      for (const name of Reflect.ownKeys(members)) {
        Object.defineProperty(prototype, name, { ...members[name as keyof object], enumerable: false });
      }
    }
  }
  Object.defineProperty(prototype, "constructor", { value: proxyClass, configurable: true, writable: true });
  return prototype;
}
