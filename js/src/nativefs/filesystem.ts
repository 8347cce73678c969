/* NATIVEFS_ASYNC: an Emscripten file system in memory that can be synchronised with a directory of the host. */

import type { FSInternals, FSType, Mount, MountableType } from "../types/emscripten.ts";
import { LocalSide } from "./local.ts";
import { RemoteSide } from "./remote.ts";
import { Synchroniser } from "./sync.ts";

/** Its name in `FS.filesystems`. Mounting it takes the option `fileSystemHandle`. */
export const NATIVEFS = "NATIVEFS_ASYNC";

export function addNativeFileSystem(FS: FSType): void {
  const { filesystems } = FS as unknown as FSInternals;
  const { MEMFS } = filesystems;
  const synchronisers = new WeakMap<Mount, Synchroniser>();
  const native: MountableType = {
    mount: (mount) => (MEMFS as MountableType).mount(mount),
    /** Both directions at once, whichever is asked for: nothing is lost by it. */
    syncfs(mount, _populate, done) {
      let synchroniser = synchronisers.get(mount);
      if (!synchroniser) {
        const remote = new RemoteSide(mount.opts.fileSystemHandle as FileSystemDirectoryHandle);
        synchroniser = new Synchroniser(new LocalSide(FS, mount.mountpoint), remote);
        synchronisers.set(mount, synchroniser);
      }
      synchroniser.sync().then(() => done(null), done);
    },
  };
  filesystems[NATIVEFS] = native;
}
