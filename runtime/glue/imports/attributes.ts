/** Properties of JavaScript objects, as Python attributes. Keys arrive as JavaScript strings. */
import { Kind, RESERVED_WORDS } from "#abi";
import { context } from "../context.ts";
import { fail } from "../errors.ts";
import { answer, decode } from "../frame.ts";
import { recordPath } from "../snapshot.ts";

type Properties = Record<string, unknown>;

export function jsv_getattr(object: unknown, key: unknown, out: number): Kind {
  try {
    const value = (object as Properties)[key as string];
    if (value === undefined && !((key as string) in Object(object))) return Kind.MISSING;
    if (context.recording) recordPath(context.recording, object, key, value);
    return answer(out, value);
  } catch (error) {
    return fail(out, error);
  }
}

export function jsv_setattr(object: unknown, key: unknown, slot: number): Kind {
  try {
    const value = decode(slot);
    if (!Reflect.set(Object(object) as object, key as string, value)) {
      throw new TypeError(`Cannot assign to property '${String(key)}'`);
    }
    return Kind.UNDEFINED;
  } catch (error) {
    return fail(slot, error);
  }
}

export function jsv_delattr(object: unknown, key: unknown, out: number): Kind {
  try {
    if (!((key as string) in Object(object))) return Kind.MISSING;
    if (!Reflect.deleteProperty(Object(object) as object, key as string)) {
      throw new TypeError(`Cannot delete property '${String(key)}'`);
    }
    return Kind.UNDEFINED;
  } catch (error) {
    return fail(out, error);
  }
}

const RESERVED = new Set<string>(RESERVED_WORDS);
const INDEX = /^(0|[1-9][0-9]*)$/;

/** `class` and `class_` are written with one more underscore in Python. */
function pythonName(name: string): string {
  return RESERVED.has(name.replace(/_+$/, "")) ? `${name}_` : name;
}

/** The names on the prototype chain without array indices, separated by NUL; undefined if there are none. */
export function jsv_dir(object: unknown, out: number): Kind {
  try {
    const names = new Set<string>();
    for (let o = Object(object) as object | null; o !== null; o = Object.getPrototypeOf(o) as object | null) {
      for (const name of Object.getOwnPropertyNames(o)) {
        if (!INDEX.test(name)) names.add(pythonName(name));
      }
    }
    return answer(out, names.size === 0 ? undefined : [...names].join("\0"));
  } catch (error) {
    return fail(out, error);
  }
}
