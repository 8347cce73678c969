/** What has a length or can be asked for a member. */
import { JsOp } from "#abi";

interface Container {
  readonly size?: unknown;
  readonly length?: unknown;
  has?(value: unknown): unknown;
  includes?(value: unknown): unknown;
}

export const containers = {
  [JsOp.LENGTH](object: Container): number {
    const length = typeof object.size === "number" ? object.size : object.length;
    if (typeof length !== "number") throw new TypeError("The object has neither a size nor a length");
    if (!Number.isSafeInteger(length)) throw new TypeError(`The length ${length} is not an integer`);
    if (length < 0) throw new RangeError(`The length ${length} is negative`);
    return length;
  },

  [JsOp.CONTAINS](object: Container, value: unknown): boolean {
    return Boolean(typeof object.has === "function" ? object.has(value) : object.includes!(value));
  },
};
