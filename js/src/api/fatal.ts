/* What becomes of the public API when the interpreter cannot go on. */

/** Stay usable: they are needed to find out what happened. */
const SURVIVES = (name: string): boolean => name === "version" || name.startsWith("_");

/** Every public member of `api` becomes a getter that throws. */
export function blockAPI(api: object, cause: unknown): void {
  const message = `Pyodide already ${isExit(cause) ? "exited" : "fatally failed"} and can no longer be used.`;
  const descriptor: PropertyDescriptor = {
    configurable: true,
    enumerable: true,
    get() {
      throw new Error(message, { cause });
    },
  };
  for (const name of Object.keys(api)) {
    if (!SURVIVES(name)) Object.defineProperty(api, name, descriptor);
  }
}

/** The interpreter exited on purpose. Emscripten's ExitStatus is no Error. */
export function isExit(cause: unknown): boolean {
  const { name } = (cause ?? {}) as { name?: unknown };
  return name === "ExitStatus" || name === "Exit";
}
