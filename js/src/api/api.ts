/* Connects a started interpreter to JavaScript and makes the object that `loadPyodide` resolves to. */

import type { CoreConfig, PyCallable, PyProxy } from "../../../runtime/glue/interface.ts";
import type { Files } from "../loader/files.ts";
import type { RuntimeEnv } from "../loader/host.ts";
import type { Interpreter } from "../loader/interpreter.ts";
import { checkLockfileABI } from "../loader/lockfile.ts";
import type { Config } from "../loader/options.ts";
import { abiVersion, buildId, version } from "../loader/version.ts";
import type { Downloads } from "../packages/download.ts";
import { loadLibrary } from "../packages/install.ts";
import { PackageManager } from "../packages/manager.ts";
import { type Places, placesBelow } from "../packages/places.ts";
import type { Index } from "../packages/resolve.ts";
import { MemoryTls } from "../sockets/memory.ts";
import { connectionOf, refuseSockets, type SocketModule, useNodeSockets } from "../sockets/node.ts";
import type { TlsOptions } from "../sockets/tls.ts";
import { type FileSystem, Watches } from "../sockets/watches.ts";
import type { InternalAPI, WholeAPI } from "../types/api.ts";
import type { FFI, PyProxy as PublicPyProxy } from "../types/ffi.ts";
import type { Lockfile } from "../types/lockfile.ts";
import { archiveUnpacker } from "./archive.ts";
import { createCanvas } from "./canvas.ts";
import { addClientMembers, type ClientModule, exposeC, moduleMembers, stateKeeper } from "./clients.ts";
import { blockAPI } from "./fatal.ts";
import { checkInterrupt, connectSignals, setInterruptBuffer } from "./interrupts.ts";
import { mountNativeDirectory, mountNodeDirectory } from "./mounts.ts";
import { withBuiltins } from "./namespace.ts";
import { asyncCodeRunner, codeRunner } from "./run.ts";
import { scheduleCallback } from "./scheduler.ts";
import { makeSnapshot, resumeSnapshot } from "./snapshot.ts";
import { turnRequester } from "./turns.ts";

export interface Parts extends Interpreter {
  readonly config: Config;
  readonly env: RuntimeEnv;
  readonly files: Files;
  readonly lockfile: Lockfile;
  readonly index: Index;
  readonly downloads: Downloads;
}

/** The public API. Raises Error if loader, standard library and lock file do not belong together. */
export function createAPI(parts: Parts): WholeAPI {
  const { module, streams, config, env, lockfile, snapshot } = parts;
  const { core } = module;
  let resolveName: ((name: string) => Promise<unknown> | undefined) | undefined;
  const coreConfig: CoreConfig = {
    jsglobals: config.jsglobals,
    convertNullToNone: config.convertNullToNone,
    toJsLiteralMap: config.toJsLiteralMap,
    pyproxyToStringRepr: config.pyproxyToStringRepr,
    recording: config._makeSnapshot ?? false,
    schedule: scheduleCallback,
    resolveName: (name) => resolveName?.(name),
    onFatal: (cause) => {
      if (cause.name !== "Exit") {
        const told = api._api.inTestHoist ? cause.stack : cause; // a harness reads the console's text
        console.error("The Python runtime has failed and cannot go on. The cause was:", told);
      }
      blockAPI(api, core.deadError);
      api._api.on_fatal?.(cause);
    },
  };
  if (snapshot) core.restore(coreConfig, snapshot.image);
  else core.initialize(coreConfig);

  const pyodide_py = core.pyimport("pyodide") as PyProxy;
  if (config.checkAPIVersion) {
    checkVersions(pyodide_py);
    checkLockfileABI(lockfile, abiVersion);
  }
  const sys = core.pyimport("sys") as PyProxy;
  const places = placesBelow(sys.prefix as string, config._commandLine);
  const packages = new PackageManager(module, places, parts.index, parts.downloads);
  const sockets = module as unknown as SocketModule;
  refuseSockets(sockets);
  const globals = withBuiltins(core, core.globals, core.pyimport("builtins.__dict__") as PyProxy);

  const api: WholeAPI = {
    version,
    globals: globals as PublicPyProxy,
    pyodide_py: pyodide_py as PublicPyProxy,
    ffi: core.ffi as unknown as FFI,
    FS: module.FS,
    PATH: module.PATH,
    canvas: createCanvas(module),
    ERRNO_CODES: module.ERRNO_CODES,
    loadedPackages: packages.loadedPackages,
    get lockfile() {
      return lockfile;
    },
    get lockfileBaseUrl() {
      return config.packageCacheDir ?? config.packageBaseUrl;
    },

    runPython: codeRunner(core),
    runPythonAsync: asyncCodeRunner(core),
    pyimport: (name) => core.pyimport(name),
    toPy: (value, options) => core.toPy(value, options),
    registerJsModule: (name, object) => core.registerJsModule(name, object),
    unregisterJsModule: (name) => core.unregisterJsModule(name),
    loadPackage: (names, options) => packages.load(names, options),
    loadPackagesFromImports: (code, options) => packages.loadFromImports(code, options),
    unpackArchive: archiveUnpacker(core, module.FS),
    mountNodeFS(path, hostPath) {
      if (!env.IN_NODE) throw new Error("mountNodeFS works in Node only");
      mountNodeDirectory(module.FS, path, hostPath);
    },
    async useNodeSockFS(options) {
      if (!(env.IN_NODE || env.IN_BUN || env.IN_DENO)) throw new Error("useNodeSockFS works in Node only");
      if (!core.canSwitch) {
        throw new Error(
          "useNodeSockFS: Python must wait for sockets, and this JavaScript runtime cannot switch stacks (JSPI); " +
            "Node 24 or newer can",
        );
      }
      if (resolveName !== undefined) return;
      resolveName = useNodeSockets(sockets, options);
      core.callPython("_pyodide._selector.install");
    },
    mountNativeFS: (path, handle) => mountNativeDirectory(module.FS, path, handle),
    registerComlink(Comlink) {
      api._api.Comlink = Comlink;
    },

    setStdin: (options) => streams.setStdin(options),
    setStdout: (options) => streams.setStdout(options),
    setStderr: (options) => streams.setStderr(options),

    setInterruptBuffer: (buffer) => setInterruptBuffer(module, buffer),
    checkInterrupt: () => checkInterrupt(module),
    setDebug: (debug) => core.setDebug(debug),
    makeMemorySnapshot: (options) => makeSnapshot(module, options),

    _module: module,
    _api: createInternalAPI(parts, packages, places),
  };
  Object.assign(module, moduleMembers(module as ClientModule, api._api));
  addClientMembers(api._api, module as ClientModule, streams, coreConfig);
  connectSignals(module, undefined); // its own property: every wait asks for it, and need not ask the prototype
  exposeC(module);
  if (snapshot) {
    resumeSnapshot(module, snapshot, api, config);
  } else {
    core.registerJsModule("pyodide_js", api);
    if (!config._commandLine) prepareSys(sys);
  }
  sys.destroy();
  return api;
}

