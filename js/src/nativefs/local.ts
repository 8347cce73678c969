/* The side that Python sees: a MEMFS directory. All of it is synchronous, so nothing changes in between. */

import type { FSInternals, FSNode, FSType } from "../types/emscripten.ts";
import { DIRECTORY, type Entry, type Tree } from "./tree.ts";

/** A file as it can be put back. */
export interface LocalFile {
  readonly bytes: Uint8Array;
  readonly mtime: number;
  readonly ctime?: number;
  readonly mode?: number;
}

export class LocalSide {
  private readonly fs: FSType & FSInternals;
  private readonly root: string;

  constructor(fs: FSType, root: string) {
    this.fs = fs as FSType & FSInternals;
    this.root = root;
  }

  scan(): Tree {
    const found = new Map<string, Entry>();
    const now = Date.now();
    const visit = (directory: string) => {
      for (const name of this.fs.readdir(this.absolute(directory)) as string[]) {
        if (name === "." || name === "..") continue;
        const path = directory === "" ? name : `${directory}/${name}`;
        const node = this.node(path);
        // A later write in this same millisecond must not look like this one.
        if (node.ctime >= now) node.node_ops.setattr(node, { ctime: now - 1 });
        const entry = this.entryOf(node);
        found.set(path, entry);
        if (entry.kind === "directory") visit(path);
      }
    };
    visit("");
    return found;
  }

  /** What is at `path` now. */
  entry(path: string): Entry | undefined {
    return this.fs.analyzePath(this.absolute(path), true).exists ? this.entryOf(this.node(path)) : undefined;
  }

  isEmpty(path: string): boolean {
    return this.fs.readdir(this.absolute(path)).length === 2;
  }

  read(path: string): LocalFile {
    const { mtime, ctime, mode } = this.node(path);
    const bytes = this.privileged(() => this.fs.readFile(this.absolute(path)));
    return { bytes, mtime, ctime, mode };
  }

  /** Without times of its own, the file counts as written a moment ago, by us. */
  write(path: string, { bytes, mtime, ctime = Date.now() - 1, mode }: LocalFile): void {
    this.privileged(() => this.fs.writeFile(this.absolute(path), bytes));
    const node = this.node(path);
    node.node_ops.setattr(node, { mtime, ctime, mode: mode ?? node.mode });
  }

  makeDirectory(path: string): void {
    this.privileged(() => this.fs.mkdirTree(this.absolute(path)));
  }

  remove(path: string): void {
    const absolute = this.absolute(path);
    this.privileged(() => (this.fs.isDir(this.node(path).mode) ? this.fs.rmdir(absolute) : this.fs.unlink(absolute)));
  }

  /** Modes are for Python, not for us: the other side has none. */
  private privileged<T>(work: () => T): T {
    const before = this.fs.ignorePermissions;
    this.fs.ignorePermissions = true;
    try {
      return work();
    } finally {
      this.fs.ignorePermissions = before;
    }
  }

  private entryOf(node: FSNode): Entry {
    if (this.fs.isDir(node.mode) && !this.fs.isMountpoint(node)) return DIRECTORY;
    const kind = this.fs.isFile(node.mode) ? "file" : "other";
    return { kind, modified: node.mtime, stamp: `${node.ctime} ${node.usedBytes}` };
  }

  private node(path: string): FSNode {
    const options = { follow: false, follow_mount: false };
    return this.fs.lookupPath(this.absolute(path), options).node as unknown as FSNode;
  }

  private absolute(path: string): string {
    return path === "" ? this.root : `${this.root}/${path}`;
  }
}
