/* Directories of the host inside Python's file system. */

import { nodeModules } from "../loader/node.ts";
import { NATIVEFS } from "../nativefs/filesystem.ts";
import type { NativeFS } from "../types/api.ts";
import type { FSInternals, FSType, MountableType } from "../types/emscripten.ts";

/** Mounts the host's directory `hostPath`. Raises Error unless it is one and `path` is, or can be, an empty mount point. */
export function mountNodeDirectory(FS: FSType, path: string, hostPath: string): void {
  const { fs } = nodeModules();
  if (!fs.statSync(hostPath, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`mountNodeFS: ${hostPath} is not a directory of the host`);
  }
  makeMountPoint(FS, path);
  mount(FS, "NODEFS", { root: hostPath }, path);
}

/**
 * Mounts a copy of the directory behind `handle`, and copies. Raises TypeError unless it is a directory's handle, Error
 * as mountNodeDirectory, and what the host says if it lets us not read; nothing is mounted then.
 */
export async function mountNativeDirectory(
  FS: FSType,
  path: string,
  handle: FileSystemDirectoryHandle,
): Promise<NativeFS> {
  if (handle?.kind !== "directory" || typeof handle.getDirectoryHandle !== "function") {
    throw new TypeError("mountNativeFS: argument 'fileSystemHandle' must be a FileSystemDirectoryHandle");
  }
  makeMountPoint(FS, path);
  const type = mount(FS, NATIVEFS, { fileSystemHandle: handle }, path);
  const mounted = (FS as unknown as FSInternals).lookupPath(path).node.mount;
  const syncfs = () =>
    new Promise<void>((resolve, reject) => {
      type.syncfs?.(mounted, false, (error) => (error === null ? resolve() : reject(error)));
    });
  try {
    await syncfs();
  } catch (error) {
    FS.unmount(path);
    throw error;
  }
  return { syncfs };
}

function mount(FS: FSType, name: string, options: object, path: string): MountableType {
  const type = (FS as unknown as FSInternals).filesystems[name];
  if (type === undefined) throw new Error(`This build has no ${name}`);
  FS.mount(type as unknown as Emscripten.FileSystemType, options, path);
  return type;
}

/** Makes sure that `path` is an empty directory on which nothing is mounted, creating it if need be. */
function makeMountPoint(FS: FSType, path: string): void {
  FS.mkdirTree(path);
  const { node } = FS.lookupPath(path, { follow_mount: false });
  if (FS.isMountpoint(node)) throw new Error(`Something is already mounted at ${path}`);
  if (!FS.isDir(node.mode)) throw new Error(`Cannot mount at ${path}: it is not a directory`);
  if (FS.readdir(path).length > 2) throw new Error(`Cannot mount at ${path}: it is not empty`);
}
