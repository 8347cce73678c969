/* The file system in memory, as data: what is mounted, the devices and the standard library's archive are not part of it. */

import type { FSInternals, FSNode, FSType } from "../types/emscripten.ts";
import type { SavedNode, Snapshot } from "./format.ts";

/** Each start makes them. */
const MADE_AT_START = ["/dev", "/proc"];

const FIRST_FREE_FD = 3;

type Saved = Pick<Snapshot, "contents"> & { readonly nodes: readonly SavedNode[] };

/** Raises Error if a file is open: nothing says where it was read and written. */
export function saveFiles(FS: FSType, except: string): Saved {
  const internals = FS as unknown as FSInternals & { streams: ({ path?: string } | null)[] };
  const open = internals.streams.findIndex((stream, fd) => fd >= FIRST_FREE_FD && stream);
  if (open >= 0) {
    throw new Error(
      `makeMemorySnapshot: the file ${internals.streams[open]?.path ?? ""} is open (descriptor ${open}). Close it first`,
    );
  }
  const nodes: SavedNode[] = [];
  const contents: Uint8Array[] = [];
  const root = internals.lookupPath("/").node.mount;

  function visit(path: string, node: FSNode): void {
    if (node.mount !== root || path === except || MADE_AT_START.includes(path)) return;
    const { mode } = node;
    const mtime = FS.lstat(path).mtime.getTime();
    if (FS.isLink(mode)) {
      nodes.push({ path, mode, mtime, target: FS.readlink(path) });
    } else if (FS.isFile(mode)) {
      const bytes = FS.readFile(path);
      nodes.push({ path, mode, mtime, size: bytes.length });
      contents.push(bytes);
    } else if (FS.isDir(mode)) {
      const below = FS.readdir(path).filter((name: string) => name !== "." && name !== "..");
      for (const name of below) {
        const child = `${path === "/" ? "" : path}/${name}`;
        visit(child, internals.lookupPath(child, { follow: false }).node);
      }
      if (path !== "/") nodes.push({ path, mode, mtime }); // its time is the last that is set
    }
  }
  visit("/", internals.lookupPath("/").node);
  return { nodes, contents };
}

/** Into a file system as each start makes it. */
export function restoreFiles(FS: FSType, { nodes, contents }: Saved): void {
  const files = contents.values();
  for (const { path, mode, mtime, target, size } of nodes) {
    FS.mkdirTree(path.slice(0, path.lastIndexOf("/")) || "/");
    if (target !== undefined) {
      if (!FS.analyzePath(path, true).exists) FS.symlink(target, path);
      continue;
    }
    // A copy: the file may be written to, and the snapshot used again.
    if (size !== undefined) FS.writeFile(path, (files.next().value as Uint8Array).slice(), { canOwn: true });
    else FS.mkdirTree(path);
    FS.chmod(path, mode & 0o7777);
    FS.utime(path, mtime, mtime);
  }
}
