/** Properties of Python sequences: indices are items. */

import { Handler } from "./handler.ts";
import { deleteItem, getItem, lengthOf, MISSING, setItem } from "./item.ts";
import type { State } from "./state.ts";

const INDEX = /^(0|[1-9][0-9]*)$/;

function isIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 0x30 && first <= 0x39 && INDEX.test(key);
}

export class SequenceHandler extends Handler {
  protected override read(state: State, key: string): unknown {
    if (!isIndex(key)) return super.read(state, key);
    const item = getItem(state, Number(key));
    return item === MISSING ? undefined : item;
  }

  protected override contains(state: State, key: string): boolean {
    return isIndex(key) ? Number(key) < lengthOf(state) : super.contains(state, key);
  }

  protected override write(state: State, key: string, value: unknown): boolean {
    if (!isIndex(key)) return super.write(state, key, value);
    if (Number(key) >= lengthOf(state)) return false;
    setItem(state, Number(key), value);
    return true;
  }

  protected override remove(state: State, key: string): boolean {
    if (!isIndex(key)) return super.remove(state, key);
    if (Number(key) >= lengthOf(state)) return false;
    deleteItem(state, Number(key));
    return true;
  }

  protected override names(state: State): string[] {
    return [...super.names(state), ...Array.from({ length: lengthOf(state) }, (_, index) => String(index)), "length"];
  }
}
