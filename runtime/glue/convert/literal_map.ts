/** A Map whose string keys are properties too: what dicts become with `toJsLiteralMap`. */
export class LiteralMap extends Map<unknown, unknown> {
  constructor(entries: Iterable<readonly [unknown, unknown]>) {
    super(entries);
    for (const [key, value] of this) {
      if (typeof key !== "string" || key in this) continue;
      Object.defineProperty(this, key, { value, writable: true, enumerable: true, configurable: true });
    }
  }
}
