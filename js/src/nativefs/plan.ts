/* Decides what a synchronisation has to do. Pure: it looks at three descriptions and touches nothing. */

import { DIRECTORY, type Entry, parentOf, type Tree } from "./tree.ts";

export type Side = "local" | "remote";

/** The stamps of both sides when they were last the same, by path. */
export type Baseline = ReadonlyMap<string, Readonly<Record<Side, string>>>;

/** A change of one side. Without `entry`, what is at `path` goes away; else it becomes what the other side has. */
export interface Change {
  readonly side: Side;
  readonly path: string;
  readonly entry: Entry | undefined;
}

/**
 * The changes that make both sides the same, in an order in which they can be done. What changed on one side since the
 * baseline changes on the other. Of two changed files the newer wins, and what is there wins over a deletion.
 * Raises Error if a file on one side is in the way of what the other side has.
 */
export function planSync(local: Tree, remote: Tree, baseline: Baseline): Change[] {
  const paths = [...new Set([...local.keys(), ...remote.keys()])].sort();
  const result = new Map<string, Entry>();
  for (const path of paths) {
    const entry = winner(local.get(path), remote.get(path), baseline.get(path));
    if (entry) result.set(path, entry);
  }
  for (const path of [...result.keys()]) keepParents(result, path);

  const removals: Change[] = [];
  const creations: Change[] = [];
  for (const path of paths) {
    const wanted = result.get(path);
    const base = baseline.get(path);
    const unchanged = base && local.get(path)?.stamp === base.local && remote.get(path)?.stamp === base.remote;
    if (unchanged || wanted?.kind === "other") continue;
    for (const [side, tree] of [
      ["local", local],
      ["remote", remote],
    ] as const) {
      const present = tree.get(path);
      if (present === wanted || (present?.kind === "directory" && wanted?.kind === "directory")) continue;
      if (present && present.kind !== wanted?.kind) removals.push({ side, path, entry: undefined });
      if (wanted) creations.push({ side, path, entry: wanted });
    }
  }
  // What is in a directory goes before it; sorted paths create it first.
  return [...removals.reverse(), ...creations];
}

/** What shall be on both sides; undefined for nothing. */
function winner(
  local: Entry | undefined,
  remote: Entry | undefined,
  base: Readonly<Record<Side, string>> | undefined,
): Entry | undefined {
  if (local?.kind === "other") return local;
  if (remote?.stamp === base?.remote) return local;
  if (local?.stamp === base?.local) return remote;
  if (!local || !remote) return local ?? remote;
  return remote.modified > local.modified ? remote : local;
}

/** What is kept is in directories that are kept. */
function keepParents(result: Map<string, Entry>, path: string): void {
  for (let parent = parentOf(path); parent !== ""; parent = parentOf(parent)) {
    const entry = result.get(parent);
    if (entry && entry.kind !== "directory") {
      throw new Error(`Cannot synchronise: ${parent} is a file on one side, and a directory with ${path} on the other`);
    }
    if (!entry) result.set(parent, DIRECTORY);
  }
}
