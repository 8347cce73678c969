/**
 * Loading shared libraries: extension modules, and the libraries that they or ctypes ask for.
 *
 * Emscripten's linker does the work. It cannot take back a load that fails half-way, and notices a missing function only
 * when it is called, with a trap. So everything a library needs is looked up before, and what a failure leaves is removed.
 */

type Scope = Record<string, unknown>;

interface Flags {
  readonly loadAsync?: boolean;
  readonly rpath?: { readonly parentLibPath: string; readonly paths: readonly string[] };
}

type Exports = Scope;

/** Symbols that an error message names; there may be hundreds. */
const NAMED = 5;

/** Loads a library unless it is loaded. Raises Error that names it and what is wrong; nothing has changed then. */
export function loadDynamicLibrary(name: string, flags: Flags, scope?: Scope, handle?: number): true | Promise<true> {
  const path = fileOf(name, flags);
  if (path in LDSO.loadedLibsByName) return openLibrary(path, flags, scope, handle);
  const forget = (error: unknown): never => {
    delete LDSO.loadedLibsByName[path];
    throw error;
  };
  try {
    const opened = openLibrary(path, flags, scope, handle);
    return opened instanceof Promise ? opened.catch(forget) : opened;
  } catch (error) {
    return forget(error);
  }
}

/** The path of a library's file: one library has one name, however it is asked for. */
function fileOf(name: string, { rpath }: Flags): string {
  // Emscripten has taken a leading "./" away.
  const found = (name.includes("/") ? undefined : findLibraryFS(name, rpath)) ?? findLibraryFS(PATH_FS.resolve(name));
  if (found === undefined) throw new Error(`${name}: no such file`);
  return found;
}

/** The exports of the library in `binary`, linked and initialised. */
export function loadWebAssemblyModule(
  binary: Uint8Array<ArrayBuffer>,
  flags: Flags,
  path: string,
  scope: Scope | undefined,
  handle: number | undefined,
): Exports | Promise<Exports> {
  if (flags.loadAsync) return loadAsync(binary, flags, path, scope, handle);
  const module = new WebAssembly.Module(binary);
  for (const each of neededBy(module, path)) loadDynamicLibrary(each, flags, scope);
  check(module, scope);
  return linkLibrary(module, flags, path, scope, handle);
}

async function loadAsync(
  binary: Uint8Array<ArrayBuffer>,
  flags: Flags,
  path: string,
  scope: Scope | undefined,
  handle: number | undefined,
): Promise<Exports> {
  const module = await WebAssembly.compile(binary);
  for (const each of neededBy(module, path)) await loadDynamicLibrary(each, flags, scope);
  check(module, scope);
  // With a module it would instantiate at once, which browsers refuse for large ones; compiled bytes are in their cache.
  return linkLibrary(binary, flags, path, scope, handle);
}

/** The paths of the libraries that a library needs. Raises Error for one that is nowhere. */
function neededBy(module: WebAssembly.Module, path: string): string[] {
  const { neededDynlibs, runtimePaths } = getDylinkMetadata(module);
  return neededDynlibs.map((name) => {
    const found = findLibraryFS(name, { parentLibPath: path, paths: runtimePaths });
    if (found !== undefined) return found;
    const places = runtimePaths.length ? `neither on its RPATH (${runtimePaths.join(":")}) nor` : "not";
    throw new Error(`it needs the library ${name}, which is ${places} in a folder of LD_LIBRARY_PATH`);
  });
}

/** Raises Error that names the symbols which are nowhere. */
function check(module: WebAssembly.Module, scope: Scope = {}): void {
  const { weakImports } = getDylinkMetadata(module);
  const own = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  const missing = new Set<string>();
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const address = from === "GOT.func" || from === "GOT.mem";
    if (!address && kind !== "function") continue;
    if (isSymbolDefined(name) || name in scope || weakImports.has(name)) continue;
    if (own.has(name) || own.has(`__em_js__${name}`)) continue;
    if (address && isAddress(GOT[name]?.value)) continue;
    missing.add(name);
  }
  if (missing.size === 0) return;
  const named = [...missing].slice(0, NAMED).join(", ");
  const rest = missing.size > NAMED ? ` and ${missing.size - NAMED} more` : "";
  throw new Error(`it needs ${missing.size > 1 ? "symbols that are" : "a symbol that is"} undefined: ${named}${rest}`);
}

/** Emscripten marks an entry that waits for its symbol by -1. */
function isAddress(value: number | undefined): boolean {
  return value !== undefined && value >>> 0 !== 0xffffffff;
}