function createInternalAPI(
  { module, config, env, files, lockfile, index }: Parts,
  packages: PackageManager,
  { sitePackages }: Places,
): InternalAPI {
  const sockets = module as unknown as SocketModule;
  const watches = new Watches(module.core, module.FS as unknown as FileSystem);
  return {
    runtimeEnv: env,
    version,
    abiVersion,
    buildId,
    config,
    sitePackages,
    packageManager: { cdnURL: config.cdnUrl ?? config.packageBaseUrl, installBaseUrl: config.packageBaseUrl },
    lockfile_info: lockfile.info,
    lockfile_packages: lockfile.packages,
    lockfile_unvendored_stdlibs_and_test: [],
    isPyProxy: (value): value is PublicPyProxy => module.core.isPyProxy(value),
    ...stateKeeper(module.core),
    async runMain() {
      const main = module.core.pyimport("_pyodide_core.run_main") as PyCallable;
      return (await (module.core.canSwitch ? main.callPromising() : main())) as number;
    },
    scheduleCallback,
    requestTurn: turnRequester(module.core),
    watchDescriptor: (fd, events, callback) => watches.watch(fd, events, callback),
    startTls: (fd, options, milliseconds) => connectionOf(sockets, fd).startTls(options as TlsOptions, milliseconds),
    tryTls: (fd, options) => connectionOf(sockets, fd).tryTls(options as TlsOptions),
    memoryTls: (options) => new MemoryTls(options as TlsOptions),
    unwatchDescriptor: (fd) => watches.unwatch(fd),
    loadBinaryFile: (path) => files.read(path),
    install: (buffer, filename, installDir, metadata) =>
      packages.install(buffer, filename, installDir, metadata as PyProxy | undefined),
    loadDynlib: (path, global) => loadLibrary(module, path, global),
    packageFor: (name) => packages.missing(name),
    get _import_name_to_package_name() {
      return index.importNames();
    },
  };
}

/** The standard library's archive may come from elsewhere, by `stdLibURL` or a mixed-up deployment. */
function checkVersions(pyodide_py: PyProxy): void {
  const found: unknown = pyodide_py.__version__;
  if (found !== version) {
    throw new Error(
      `Pyodide version does not match: the loader has version ${version}, the standard library ${String(found)}. ` +
        "Load all files from one release, and pass an indexURL and a stdLibURL of that release if you pass any",
    );
  }
}

/** What `python` does for an interactive start, and text that appears line by line: nobody flushes it at an exit. */
function prepareSys(sys: PyProxy): void {
  const path = sys.path as PyProxy;
  path.insert(0, "");
  const stdout = sys.stdout as PyProxy;
  const reconfigure = stdout.reconfigure as PyCallable;
  reconfigure.callKwargs({ line_buffering: true });
  for (const proxy of [reconfigure, stdout, path]) proxy.destroy();
}
