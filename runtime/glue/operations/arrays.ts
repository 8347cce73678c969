/** Arrays, array-likes and typed arrays. */
import { JsOp } from "#abi";
import { MISSING } from "./result.ts";

/** Beyond this many, values are not passed as arguments of one call: hosts limit those. */
const SPREAD_MAX = 10_000;

type Numbers = unknown[]; // or a typed array, which has what is used here

/** The place that a Python index means; -1 out of range. */
function place(array: ArrayLike<unknown>, index: unknown): number {
  const { length } = array;
  const i = Number(index);
  if (i >= 0) return i < length ? i : -1;
  return i + length >= 0 ? i + length : -1;
}

export const arrays = {
  [JsOp.INDEX_GET](array: ArrayLike<unknown>, index: unknown): unknown {
    const i = place(array, index);
    return i < 0 ? MISSING : array[i];
  },

  /** Beyond the end too, which makes an array longer, as in JavaScript. */
  [JsOp.INDEX_SET](array: Numbers, index: unknown, value: unknown): unknown {
    const i = Number(index) < 0 ? place(array, index) : Number(index);
    if (i < 0) return MISSING;
    array[i] = value;
    return undefined;
  },

  [JsOp.ARRAY_SLICE](array: ArrayLike<unknown>, start: number, step: number, count: number): unknown[] {
    return Array.from({ length: count }, (_, i) => array[start + i * step]);
  },

  [JsOp.ARRAY_SPLICE](array: unknown[], start: number, gone: number, ...values: unknown[]): void {
    if (values.length <= SPREAD_MAX) {
      array.splice(start, gone, ...values);
      return;
    }
    const tail = array.slice(start + gone);
    array.length = start;
    for (const value of values) array.push(value);
    for (const value of tail) array.push(value);
  },

  [JsOp.ARRAY_SET_STRIDED](array: unknown[], start: number, step: number, ...values: unknown[]): void {
    values.forEach((value, i) => {
      array[start + i * step] = value;
    });
  },

  [JsOp.ARRAY_DELETE_STRIDED](array: unknown[], start: number, step: number, count: number): void {
    const places = Array.from({ length: count }, (_, i) => start + i * step).sort((a, b) => b - a);
    for (const i of places) array.splice(i, 1);
  },

  [JsOp.ARRAY_POP](array: unknown[], index: unknown): unknown {
    const i = place(array, index);
    return i < 0 ? MISSING : array.splice(i, 1)[0];
  },

  [JsOp.ARRAY_INSERT](array: unknown[], index: unknown, value: unknown): void {
    array.splice(Number(index), 0, value);
  },

  [JsOp.ARRAY_APPEND](array: unknown[], value: unknown): void {
    array.push(value);
  },

  [JsOp.ARRAY_CONCAT](array: ArrayLike<unknown>, ...values: unknown[]): unknown[] {
    return [...Array.from(array), ...values];
  },

  [JsOp.ARRAY_REPEAT](array: ArrayLike<unknown>, times: number): unknown[] {
    const { length } = array;
    return Array.from({ length: length * times }, (_, i) => array[i % length]);
  },

  [JsOp.ARRAY_REPEAT_IN_PLACE](array: unknown[], times: number): void {
    const { length } = array;
    if (times === 0) array.length = 0;
    for (let i = length; i < length * times; i++) array.push(array[i % length]);
  },

  [JsOp.ARRAY_REVERSE](array: Numbers): void {
    array.reverse();
  },
};
