/* `loadPackage` and what belongs to it. One per interpreter. */

import type { PyProxy } from "../../../runtime/glue/interface.ts";
import type { LoadPackageOptions } from "../types/api.ts";
import type { PyodideModule } from "../types/emscripten.ts";
import type { PackageData } from "../types/lockfile.ts";
import type { Downloads } from "./download.ts";
import { installArchive, installedPackages, prepareInstalling, printer } from "./install.ts";
import { normalizeName } from "./names.ts";
import type { Places } from "./places.ts";
import { DEFAULT_CHANNEL, type Index, type Package } from "./resolve.ts";

const INSTALLER = "pyodide.loadPackage";

type Report = (message: string) => void;

export class PackageManager {
  /** Name and source of what is installed. micropip writes to it as well. */
  readonly loadedPackages: Record<string, string>;
  readonly #module: PyodideModule;
  readonly #places: Places;
  readonly #index: Index;
  readonly #downloads: Downloads;
  #last: Promise<unknown> = Promise.resolve();

  constructor(module: PyodideModule, places: Places, index: Index, downloads: Downloads) {
    this.#module = module;
    this.loadedPackages = installedPackages(module.FS, places.sitePackages);
    this.#places = places;
    this.#index = index;
    this.#downloads = downloads;
  }

  /** Installs packages and what they depend on. See PyodideAPI.loadPackage. */
  async load(names: unknown, options: LoadPackageOptions = {}): Promise<PackageData[]> {
    const requested = this.#requests(names).map((name) => this.#index.find(name));
    return this.#exclusively(() => this.#load(requested, options));
  }

  /** Installs the packages of the lock file that `code` imports. */
  async loadFromImports(code: string, options?: LoadPackageOptions): Promise<PackageData[]> {
    const found = this.#module.core.callPython("pyodide.code.find_imports", code) as PyProxy;
    const modules = found.toJs() as string[];
    found.destroy();
    const names = new Set<string>();
    for (const name of modules) {
      const providing = this.#index.providing(name);
      if (providing) names.add(providing.name);
    }
    return names.size ? this.load([...names], options) : [];
  }

  /** Unpacks an archive that the caller has got: what micropip installs with. Raises Error, then nothing changed. */
  async install(bytes: Uint8Array, fileName: string, target: string, metadata?: PyProxy): Promise<void> {
    // Python takes its argument back once this function has returned a settled promise.
    const owned = metadata?.copy();
    try {
      await this.#exclusively(() =>
        installArchive(this.#module, { bytes, fileName, target: target || this.#places.sitePackages, metadata: owned }),
      );
    } finally {
      owned?.destroy();
    }
  }

  /** The package that has the module `name`, if it is not installed: for the text of ModuleNotFoundError. */
  missing(name: string): string | undefined {
    const providing = this.#index.providing(name);
    return providing && this.#sourceOf(providing.key) === undefined ? providing.name : undefined;
  }

  #requests(names: unknown): string[] {
    const plain = this.#module.core.isPyProxy(names) ? names.toJs() : names;
    const list = Array.isArray(plain) ? (plain as unknown[]) : [plain];
    for (const name of list) {
      if (typeof name !== "string") {
        throw new TypeError(`loadPackage takes a name, an address of a wheel, or a list of those, not ${String(name)}`);
      }
    }
    return list as string[];
  }

  #exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  #sourceOf(key: string): string | undefined {
    const name = Object.keys(this.loadedPackages).find((each) => normalizeName(each) === key);
    return name === undefined ? undefined : this.loadedPackages[name];
  }

  async #load(requested: readonly Package[], options: LoadPackageOptions): Promise<PackageData[]> {
    const say = options.messageCallback ?? printer(this.#module.core, "stdout");
    const complain = options.errorCallback ?? printer(this.#module.core, "stderr");
    const failures = this.#reportLoaded(requested, say, complain);
    const wanted = this.#index.closure(requested, (key) => this.#sourceOf(key) !== undefined);
    const installed: Package[] = [];
    if (wanted.length === 0) {
      say("No new packages to load");
    } else {
      say(`Loading ${names(wanted)}`);
      failures.push(...(await this.#installAll(wanted, installed, options.checkIntegrity ?? true, complain)));
      if (installed.length) say(`Loaded ${names(installed)}`);
      const failed = wanted.filter((each) => !installed.includes(each));
      if (failed.length) say(`Failed to load ${names(failed)}`);
    }
    if (failures.length && !options.ignoreErrors) {
      throw new Error(failures.map((failure) => failure.message).join("\n"), { cause: failures[0]?.cause });
    }
    return installed.map(({ name, version, fileName, packageType }) => ({ name, version, fileName, packageType }));
  }

  /** Says which packages are there already. A wheel that is there from somewhere else is a failure. */
  #reportLoaded(requested: readonly Package[], say: Report, complain: Report): Error[] {
    const failures: Error[] = [];
    for (const { key, name, channel } of requested) {
      const source = this.#sourceOf(key);
      if (source === undefined) continue;
      if (channel === DEFAULT_CHANNEL || channel === source) {
        say(`${name} already loaded from ${source}`);
      } else {
        const message = `URI mismatch: ${name} is wanted from ${channel}, but is already loaded from ${source}. A package that is to replace another's dependency has to be loaded first.`;
        complain(message);
        failures.push(new Error(message));
      }
    }
    return failures;
  }

  /** Adds to `installed` what could be installed, in order; each package only if all that it depends on is there. */
  async #installAll(
    wanted: readonly Package[],
    installed: Package[],
    check: boolean,
    complain: Report,
  ): Promise<Error[]> {
    const downloads = wanted.map((each) => this.#downloads.get(each, check));
    for (const download of downloads) download.catch(() => {});
    prepareInstalling(this.#module); // while they come
    const failures: Error[] = [];
    const failed = new Set<string>();
    for (const [i, each] of wanted.entries()) {
      try {
        const needed = each.depends.map(normalizeName).filter((key) => failed.has(key));
        if (needed.length) throw new Error(`it depends on ${needed.join(", ")}`);
        const bytes = await (downloads[i] as Promise<Uint8Array>);
        delete downloads[i]; // the file is needed no more once it is unpacked
        await this.#installPackage(each, bytes);
        installed.push(each);
      } catch (cause) {
        failed.add(each.key);
        const failure = new Error(`${each.name} could not be loaded: ${describe(cause)}`, { cause });
        failures.push(failure);
        complain(failure.message);
      }
    }
    return failures;
  }

  async #installPackage({ name, fileName, directory, channel }: Package, bytes: Uint8Array): Promise<void> {
    const source = channel === DEFAULT_CHANNEL ? "pyodide" : channel;
    await installArchive(this.#module, {
      bytes,
      fileName,
      target: directory === "dynlib" ? this.#places.sharedLibraries : this.#places.sitePackages,
      metadata: fileName.endsWith(".whl") ? { INSTALLER, PYODIDE_SOURCE: source } : undefined,
    });
    this.loadedPackages[name] = channel;
  }
}

function names(packages: readonly Package[]): string {
  return packages
    .map(({ name }) => name)
    .sort()
    .join(", ");
}

/** An error's message; of a Python exception the last line, which has its type. */
function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trimEnd().split("\n").at(-1) ?? "";
}
