/* Checks the options that a caller passes: a mistake is a TypeError that says what, where and what was meant. */

import { nearestName } from "./nearest.ts";

/** What a kind of option accepts, and how to say so. */
export interface Kind {
  readonly wanted: string;
  accepts(value: unknown): boolean;
}

export type Kinds = Readonly<Record<string, Kind>>;

export const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";
export const isString = (value: unknown): value is string => typeof value === "string";

export const string: Kind = { wanted: "a string", accepts: isString };
export const boolean: Kind = { wanted: "a boolean", accepts: (value) => typeof value === "boolean" };
export const callable: Kind = { wanted: "a function", accepts: (value) => typeof value === "function" };

/** Raises TypeError unless every option that is given is of its kind. `where` is the function it was given to. */
export function checkKinds(where: string, options: unknown, kinds: Kinds): asserts options is object {
  if (!isObject(options)) throw new TypeError(`${where} takes an object of options, not ${describe(options)}`);
  for (const [name, kind] of Object.entries(kinds)) {
    const value = (options as Record<string, unknown>)[name];
    if (value !== undefined && !kind.accepts(value)) {
      throw new TypeError(`${where}: option '${name}' must be ${kind.wanted}, not ${describe(value)}`);
    }
  }
}

/** Raises TypeError for an option that has no kind. What begins with an underscore is private, and let pass. */
export function refuseUnknown(where: string, options: object, kinds: Kinds): void {
  for (const [name, value] of Object.entries(options)) {
    if (name.startsWith("_") || value === undefined || Object.hasOwn(kinds, name)) continue;
    const nearest = nearestName(name, Object.keys(kinds));
    const meant = nearest === undefined ? "" : `; did you mean '${nearest}'?`;
    throw new TypeError(`${where}: unknown option '${name}'${meant}`);
  }
}

export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
