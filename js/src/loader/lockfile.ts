/* Gets the lock file and checks that it is one, for this runtime. */

import type { Lockfile } from "../types/lockfile.ts";
import type { Files } from "./files.ts";
import type { Config } from "./options.ts";

/** The lock file's contents as given or as loaded; one request at most. */
export async function loadLockfile(config: Config, files: Files): Promise<Lockfile> {
  const address = config.lockFileURL;
  const contents = await (config.lockFileContents ?? files.readText(address as string));
  const source = config.lockFileContents === undefined ? `the lock file ${address}` : "lockFileContents";
  return checkedLockfile(typeof contents === "string" ? parse(contents, source) : contents, source);
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${source} is not JSON`, { cause });
  }
}

function checkedLockfile(contents: unknown, source: string): Lockfile {
  const { info, packages } = (contents ?? {}) as Partial<Lockfile>;
  if (typeof packages !== "object" || packages === null) {
    throw new Error(`${source} has no 'packages': it is not a lock file`);
  }
  if (typeof info !== "object" || info === null) {
    throw new Error(`${source} has no 'info': it is not a lock file`);
  }
  return contents as Lockfile;
}

/** Raises Error when the lock file's packages were built for another ABI than the runtime's. */
export function checkLockfileABI({ info }: Lockfile, abiVersion: string): void {
  if (info.abi_version !== abiVersion) {
    throw new Error(
      `The lock file is for packages of ABI version ${info.abi_version}, this runtime has ABI version ${abiVersion}`,
    );
  }
}
