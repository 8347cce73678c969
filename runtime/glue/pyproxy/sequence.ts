/** Array's methods for Python sequences. Those that change nothing are Array's own: a proxy has `length` and indices. */

import { toPy } from "../convert/to_py.ts";
import type { PyProxy } from "../interface.ts";
import { callHelper } from "./helper.ts";
import { lengthOf } from "./item.ts";
import { own } from "./state.ts";

const READING = [
  "at",
  "entries",
  "every",
  "filter",
  "find",
  "findIndex",
  "forEach",
  "includes",
  "indexOf",
  "join",
  "keys",
  "lastIndexOf",
  "map",
  "reduce",
  "reduceRight",
  "some",
  "values",
] as const;

type ArrayMethod = (this: ArrayLike<unknown>, ...args: unknown[]) => unknown;

/** A method of Array.prototype for `this`; not the function itself, which would not tell what it was called on. */
function borrowed(name: (typeof READING)[number] | "slice" | "fill"): PropertyDescriptor {
  const method = Array.prototype[name] as ArrayMethod;
  const value = {
    [name](this: ArrayLike<unknown>, ...args: unknown[]): unknown {
      own(this);
      return method.apply(this, args);
    },
  }[name];
  return { value, writable: true, configurable: true };
}

/** The items in an array. */
function itemsOf(sequence: unknown): unknown[] {
  own(sequence);
  return Array.prototype.slice.call(sequence as ArrayLike<unknown>);
}

export const sequence = Object.defineProperties(
  {
    get [Symbol.isConcatSpreadable](): boolean {
      return true;
    },

    concat(...rest: unknown[]): unknown[] {
      return itemsOf(this).concat(...rest);
    },

    /** What JSON.stringify shows. */
    toJSON(): unknown[] {
      return itemsOf(this);
    },
  },
  Object.fromEntries([...READING, "slice" as const].map((name) => [name, borrowed(name)])),
);

/** An index as the methods of Array take it: from the end if it is negative, and always in range. */
function clamp(index: unknown, length: number, missing: number): number {
  if (index === undefined) return missing;
  const integer = Math.trunc(Number(index)) || 0;
  return integer < 0 ? Math.max(length + integer, 0) : Math.min(integer, length);
}

/** Replaces items; gives those that were there. All indices are in range. */
function replace(sequence: unknown, start: number, count: number, items: readonly unknown[]): unknown[] {
  const list = toPy(items, { depth: 1 }) as PyProxy;
  try {
    const removed = callHelper("splice", sequence, start, count, list) as PyProxy;
    const values = itemsOf(removed);
    removed.destroy();
    return values;
  } finally {
    list.destroy();
  }
}

/** The order of Array.prototype.sort: undefined last, then by the function or as strings. */
function sortedOrder(values: readonly unknown[], compare: ((a: unknown, b: unknown) => number) | undefined): number[] {
  const texts = compare ? undefined : values.map(String);
  const rank = (a: number, b: number): number => {
    if (values[a] === undefined || values[b] === undefined)
      return Number(values[a] === undefined) - Number(values[b] === undefined);
    if (compare) return compare(values[a], values[b]);
    return texts![a]! < texts![b]! ? -1 : Number(texts![a]! > texts![b]!);
  };
  return values.map((_, index) => index).sort(rank);
}

export const mutableSequence = Object.defineProperties(
  {
    push(...items: unknown[]): number {
      const length = lengthOf(own(this));
      replace(this, length, 0, items);
      return length + items.length;
    },

    unshift(...items: unknown[]): number {
      const length = lengthOf(own(this));
      replace(this, 0, 0, items);
      return length + items.length;
    },

    pop(): unknown {
      const length = lengthOf(own(this));
      return length ? replace(this, length - 1, 1, [])[0] : undefined;
    },

    shift(): unknown {
      return lengthOf(own(this)) ? replace(this, 0, 1, [])[0] : undefined;
    },

    splice(...args: [start?: unknown, count?: unknown, ...items: unknown[]]): unknown[] {
      const length = lengthOf(own(this));
      const [start, count, ...items] = args;
      const from = clamp(start, length, 0);
      const rest = args.length === 0 ? 0 : length - from;
      const removed = args.length < 2 ? rest : Math.min(Math.max(Math.trunc(Number(count)) || 0, 0), rest);
      return replace(this, from, removed, items);
    },

    reverse(): unknown {
      const length = lengthOf(own(this));
      permute(
        this,
        Array.from({ length }, (_, index) => length - 1 - index),
      );
      return this;
    },

    sort(compare?: (a: unknown, b: unknown) => number): unknown {
      if (compare !== undefined && typeof compare !== "function") {
        throw new TypeError("The comparison function must be either a function or undefined");
      }
      permute(this, sortedOrder(itemsOf(this), compare));
      return this;
    },

    copyWithin(target: unknown, start?: unknown, end?: unknown): unknown {
      const length = lengthOf(own(this));
      const from = clamp(start, length, 0);
      callHelper("copy_within", this, clamp(target, length, 0), from, Math.max(clamp(end, length, length), from));
      return this;
    },
  },
  { fill: borrowed("fill") },
);

function permute(sequence: unknown, order: readonly number[]): void {
  const list = toPy(order) as PyProxy;
  try {
    callHelper("permute", sequence, list);
  } finally {
    list.destroy();
  }
}
