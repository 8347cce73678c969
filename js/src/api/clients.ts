/*
 * What existing clients reach for behind the public API, under Pyodide's names: pytest-pyodide and other test
 * harnesses, applications that look into `_api`, code that calls C through `_module`. Nothing else here uses it.
 */

import type { Core, CoreConfig, PyProxy as CoreProxy } from "../../../runtime/glue/interface.ts";
import type { StandardStreams } from "../streams/devices.ts";
import type { InternalAPI } from "../types/api.ts";
import type { PyodideModule } from "../types/emscripten.ts";
import type { PyProxy } from "../types/ffi.ts";

/** What the members need of C and of Emscripten. */
export interface ClientModule extends PyodideModule {
  stringToNewUTF8(text: string): number;
  _PyRun_SimpleString(text: number): number;
  _free(address: number): void;
  _handle_new(value: unknown): number;
  _handle_get(handle: number): unknown;
  _handle_incref(handle: number): number;
  _handle_pop(handle: number): unknown;
  _handle_is_live(handle: number): number;
}

/** Members of `_api` that are Python modules. Each is imported when somebody asks for it, and lives on. */
const MODULES = {
  pyodide_code: "pyodide.code",
  pyodide_ffi: "pyodide.ffi",
  pyodide_py: "pyodide",
  package_loader: "pyodide._package_loader",
  importlib: "importlib",
  os: "os",
  sys: "sys",
};

/** Puts on `api` what its type does not name. `config` is what the core has been given. */
export function addClientMembers(
  api: object,
  module: ClientModule,
  streams: StandardStreams,
  config: CoreConfig,
): void {
  const { core } = module;
  for (const [name, python] of Object.entries(MODULES)) {
    let proxy: unknown;
    const get = (): unknown => (proxy ??= core.pyimport(python));
    Object.defineProperty(api, name, { get, enumerable: true, configurable: true });
  }
  Object.defineProperty(api, "pyVersionTuple", { get: () => versionTuple(core), enumerable: true });
  let names: unknown;
  Object.assign(api, {
    NoGilError: core.NoGilError,
    errorConstructors: core.internals.errorConstructors,
    deserializeError: core.internals.newError,
    tests: { Function },
    isPromise: (value: unknown) => typeof (value as { then?: unknown } | null | undefined)?.then === "function",
    pyproxyIsAlive: (proxy: CoreProxy) => core.isAlive(proxy),
    abortSignalAny: (signals: Iterable<AbortSignal>) => AbortSignal.any([...signals]), // Node 20 wants an array
    fatal_error: (cause: unknown) => {
      throw core.fail(cause);
    },
    /** The status of C's PyRun_SimpleString, and what was written to standard error meanwhile. */
    rawRun(code: string): [status: number, errors: string] {
      const text = module.stringToNewUTF8(code);
      let status = 0;
      const errors = streams.captureStderr(() => {
        status = module._PyRun_SimpleString(text);
      });
      module._free(text);
      return [status, errors.trim()];
    },
    /** Runs code in a namespace of its own, one for all such calls. */
    runPythonInternal: (code: string) => core.callPython("pyodide.code.eval_code", code, (names ??= core.toPy({}))),
    setPyProxyToStringMethod: (repr: boolean) => {
      config.pyproxyToStringRepr = Boolean(repr);
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
  return {
    saveState: () => core.callPython("pyodide._state.save_state") as PyProxy,
    restoreState: (state) => core.callPython("pyodide._state.restore_state", state) as number,
  };
}

/** Members of the module that Pyodide's own core has, and C functions of its under their names there. */
export function moduleMembers(module: ClientModule, api: InternalAPI): object {
  const { core } = module;
  return {
    API: api,
    jspiSupported: core.canSwitch,
    _pythonexc2js() {
      throw core.internals.takeError();
    },
    _run_main: () => core.callPython("_pyodide_core.run_main"),
    promisingRunMain: api.runMain,
    processBufferFormatString(format: string, hint = "") {
      try {
        const { View, bigEndian } = core.internals.parseFormat(format);
        return [View, bigEndian];
      } catch (error) {
        throw new Error(`${(error as Error).message}${hint}`);
      }
    },
    _clear_method_call_singleton() {}, // no method that was called is kept
    ...handleMembers(module, api),
    ...proxyTracing(core),
  };
}

/** Objects that C keeps a number for. A number that stands for none is told to harnesses, too: `fail_test`. */
function handleMembers(module: ClientModule, api: InternalAPI): object {
  const checked =
    <Result>(name: string, use: (handle: number) => Result) =>
    (handle: number): Result => {
      if (module._handle_is_live(handle)) return use(handle);
      api.fail_test = true;
      throw new Error(`${name} on invalid reference ${handle}: it is not in use, or no longer`);
    };
  const count = () => module.core.liveHandles();
  return {
    hiwire: { num_keys: count },
    _hiwire_num_refs: count,
    _hiwire_new: (value: unknown) => module._handle_new(value),
    _hiwire_get: checked("hiwire_get", (handle) => module._handle_get(handle)),
    _hiwire_incref: checked("hiwire_incref", (handle) => void module._handle_incref(handle)),
    _hiwire_decref: checked("hiwire_decref", (handle) => void module._handle_pop(handle)),
  };
}

/** Which proxies were made since somebody has asked for that, and where. Until it ends they are not collected. */
function proxyTracing({ internals }: Core): object {
  const stacks = new Map<CoreProxy, string | undefined>();
  const traced = new Map<object, CoreProxy>();
  return {
    pyproxy_alloc_map: stacks,
    enable_pyproxy_allocation_tracing: () =>
      internals.trace({
        made(proxy, lifetime) {
          traced.set(lifetime, proxy);
          stacks.set(proxy, new Error().stack);
        },
        ended(lifetime) {
          const proxy = traced.get(lifetime);
          if (proxy !== undefined) stacks.delete(proxy);
          traced.delete(lifetime);
        },
      }),
    disable_pyproxy_allocation_tracing: () => internals.trace(undefined),
  };
}
