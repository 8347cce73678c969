/** Any object: its own properties as a mapping, and what all objects share. */
import { JsOp } from "#abi";
import { MISSING } from "./result.ts";

type Properties = Record<string, unknown>;

function has(object: object, key: unknown): key is string {
  return typeof key === "string" && Object.hasOwn(object, key);
}

export const objects = {
  [JsOp.OWN_LENGTH](object: object): number {
    return Object.keys(object).length;
  },

  [JsOp.OWN_GET](object: Properties, key: unknown): unknown {
    return has(object, key) ? object[key] : MISSING;
  },

  [JsOp.OWN_SET](object: Properties, key: string, value: unknown): void {
    if (!Reflect.set(object, key, value)) throw new TypeError(`Cannot assign to property '${key}'`);
  },

  [JsOp.OWN_DELETE](object: Properties, key: unknown): unknown {
    if (!has(object, key)) return MISSING;
    if (!Reflect.deleteProperty(object, key)) throw new TypeError(`Cannot delete property '${key}'`);
    return undefined;
  },

  [JsOp.OWN_HAS](object: object, key: unknown): boolean {
    return has(object, key);
  },

  [JsOp.OBJECT_KEYS](object: object): string[] {
    return Object.keys(object);
  },

  [JsOp.OBJECT_NAMES](object: object): string[] {
    return Object.getOwnPropertyNames(object);
  },

  [JsOp.OBJECT_VALUES](object: object): unknown[] {
    return Object.values(object);
  },

  [JsOp.OBJECT_ENTRIES](object: object): [string, unknown][] {
    return Object.entries(object);
  },

  [JsOp.DISPOSE](object: Disposable): void {
    object[Symbol.dispose]();
  },

  [JsOp.ASYNC_DISPOSE](object: AsyncDisposable): unknown {
    return Promise.resolve(object[Symbol.asyncDispose]());
  },

  [JsOp.WEAK_REF](object: object): WeakRef<object> {
    return new WeakRef(object);
  },
};
