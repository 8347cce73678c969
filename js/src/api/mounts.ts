/* Directories of the host inside Python's file system. */

import { nodeModules } from "../loader/node.ts";
import type { FSInternals, FSType } from "../types/emscripten.ts";

/** Mounts the host's directory `hostPath`. Raises Error unless it is one and `path` is, or can be, an empty mount point. */
export function mountNodeDirectory(FS: FSType, path: string, hostPath: string): void {
  const { fs } = nodeModules();
  if (!fs.statSync(hostPath, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`mountNodeFS: ${hostPath} is not a directory of the host`);
  }
  makeMountPoint(FS, path);
  const { NODEFS } = (FS as unknown as FSInternals).filesystems;
  if (NODEFS === undefined) throw new Error("mountNodeFS: this build has no NODEFS");
  FS.mount(NODEFS, { root: hostPath }, path);
}

/** Makes sure that `path` is an empty directory on which nothing is mounted, creating it if need be. */
function makeMountPoint(FS: FSType, path: string): void {
  FS.mkdirTree(path);
  const { node } = FS.lookupPath(path, { follow_mount: false });
  if (FS.isMountpoint(node)) throw new Error(`Something is already mounted at ${path}`);
  if (!FS.isDir(node.mode)) throw new Error(`Cannot mount at ${path}: it is not a directory`);
  if (FS.readdir(path).length > 2) throw new Error(`Cannot mount at ${path}: it is not empty`);
}
