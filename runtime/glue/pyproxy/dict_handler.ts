/** Properties of exact dicts: attributes first, then string keys. A name of digits may also be an int key. */
import { Handler } from "./handler.ts";
import { deleteItem, getItem, hasItem, itemNames, MISSING, setItem } from "./item.ts";
import type { State } from "./state.ts";

const DIGITS = /^[0-9]+$/;

/** The key that a property name stands for in a dict: itself, or as an int where that is the key. */
function keyOf(state: State, name: string): { key: unknown; found: boolean } {
  if (hasItem(state, name)) return { key: name, found: true };
  if (!DIGITS.test(name)) return { key: name, found: false };
  const number = BigInt(name);
  const key = number <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(number) : number;
  return { key, found: hasItem(state, key) };
}

export function readKey(state: State, name: string): unknown {
  const item = getItem(state, name);
  if (item !== MISSING) return item;
  const { key, found } = DIGITS.test(name) ? keyOf(state, name) : { key: name, found: false };
  return found ? getItem(state, key) : MISSING;
}

export function containsKey(state: State, name: string): boolean {
  return keyOf(state, name).found;
}

export function writeKey(state: State, name: string, value: unknown): void {
  setItem(state, keyOf(state, name).key, value);
}

/** False if there is no such key. */
export function removeKey(state: State, name: string): boolean {
  const { key, found } = keyOf(state, name);
  if (found) deleteItem(state, key);
  return found;
}

export class DictHandler extends Handler {
  protected override read(state: State, name: string): unknown {
    const attribute = super.read(state, name);
    if (attribute !== undefined) return attribute;
    const item = readKey(state, name);
    return item === MISSING ? undefined : item;
  }

  protected override contains(state: State, name: string): boolean {
    return super.contains(state, name) || containsKey(state, name);
  }

  protected override write(state: State, name: string, value: unknown): boolean {
    if (super.contains(state, name)) return super.write(state, name, value);
    writeKey(state, name, value);
    return true;
  }

  protected override remove(state: State, name: string): boolean {
    return super.contains(state, name) ? super.remove(state, name) : removeKey(state, name);
  }

  protected override owns(state: State, name: string): boolean {
    return containsKey(state, name);
  }

  protected override names(state: State): string[] {
    return [...super.names(state), ...itemNames(state)];
  }
}
