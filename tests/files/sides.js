// Both sides of /shared, for the tests of mountNativeFS: `shared` is a fresh directory of the origin-private file system.

globalThis.sides = async (pyodide) => {
  const opfs = await navigator.storage.getDirectory();
  await opfs.removeEntry("shared", { recursive: true }).catch(() => {});
  const shared = await opfs.getDirectoryHandle("shared", { create: true });

  const parent = async (path, create = false) => {
    let directory = shared;
    for (const name of path.split("/").slice(0, -1)) directory = await directory.getDirectoryHandle(name, { create });
    return directory;
  };
  const fileHandle = async (path) => (await parent(path, true)).getFileHandle(path.split("/").at(-1), { create: true });
  const put = async (path, contents) => {
    const stream = await (await fileHandle(path)).createWritable();
    await stream.write(contents);
    await stream.close();
  };
  const remove = async (path) => (await parent(path)).removeEntry(path.split("/").at(-1), { recursive: true });

  /** Contents by path; null for a directory. */
  const remote = async (directory = shared, prefix = "", found = {}) => {
    for await (const [name, handle] of directory.entries()) {
      if (handle.kind === "file") {
        found[prefix + name] = await (await handle.getFile()).text();
      } else {
        found[prefix + name] = null;
        await remote(handle, `${prefix}${name}/`, found);
      }
    }
    return found;
  };
  const local = (prefix = "", found = {}) => {
    const { FS } = pyodide;
    for (const name of FS.readdir(`/shared/${prefix}`).filter((name) => !/^\.\.?$/.test(name))) {
      const path = prefix + name;
      const { mode } = FS.lstat(`/shared/${path}`);
      found[path] = FS.isFile(mode) ? FS.readFile(`/shared/${path}`, { encoding: "utf8" }) : null;
      if (FS.isDir(mode)) local(`${path}/`, found);
    }
    return found;
  };
  const python = (code) => pyodide.runPython(`import os, shutil\nos.chdir('/shared')\n${code}\nos.chdir('/')`);

  /** Another millisecond: what is written from then on is newer. */
  const later = async () => {
    const before = Date.now();
    while (Date.now() === before) await new Promise((resolve) => setTimeout(resolve));
  };
  const mount = () => pyodide.mountNativeFS("/shared", shared);
  const unmount = () => {
    const { exists, object } = pyodide.FS.analyzePath("/shared");
    if (exists && object.mount.mountpoint === "/shared") pyodide.FS.unmount("/shared");
  };
  return { shared, fileHandle, put, remove, remote, local, python, later, mount, unmount };
};
