/** Properties of a mapping seen through `asJsJson`: its keys, as if it were a plain object. */
import { containsKey, readKey, removeKey, writeKey } from "./dict_handler.ts";
import { Handler } from "./handler.ts";
import { itemNames, MISSING } from "./item.ts";
import type { State } from "./state.ts";

/** The members of a PyProxy that come before keys; all others give way. */
const RESERVED = ["copy", "constructor", "$$flags", "toString", "destroy"];

/** A prototype with those members and the symbols only. */
function plainPrototype(full: object): object {
  const prototype = {};
  for (const key of [...RESERVED, Symbol.dispose, Symbol.toStringTag]) {
    const descriptor = key && Object.getOwnPropertyDescriptor(full, key);
    if (descriptor) Object.defineProperty(prototype, key, descriptor);
  }
  return prototype;
}

export class JsonDictHandler extends Handler {
  constructor(full: object) {
    const prototype = plainPrototype(full);
    super(prototype, new Set(Reflect.ownKeys(prototype)));
  }

  protected override read(state: State, name: string): unknown {
    const item = readKey(state, name);
    return item === MISSING ? Reflect.get(Object.prototype, name) : item;
  }

  protected override contains(state: State, name: string): boolean {
    return containsKey(state, name) || name in Object.prototype;
  }

  protected override write(state: State, name: string, value: unknown): boolean {
    writeKey(state, name, value);
    return true;
  }

  protected override remove(state: State, name: string): boolean {
    removeKey(state, name);
    return true; // as of a plain object
  }

  protected override names(state: State): string[] {
    return itemNames(state);
  }

  /** Only keys are own: what Object.prototype has is inherited. */
  protected override owns(state: State, name: string): boolean {
    return containsKey(state, name);
  }
}
