/* From what a caller names to the packages that must be there, in the order in which they can be installed. */

import { directoryOf } from "../loader/files.ts";
import type { Lockfile, LockfilePackage, PackageType } from "../types/lockfile.ts";
import { checkWheelTags, fileNameOf, normalizeName, parseWheelName, type Target } from "./names.ts";

/** The source of packages that the lock file has, in `loadedPackages`. */
export const DEFAULT_CHANNEL = "default channel";

/** A package that can be downloaded and installed. */
export interface Package {
  /** Its normalised name. */
  readonly key: string;
  /** Its name as the lock file or the wheel spells it. */
  readonly name: string;
  readonly version: string;
  readonly fileName: string;
  /** A URL or path; one of the lock file may be relative to the base of packages. */
  readonly address: string;
  /** DEFAULT_CHANNEL, or the address. */
  readonly channel: string;
  readonly sha256: string | undefined;
  readonly packageType: PackageType;
  readonly directory: "site" | "dynlib";
  /** Normalised names. */
  readonly depends: readonly string[];
}

/** The packages of a lock file by any spelling of their names, and the wheels that a caller names by address. */
export class Index {
  readonly #entries = new Map<string, LockfilePackage>();
  readonly #target: Target;

  constructor(lockfile: Lockfile, target: Target) {
    this.#target = target;
    for (const [name, entry] of Object.entries(lockfile.packages)) this.#entries.set(normalizeName(name), entry);
  }

  /** What `request` names. Raises Error if it is neither in the lock file nor the address of a wheel. */
  find(request: string): Package {
    if (fileNameOf(request).endsWith(".whl")) return wheelAt(request, this.#target);
    const key = normalizeName(request);
    const entry = this.#entries.get(key);
    if (entry) return packageOf(key, entry);
    if (/^[\w.-]+$/.test(request)) throw new Error(`No known package with name '${request}'`);
    throw new Error(
      `'${request}' is not a valid package name or URL: loadPackage takes exact names of packages in the lock file ` +
        "and addresses of wheels; micropip.install() takes requirements with versions and extras",
    );
  }

  /** `requested` and all it depends on but what is `loaded` (by key): dependencies first, each once. */
  closure(requested: readonly Package[], loaded: (key: string) => boolean = () => false): Package[] {
    const seen = new Set<string>();
    const ordered: Package[] = [];
    // A wheel given by its address takes the place of the lock file's package of that name.
    const given = new Map(requested.map((each) => [each.key, each]));
    const visit = (found: Package) => {
      if (seen.has(found.key) || loaded(found.key)) return;
      seen.add(found.key);
      for (const name of found.depends) visit(given.get(normalizeName(name)) ?? this.find(name));
      ordered.push(found);
    };
    for (const each of requested) visit(each);
    return ordered;
  }

  /** The package that provides the module `name`, by its name in the lock file. */
  providing(name: string): Package | undefined {
    for (const [key, entry] of this.#entries) {
      if (entry.imports.includes(name)) return packageOf(key, entry);
    }
    return undefined;
  }

  /** Every import name with the package that has it. */
  importNames(): Map<string, string> {
    const names = new Map<string, string>();
    for (const entry of this.#entries.values()) {
      for (const name of entry.imports) names.set(name, entry.name);
    }
    return names;
  }
}

function packageOf(key: string, entry: LockfilePackage): Package {
  return {
    key,
    name: entry.name,
    version: entry.version,
    fileName: fileNameOf(entry.file_name),
    address: entry.file_name,
    channel: DEFAULT_CHANNEL,
    sha256: entry.sha256 || undefined,
    packageType: entry.package_type ?? "package",
    directory: entry.install_dir ?? "site",
    depends: entry.depends ?? [],
  };
}

function wheelAt(address: string, target: Target): Package {
  const fileName = fileNameOf(address);
  checkWheelTags(fileName, target);
  const { distribution, version } = parseWheelName(fileName);
  return {
    key: normalizeName(distribution),
    name: distribution,
    version,
    fileName,
    // Marked as relative to the page or working directory, not to the lock file.
    address: directoryOf(address) === undefined ? `./${address}` : address,
    channel: address,
    sha256: undefined,
    packageType: "package",
    directory: "site",
    depends: [],
  };
}
