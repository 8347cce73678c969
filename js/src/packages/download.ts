/* Gets the files of packages: verified, each once, from a directory that keeps them where there is one. */

import { asDirectory, type Files, isURL } from "../loader/files.ts";
import type { RuntimeEnv } from "../loader/host.ts";
import type { Config } from "../loader/options.ts";
import { DEFAULT_CHANNEL, type Package } from "./resolve.ts";

export class Downloads {
  readonly #files: Files;
  readonly #base: string;
  readonly #cache: string | undefined;
  readonly #fallback: string | undefined;
  readonly #ahead = new Map<string, Promise<Uint8Array>>();

  constructor(files: Files, { packageBaseUrl, packageCacheDir, cdnUrl }: Config, env: RuntimeEnv) {
    this.#files = files;
    this.#base = packageBaseUrl;
    this.#cache = env.IN_NODE ? packageCacheDir : undefined;
    this.#fallback = cdnUrl;
  }

  /** Starts downloads whose files will be asked for later. A failure is reported then. */
  begin(packages: readonly Package[]): void {
    for (const each of packages) {
      const download = this.#get(each, true);
      download.catch(() => {});
      this.#ahead.set(each.address, download);
    }
  }

  /** The file. Raises Error if it cannot be had or, with `check`, is another than the lock file says. */
  get(wanted: Package, check: boolean): Promise<Uint8Array> {
    const begun = this.#ahead.get(wanted.address);
    this.#ahead.delete(wanted.address);
    return begun ?? this.#get(wanted, check);
  }

  async #get(wanted: Package, check: boolean): Promise<Uint8Array> {
    const sha256 = check ? wanted.sha256 : undefined;
    if (wanted.channel !== DEFAULT_CHANNEL) return this.#files.read(this.#files.resolve(wanted.address));
    const kept = this.#cache === undefined ? undefined : this.#cache + wanted.fileName;
    if (kept !== undefined) {
      // A file that is damaged, or of another lock file, is fetched anew.
      const bytes = await this.#files.read(kept).catch(() => undefined);
      if (bytes && (await difference(bytes, sha256)) === undefined) return bytes;
    }
    const bytes = await this.#read(wanted.address, sha256);
    const wrong = await difference(bytes, sha256);
    if (wrong !== undefined) throw new Error(`${wanted.fileName} ${wrong}`);
    if (kept !== undefined) await this.#files.store?.(kept, bytes);
    return bytes;
  }

  async #read(address: string, sha256: string | undefined): Promise<Uint8Array> {
    // Without crypto.subtle, in a page that came over plain HTTP, fetch has to check.
    const integrity = sha256 !== undefined && !subtle() ? subresourceIntegrity(sha256) : undefined;
    const read = (place: string) => this.#files.read(this.#files.resolve(place), integrity);
    if (isURL(address)) return read(address);
    if (this.#fallback === undefined) return read(this.#base + address);
    const fallback = asDirectory(this.#fallback) + address;
    return read(this.#base + address).catch(() => read(fallback));
  }
}

function subtle(): SubtleCrypto | undefined {
  return globalThis.crypto?.subtle;
}

/** How `bytes` differ from what has the hash `sha256`, or undefined. */
async function difference(bytes: Uint8Array, sha256: string | undefined): Promise<string | undefined> {
  const crypto = subtle();
  if (sha256 === undefined || !crypto) return undefined;
  const digest = new Uint8Array(await crypto.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  const actual = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return actual === sha256 ? undefined : `has sha256 ${actual}, the lock file says ${sha256}`;
}

/** For the `integrity` option of fetch. */
function subresourceIntegrity(sha256: string): string {
  const bytes = sha256.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  return `sha256-${btoa(String.fromCharCode(...bytes))}`;
}
