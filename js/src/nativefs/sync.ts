/*
 * Carries a plan out, whole or not at all. Every change leaves behind how to undo it; when one fails, those before it
 * are undone in reverse.
 */

import type { LocalSide } from "./local.ts";
import { type Baseline, type Change, planSync, type Side } from "./plan.ts";
import { type RemoteSide, unlessMissing } from "./remote.ts";
import type { Entry, Tree } from "./tree.ts";

type Undo = () => void | Promise<void>;

/** A directory of Python's and one of the host's, and what they were when they were last the same. */
export class Synchroniser {
  private readonly local: LocalSide;
  private readonly remote: RemoteSide;
  private baseline: Baseline = new Map();
  /** Files put back after a failure look newer than they are: what they were, by their present stamp. */
  private readonly restored = new Map<string, { stamp: string; entry: Entry }>();
  private last: Promise<void> = Promise.resolve();

  constructor(local: LocalSide, remote: RemoteSide) {
    this.local = local;
    this.remote = remote;
  }

  /** Makes both sides the same. Calls take turns. Rejects with the first failure; then both are as they were. */
  sync(): Promise<void> {
    const run = this.last.then(() => this.run());
    this.last = run.catch(() => {});
    return run;
  }

  private async run(): Promise<void> {
    const remote = this.asBefore(await this.remote.scan());
    const local = this.local.scan();
    const changes = planSync(local, remote, this.baseline);
    // All that Python's side gives is taken now: it may change while the host writes.
    const outgoing = new Map<string, Uint8Array>();
    for (const { side, path, entry } of changes) {
      if (side === "remote" && entry?.kind === "file") outgoing.set(path, this.local.read(path).bytes);
    }
    const undo: Undo[] = [];
    const after = { local: new Map(local), remote: new Map(remote) };
    const settle = ({ side, path }: Change, entry: Entry | undefined) => {
      if (entry) after[side].set(path, entry);
      else after[side].delete(path);
    };
    try {
      const incoming = new Map<string, Uint8Array>();
      for (const change of changes) {
        const { side, path, entry } = change;
        if (side === "local" && entry?.kind === "file") {
          incoming.set(path, await (await this.remote.file(path)).bytes());
        }
      }
      for (const change of changes) {
        if (change.side === "remote") settle(change, await this.changeRemote(change, remote, outgoing, undo));
      }
      for (const change of changes) {
        if (change.side === "local") settle(change, this.changeLocal(change, local, incoming, undo));
      }
    } catch (error) {
      await rollBack(undo, error);
      throw error;
    }
    this.restored.clear();
    this.baseline = baselineOf(after);
  }

  /** Does the change and gives what is there now. Leaves alone what is no longer what the plan was made for. */
  private async changeRemote(
    { path, entry }: Change,
    planned: Tree,
    outgoing: ReadonlyMap<string, Uint8Array>,
    undo: Undo[],
  ): Promise<Entry | undefined> {
    const { remote } = this;
    const before = planned.get(path);
    if (entry?.kind === "directory") {
      await remote.makeDirectory(path);
      undo.push(() => remote.remove(path));
      return entry;
    }
    if (before?.kind !== "file") {
      if (entry) return this.createRemote(path, outgoing, undo);
      await remote.remove(path);
      undo.push(() => remote.makeDirectory(path));
      return undefined;
    }
    const present = await remote.file(path).catch(unlessMissing);
    if (!present) return entry && this.createRemote(path, outgoing, undo);
    const [unchanged] = this.asBefore(new Map([[path, present.entry]])).values();
    if (unchanged?.stamp !== before.stamp) return before;
    const bytes = await present.bytes();
    const now = entry ? await remote.write(path, outgoing.get(path) as Uint8Array) : await remote.remove(path);
    undo.push(async () => {
      const { stamp } = await remote.write(path, bytes);
      this.restored.set(path, { stamp, entry: before });
    });
    return now;
  }

  private createRemote(path: string, outgoing: ReadonlyMap<string, Uint8Array>, undo: Undo[]): Promise<Entry> {
    const { remote } = this;
    undo.push(() => remote.remove(path).catch(unlessMissing));
    return remote.write(path, outgoing.get(path) as Uint8Array);
  }

  /** As changeRemote. */
  private changeLocal(
    { path, entry }: Change,
    planned: Tree,
    incoming: ReadonlyMap<string, Uint8Array>,
    undo: Undo[],
  ): Entry | undefined {
    const { local } = this;
    const before = planned.get(path);
    const present = local.entry(path);
    const replacing = before && entry && before.kind !== entry.kind;
    if (present?.stamp !== (replacing ? undefined : before?.stamp)) return before;
    if (present?.kind === "directory") {
      if (!local.isEmpty(path)) return before;
      local.remove(path);
      undo.push(() => local.makeDirectory(path));
      return undefined;
    }
    const file = present && local.read(path);
    undo.push(() => (file ? local.write(path, file) : local.remove(path)));
    if (entry === undefined) local.remove(path);
    else if (entry.kind === "directory") local.makeDirectory(path);
    else local.write(path, { bytes: incoming.get(path) as Uint8Array, mtime: entry.modified });
    return local.entry(path);
  }

  private asBefore(scanned: Tree): Tree {
    const entries = [...scanned].map(([path, entry]): [string, Entry] => {
      const restored = this.restored.get(path);
      return [path, restored?.stamp === entry.stamp ? restored.entry : entry];
    });
    return new Map(entries);
  }
}

/** Undoes in reverse. Raises AggregateError of `cause` and what could not be undone. */
async function rollBack(undo: Undo[], cause: unknown): Promise<void> {
  const failures: unknown[] = [];
  for (const step of undo.reverse()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw new AggregateError([cause, ...failures], "Synchronising failed, and so did putting back what it had changed");
  }
}

/** What is on both sides now. */
function baselineOf({ local, remote }: Readonly<Record<Side, Tree>>): Baseline {
  const common = new Map<string, Record<Side, string>>();
  for (const [path, entry] of local) {
    const other = remote.get(path);
    if (other) common.set(path, { local: entry.stamp, remote: other.stamp });
  }
  return common;
}
