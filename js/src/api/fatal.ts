/* What becomes of the public API when the interpreter cannot go on. */

/** Stay usable: they are needed to find out what happened. */
const SURVIVES = (name: string): boolean => name === "version" || name.startsWith("_");

/** Every public member of `api` becomes a getter that throws what `error` gives. */
export function blockAPI(api: object, error: () => Error): void {
  const descriptor: PropertyDescriptor = {
    configurable: true,
    enumerable: true,
    get() {
      throw error();
    },
  };
  for (const name of Object.keys(api)) {
    if (!SURVIVES(name)) Object.defineProperty(api, name, descriptor);
  }
}
