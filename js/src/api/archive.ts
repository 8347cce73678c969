/* `unpackArchive`, by Python's shutil. */

import type { Core } from "../../../runtime/glue/interface.ts";
import { describe, isString } from "../loader/check.ts";
import type { PyodideAPI } from "../types/api.ts";
import type { FSType } from "../types/emscripten.ts";

/** What shutil calls a format, by the names that are accepted for it. A wheel is a zip archive. */
const FORMATS: Readonly<Record<string, string>> = {
  zip: "zip",
  whl: "zip",
  wheel: "zip",
  tar: "tar",
  gztar: "gztar",
  "tar.gz": "gztar",
  tgz: "gztar",
  bztar: "bztar",
  "tar.bz2": "bztar",
  tbz2: "bztar",
  xztar: "xztar",
  "tar.xz": "xztar",
  txz: "xztar",
};

const INSTALLER = "pyodide.unpackArchive";

export function archiveUnpacker(core: Core, FS: FSType): PyodideAPI["unpackArchive"] {
  return (buffer, format, { extractDir } = {}) => {
    const bytes = bytesOf(buffer);
    if (!isString(format)) throw new TypeError(`unpackArchive: the format must be a string, not ${describe(format)}`);
    const name = format.replace(/^\./, "");
    const known = Object.hasOwn(FORMATS, name) ? (FORMATS[name] as string) : undefined;
    if (known === undefined) {
      throw new TypeError(`unpackArchive: unknown format '${format}', known are ${Object.keys(FORMATS).join(", ")}`);
    }
    const directory = extractDir ?? FS.cwd();
    const before = name === "whl" || name === "wheel" ? metadataDirectories(FS, directory) : undefined;
    unpack(core, FS, bytes, known, directory);
    if (!FS.analyzePath(directory, false).exists) FS.mkdirTree(directory); // nothing was in it
    if (before) recordInstaller(FS, directory, before);
  };
}

function bytesOf(buffer: unknown): Uint8Array {
  if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
  throw new TypeError("unpackArchive: the archive must be an ArrayBuffer or a view of one");
}

function unpack(core: Core, FS: FSType, bytes: Uint8Array, format: string, directory: string): void {
  const path = temporaryPath(FS);
  FS.writeFile(path, bytes);
  try {
    core.callPython("shutil.unpack_archive", path, directory, format);
  } finally {
    FS.unlink(path);
  }
}

function temporaryPath(FS: FSType): string {
  for (let count = 0; ; count++) {
    const path = `/tmp/unpack-archive-${count}`;
    if (!FS.analyzePath(path, false).exists) return path;
  }
}

/** The *.dist-info directories in `directory`. */
function metadataDirectories(FS: FSType, directory: string): Set<string> {
  if (!FS.analyzePath(directory, false).exists) return new Set();
  return new Set(FS.readdir(directory).filter((name: string) => name.endsWith(".dist-info")));
}

/** Notes in a new wheel's metadata who installed it, as pip does. */
function recordInstaller(FS: FSType, directory: string, before: Set<string>): void {
  for (const name of metadataDirectories(FS, directory)) {
    if (!before.has(name)) FS.writeFile(`${directory}/${name}/INSTALLER`, `${INSTALLER}\n`);
  }
}
