/* Where packages are installed. */

import { pythonVersion } from "../loader/version.ts";

export interface Places {
  readonly sitePackages: string;
  /** For packages of shared libraries. */
  readonly sharedLibraries: string;
}

/** `prefix` is Python's sys.prefix. A program on a command line sees the host's /usr/lib, which is not ours to fill. */
export function placesBelow(prefix: string, commandLine = false): Places {
  const root = prefix === "/" ? "" : prefix;
  return {
    sitePackages: `${root}/lib/python${pythonVersion}/site-packages`,
    sharedLibraries: commandLine ? `${root}/lib` : "/usr/lib",
  };
}
