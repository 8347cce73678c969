/* The host's files where a program expects them: every directory at the top of the host's tree, under its own name. */

import { nodeModules } from "../loader/node.ts";
import type { FSInternals, FSType } from "../types/emscripten.ts";

/** Python's own library, the devices, and what tells about processes that Python knows nothing of. */
const OWN = new Set(["dev", "lib", "proc", "sys"]);

/** Shows the host's directories and makes the process's working directory Python's. */
export function mountHost(FS: FSType): void {
  const { fs } = nodeModules();
  const type = (FS as unknown as FSInternals).filesystems.NODEFS as unknown as Emscripten.FileSystemType;
  for (const entry of fs.readdirSync("/", { withFileTypes: true })) {
    const path = `/${entry.name}`;
    if (OWN.has(entry.name)) continue;
    if (entry.isSymbolicLink()) {
      if (!FS.analyzePath(path, true).exists) FS.symlink(fs.readlinkSync(path), path);
    } else if (entry.isDirectory()) {
      FS.mkdirTree(path);
      FS.mount(type, { root: path }, path);
    }
  }
  FS.chdir(process.cwd());
}
