/* Node's own modules, without an import that a bundler for the web would trip over. */

export type NodeModules = {
  readonly dgram: typeof import("node:dgram");
  readonly dns: typeof import("node:dns");
  readonly fs: typeof import("node:fs");
  readonly net: typeof import("node:net");
  readonly path: typeof import("node:path");
  readonly stream: typeof import("node:stream");
  readonly tls: typeof import("node:tls");
  readonly tty: typeof import("node:tty");
  readonly url: typeof import("node:url");
  readonly worker_threads: typeof import("node:worker_threads");
};

/** Raises Error where the host has no `process.getBuiltinModule`. */
export function nodeModules(): NodeModules {
  const get = globalThis.process?.getBuiltinModule;
  if (get === undefined) {
    throw new Error(`Node.js 20.16 or newer is needed, this is ${globalThis.process?.version ?? "something else"}`);
  }
  return {
    // Loading these takes a while, and few programs want them.
    get dgram() {
      return get("node:dgram");
    },
    get dns() {
      return get("node:dns");
    },
    get net() {
      return get("node:net");
    },
    get stream() {
      return get("node:stream");
    },
    get tls() {
      return get("node:tls");
    },
    get worker_threads() {
      return get("node:worker_threads");
    },
    fs: get("node:fs"),
    path: get("node:path"),
    tty: get("node:tty"),
    url: get("node:url"),
  };
}
