/** Maps and what looks like one. */
import { JsOp } from "#abi";
import { MISSING } from "./result.ts";

interface MapLike {
  get(key: unknown): unknown;
  set(key: unknown, value: unknown): unknown;
  delete(key: unknown): unknown;
  clear?(): unknown;
  has?(key: unknown): unknown;
  keys?(): unknown;
  [Symbol.iterator](): unknown;
}

export const maps = {
  /** Only `has` can tell a missing key from one whose value is undefined. */
  [JsOp.MAP_GET](map: MapLike, key: unknown): unknown {
    const value = map.get(key);
    if (value === undefined && typeof map.has === "function" && !map.has(key)) return MISSING;
    return value;
  },

  [JsOp.MAP_SET](map: MapLike, key: unknown, value: unknown): void {
    map.set(key, value);
  },

  [JsOp.MAP_DELETE](map: MapLike, key: unknown): unknown {
    return map.delete(key) ? undefined : MISSING;
  },

  [JsOp.MAP_KEYS](map: MapLike): unknown {
    return typeof map.keys === "function" ? map.keys() : map[Symbol.iterator]();
  },

  [JsOp.MAP_CLEAR](map: MapLike): void {
    if (typeof map.clear === "function") map.clear();
    else for (const key of [...(maps[JsOp.MAP_KEYS](map) as Iterable<unknown>)]) map.delete(key);
  },
};
