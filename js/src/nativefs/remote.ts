/* The host's side: a FileSystemDirectoryHandle. */

import { DIRECTORY, type Entry, nameOf, parentOf, type Tree } from "./tree.ts";

export class RemoteSide {
  private readonly root: FileSystemDirectoryHandle;

  constructor(root: FileSystemDirectoryHandle) {
    this.root = root;
  }

  async scan(): Promise<Tree> {
    const found = new Map<string, Entry>();
    const visit = async (directory: FileSystemDirectoryHandle, prefix: string): Promise<void> => {
      const children: Promise<void>[] = [];
      for await (const [name, handle] of directory.entries()) {
        const path = prefix + name;
        if (handle.kind === "directory") {
          found.set(path, DIRECTORY);
          children.push(visit(handle as FileSystemDirectoryHandle, `${path}/`));
        } else {
          const add = (file: File) => void found.set(path, entryOf(file));
          children.push((handle as FileSystemFileHandle).getFile().then(add, unlessMissing));
        }
      }
      await Promise.all(children);
    };
    await visit(this.root, "");
    return found;
  }

  /** The file at `path`, unread. */
  async file(path: string): Promise<{ entry: Entry; bytes: () => Promise<Uint8Array> }> {
    const directory = await this.directory(parentOf(path));
    const file = await (await directory.getFileHandle(nameOf(path))).getFile();
    return { entry: entryOf(file), bytes: async () => new Uint8Array(await file.arrayBuffer()) };
  }

  /** Writes the file whole or not at all, except that a new one stays behind empty. Gives what it is now. */
  async write(path: string, bytes: Uint8Array): Promise<Entry> {
    const directory = await this.directory(parentOf(path));
    const handle = await directory.getFileHandle(nameOf(path), { create: true });
    const stream = await handle.createWritable();
    try {
      await stream.write(bytes as Uint8Array<ArrayBuffer>);
      await stream.close();
    } catch (error) {
      await stream.abort().catch(() => {}); // it may be closed already
      throw error;
    }
    return entryOf(await handle.getFile());
  }

  async makeDirectory(path: string): Promise<void> {
    const directory = await this.directory(parentOf(path));
    await directory.getDirectoryHandle(nameOf(path), { create: true });
  }

  /** A directory must be empty. */
  async remove(path: string): Promise<undefined> {
    await (await this.directory(parentOf(path))).removeEntry(nameOf(path));
  }

  private async directory(path: string): Promise<FileSystemDirectoryHandle> {
    let directory = this.root;
    for (const name of path.split("/").filter(Boolean)) directory = await directory.getDirectoryHandle(name);
    return directory;
  }
}

function entryOf(file: File): Entry {
  return { kind: "file", modified: file.lastModified, stamp: `${file.lastModified} ${file.size}` };
}

/** For what may have gone away meanwhile. */
export function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

/** What `remove` says of something that is not there. */
function isMissing(error: unknown): boolean {
  return (error as { name?: unknown } | undefined)?.name === "NotFoundError";
}
