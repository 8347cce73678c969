/* Puts an archive of a package where Python looks for it. pyodide._package_loader does the unpacking. */

import type { Core, PyCallable, PyProxy } from "../../../runtime/glue/interface.ts";
import type { FSType, PyodideModule } from "../types/emscripten.ts";
import { DEFAULT_CHANNEL } from "./resolve.ts";

/** Browsers refuse to compile a larger module on a page's main thread while it waits. */
const COMPILED_AT_ONCE = 4 * 1024 * 1024;

export interface Archive {
  /** Handed over: it becomes a file's contents and must not be changed. */
  readonly bytes: Uint8Array;
  /** Decides what kind of archive it is. */
  readonly fileName: string;
  /** The directory to unpack into. */
  readonly target: string;
  /** Files to add to a wheel's .dist-info: a Python dict, or an object. */
  readonly metadata: PyProxy | Readonly<Record<string, string>> | undefined;
}

/** Unpacks, or changes nothing and raises Error. Large extension modules are loaded, as importing cannot wait. */
export async function installArchive(module: PyodideModule, archive: Archive): Promise<void> {
  for (const library of unpack(module, archive)) {
    if (module.FS.stat(library).size > COMPILED_AT_ONCE) await loadLibrary(module, library);
  }
}

/** Imports what unpacking takes, and that is much: to be done while there is something to wait for. */
export function prepareInstalling({ core }: PyodideModule): void {
  (core.pyimport("pyodide._package_loader") as PyProxy).destroy();
}

/** Gives the paths of the shared libraries. */
function unpack({ core, FS }: PyodideModule, { bytes, fileName, target, metadata }: Archive): string[] {
  const path = `/tmp/${fileName}`;
  FS.mkdirTree("/tmp");
  FS.writeFile(path, bytes, { canOwn: true });
  const python = metadata && !core.isPyProxy(metadata) ? (core.toPy(metadata) as PyProxy) : undefined;
  try {
    const libraries = core.callPython("pyodide._package_loader.install", path, target, python ?? metadata) as PyProxy;
    const paths = libraries.toJs() as string[];
    libraries.destroy();
    return paths;
  } finally {
    python?.destroy();
    FS.unlink(path);
  }
}

/** Loads a shared library and what it needs, without keeping the thread waiting for the compiler. */
export async function loadLibrary(module: PyodideModule, path: string, global = false): Promise<void> {
  await module.loadDynamicLibrary(path, { loadAsync: true, nodelete: true, global }, global ? undefined : {});
}

/** What is in a directory before anything was loaded, because it was put or mounted there: names and sources. */
export function installedPackages(FS: FSType, directory: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const info of FS.readdir(directory).filter((name: string) => name.endsWith(".dist-info"))) {
    const read = (file: string) => {
      const path = `${directory}/${info}/${file}`;
      return FS.analyzePath(path, false).exists ? FS.readFile(path, { encoding: "utf8" }) : "";
    };
    const name = /^Name: *(\S+)/m.exec(read("METADATA"))?.[1];
    const source = read("PYODIDE_SOURCE").trim();
    if (name) found[name] = source === "pyodide" ? DEFAULT_CHANNEL : source || read("INSTALLER").trim() || "unknown";
  }
  return found;
}

/** Python's `sys.stdout` or `sys.stderr`, for a line. */
export function printer(core: Core, stream: "stdout" | "stderr"): (line: string) => void {
  return (line) => {
    const file = core.pyimport(`sys.${stream}`) as PyProxy;
    const write = file.write as PyCallable;
    write(`${line}\n`);
    write.destroy();
    file.destroy();
  };
}
