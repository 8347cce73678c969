/* Reads the distribution's files: from disk in Node, with `fetch` elsewhere. One read is one request. */

import type { CreatePyodideModule } from "../types/emscripten.ts";
import { type NodeModules, nodeModules } from "./node.ts";

export interface Files {
  /** An absolute address for `place`, which may be relative to the page or the working directory. */
  resolve(place: string): string;
  /** The contents of a file. `integrity` is for fetch to check (W3C Subresource Integrity). */
  read(address: string, integrity?: string): Promise<Uint8Array>;
  /** Node only: writes a file that appears complete or not at all, with the directories above it. */
  store?(path: string, contents: Uint8Array): Promise<void>;
  /** The text of a UTF-8 file. */
  readText(address: string): Promise<string>;
  /** Compiles a wasm file, while it arrives where the host can do that. */
  compile(address: string): Promise<WebAssembly.Module>;
  /** The default export of an ES module. */
  importFactory(address: string): Promise<CreatePyodideModule>;
}

/** `place` with a slash at its end. */
export function asDirectory(place: string): string {
  return place.endsWith("/") ? place : `${place}/`;
}

/** The directory part of an address, with its slash; undefined if it has none. */
export function directoryOf(address: string): string | undefined {
  const slash = address.replace(/[?#].*$/, "").lastIndexOf("/");
  return slash < 0 ? undefined : address.slice(0, slash + 1);
}

/** Has a scheme of two letters or more: one letter is a Windows drive. */
export function isURL(place: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(place);
}

/** Files over `fetch`. `base` is what relative addresses are relative to. */
export function webFiles(base: string | undefined): Files {
  return {
    resolve: (place) => (base === undefined ? place : new URL(place, base).href),
    read: async (address, integrity) => new Uint8Array(await (await fetched(address, integrity)).arrayBuffer()),
    readText: async (address) => (await fetched(address)).text(),
    compile: async (address) => compileResponse(await fetched(address)),
    importFactory,
  };
}

/** Files on disk; http addresses still go over `fetch`. */
export function nodeFiles(): Files {
  const node = nodeModules();
  const web = webFiles(undefined);
  const read = (path: string) => node.fs.promises.readFile(path);
  return {
    resolve: (place) => resolveOnDisk(place, node),
    read: (address, integrity) => (isURL(address) ? web.read(address, integrity) : read(address)),
    store: (path, contents) => storeOnDisk(path, contents, node),
    readText: async (address) => (isURL(address) ? web.readText(address) : (await read(address)).toString("utf8")),
    compile: async (address) => (isURL(address) ? web.compile(address) : WebAssembly.compile(await read(address))),
    importFactory: (address) => importFactory(isURL(address) ? address : node.url.pathToFileURL(address).href),
  };
}

function resolveOnDisk(place: string, { path, url }: NodeModules): string {
  if (place.startsWith("file:")) {
    return url.fileURLToPath(place);
  }
  if (isURL(place)) {
    return place;
  }
  const resolved = path.resolve(place).replaceAll("\\", "/");
  return place.endsWith("/") ? asDirectory(resolved) : resolved;
}

async function storeOnDisk(path: string, contents: Uint8Array, { fs, path: paths }: NodeModules): Promise<void> {
  // Several processes may write the same file.
  const partial = `${path}.${process.pid}.partial`;
  await fs.promises.mkdir(paths.dirname(path), { recursive: true });
  await fs.promises.writeFile(partial, contents);
  await fs.promises.rename(partial, path);
}

async function fetched(address: string, integrity?: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, integrity === undefined ? {} : { integrity });
  } catch (cause) {
    throw new Error(`Could not load ${address}`, { cause });
  }
  if (!response.ok) {
    throw new Error(`Could not load ${address}: the server answered ${response.status} ${response.statusText}`.trim());
  }
  return response;
}

/** Streaming needs the exact media type, and a response can be used only once: so look before. */
async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  const mediaType = response.headers.get("Content-Type")?.trim().toLowerCase();
  return mediaType === "application/wasm"
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

async function importFactory(address: string): Promise<CreatePyodideModule> {
  const module: { default?: CreatePyodideModule } = await import(/* webpackIgnore: true */ /* @vite-ignore */ address);
  if (typeof module.default !== "function") {
    throw new Error(`${address} is not the runtime's module: it has no factory as its default export`);
  }
  return module.default;
}
