/*
 * What existing clients reach for behind the public API, under Pyodide's names: pytest-pyodide and other test
 * harnesses, applications that look into `_api`, code that calls C through `_module`. Nothing else here uses it.
 */

import type { Core, PyProxy as CoreProxy, PyCallable } from "../../../runtime/glue/interface.ts";
import type { InternalAPI } from "../types/api.ts";
import type { PyodideModule } from "../types/emscripten.ts";
import type { PyProxy } from "../types/ffi.ts";

/** Members of `_api` that are Python modules. Each is imported when somebody asks for it, and lives on. */
const MODULES = {
  pyodide_code: "pyodide.code",
  pyodide_ffi: "pyodide.ffi",
  pyodide_py: "pyodide",
  importlib: "importlib",
  os: "os",
  sys: "sys",
};

/** Puts on `api` what its type does not name. */
export function addClientMembers(api: object, core: Core): void {
  for (const [name, module] of Object.entries(MODULES)) {
    let proxy: unknown;
    const get = (): unknown => (proxy ??= core.pyimport(module));
    Object.defineProperty(api, name, { get, enumerable: true, configurable: true });
  }
  Object.defineProperty(api, "pyVersionTuple", { get: () => versionTuple(core), enumerable: true });
  Object.assign(api, {
    NoGilError: core.NoGilError,
    isPromise: (value: unknown) => typeof (value as { then?: unknown } | null | undefined)?.then === "function",
    pyproxyIsAlive: (proxy: CoreProxy) => core.isAlive(proxy),
    abortSignalAny: (signals: Iterable<AbortSignal>) => AbortSignal.any([...signals]), // Node 20 wants an array
    fatal_error: (cause: unknown) => {
      throw core.fail(cause);
    },
  });
}

/** For example [3, 14, 7]. */
function versionTuple(core: Core): unknown {
  const version = core.pyimport("sys.version_info") as CoreProxy;
  try {
    return (version.toJs() as unknown[]).slice(0, 3);
  } finally {
    version.destroy();
  }
}

/** Functions and variables of C are on `module` as Emscripten names them: `_malloc`, `_PyRun_SimpleString`. */
export function exposeC(module: PyodideModule): void {
  const find = (name: string | symbol): unknown => {
    if (typeof name !== "string" || !name.startsWith("_")) return undefined;
    const found = module.wasmExports[name.slice(1)];
    return found instanceof WebAssembly.Global ? found.value : found;
  };
  const prototype = new Proxy(Object.prototype, {
    get: (target, name, receiver) => find(name) ?? Reflect.get(target, name, receiver),
    has: (target, name) => find(name) !== undefined || Reflect.has(target, name),
  });
  Object.setPrototypeOf(module, prototype);
}

/** Put what was run between the two calls out of the interpreter again. */
export function stateKeeper(core: Core): Pick<InternalAPI, "saveState" | "restoreState"> {
  const call = (name: string, ...args: unknown[]): unknown => {
    const function_ = core.pyimport(`pyodide._state.${name}`) as PyCallable;
    try {
      return function_(...args);
    } finally {
      function_.destroy();
    }
  };
  return {
    saveState: () => call("save_state") as PyProxy,
    restoreState: (state) => call("restore_state", state) as number,
  };
}

/** Counts of live objects under the names that harnesses ask for; they are always kept, so there is no switch. */
export function counters(core: Core): object {
  return {
    hiwire: { num_keys: () => core.liveHandles() },
    pyproxy_alloc_map: {
      get size(): number {
        return core.liveProxies();
      },
    },
    enable_pyproxy_allocation_tracing: () => {},
    disable_pyproxy_allocation_tracing: () => {},
  };
}
