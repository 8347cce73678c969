/* What the two sides of a synchronised directory have in common. Paths are relative to it, without a slash in front. */

/** What is at a path. `other` is what only one side can hold, as a symbolic link: it stays where it is. */
export interface Entry {
  readonly kind: "file" | "directory" | "other";
  /** When the contents last changed, in milliseconds since 1970. */
  readonly modified: number;
  /** Differs from an earlier one if the entry may have changed since. */
  readonly stamp: string;
}

export type Tree = ReadonlyMap<string, Entry>;

/** The stamp of every directory: what is in it has stamps of its own. */
export const DIRECTORY: Entry = { kind: "directory", modified: 0, stamp: "directory" };

/** The directory that `path` is in; "" at the top. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
