/* Starts one interpreter: instantiates the module, prepares its file system and streams, runs `main`. */

import { addNativeFileSystem } from "../nativefs/filesystem.ts";
import { restoreFiles } from "../snapshot/files.ts";
import { type Snapshot, unpackSnapshot } from "../snapshot/format.ts";
import { defaultStreams } from "../streams/defaults.ts";
import { StandardStreams } from "../streams/devices.ts";
import type { PyodideConfig } from "../types/config.ts";
import type { CreatePyodideModule, EmscriptenSettings, PyodideModule } from "../types/emscripten.ts";
import type { Files } from "./files.ts";
import type { RuntimeEnv } from "./host.ts";
import type { Config } from "./options.ts";
import { buildId, pythonVersion } from "./version.ts";

const SITE_PACKAGES = `/lib/python${pythonVersion}/site-packages`;
const LIB_DYNLOAD = `/lib/python${pythonVersion}/lib-dynload`;
export const STDLIB_ARCHIVE = `/lib/python${pythonVersion.replace(".", "")}.zip`;

/** The files that make an interpreter, on their way: all of them were asked for at once. */
export interface Assets {
  readonly factory: Promise<CreatePyodideModule>;
  readonly wasm: Promise<WebAssembly.Module>;
  readonly stdlib: Promise<Uint8Array>;
}

export function requestAssets(config: Config, files: Files): Assets {
  const assets = {
    factory:
      config.createPyodideModule === undefined
        ? files.importFactory(`${config.indexURL}pyodide.asm.mjs`)
        : Promise.resolve(config.createPyodideModule),
    wasm: files.compile(`${config.indexURL}pyodide.asm.wasm`),
    stdlib: files.read(config.stdLibURL),
  };
  // Whoever awaits the first failure reports it; the others must not count as unhandled.
  for (const promise of Object.values(assets)) promise.catch(() => {});
  return assets;
}

export interface Interpreter {
  readonly module: PyodideModule;
  readonly streams: StandardStreams;
  /** What it is to be made of: then its `main` does not run. */
  readonly snapshot: Snapshot | undefined;
}

/** Thrown when the interpreter exits before it is of use, as it does for `args: ["--version"]`. */
export class ExitStatus extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`Program terminated with exit(${status})`);
    this.name = "ExitStatus";
    this.status = status;
  }
}

/**
 * An interpreter whose `main` has returned, or that is to become one of a snapshot. Raises ExitStatus if it exited
 * instead, Error if the snapshot is of no use here.
 */
export async function startInterpreter(
  config: Config,
  env: RuntimeEnv,
  assets: Assets,
  given: PyodideConfig["_loadSnapshot"],
): Promise<Interpreter> {
  const snapshot = given == null ? undefined : unpackSnapshot(await given, buildId);
  const module = await instantiate(config, assets);
  addNativeFileSystem(module.FS);
  const streams = new StandardStreams(module, defaultStreams(env), () =>
    Boolean(module.Py_EmscriptenSignalBuffer?.pending),
  );
  if (config.stdin) streams.setStdin({ stdin: config.stdin });
  if (config.stdout) streams.setStdout({ batched: config.stdout });
  if (config.stderr) streams.setStderr({ batched: config.stderr });
  const stdlib = await assets.stdlib;
  module.FS.writeFile(STDLIB_ARCHIVE, stdlib, { canOwn: true });
  if (snapshot) prepareSnapshot(snapshot, module, stdlib, config);
  await config.fsInit?.(module.FS, { sitePackages: SITE_PACKAGES });

  if (snapshot === undefined) {
    const status = module.callMain([...config.args]);
    if (!module._Py_IsInitialized()) throw new ExitStatus(status);
  }
  return { module, streams, snapshot };
}

/** The file system of a snapshot. Its working directory is that of before, unless the caller says where home is. */
function prepareSnapshot(
  { state: { stdlib, nodes, directory }, contents }: Snapshot,
  { FS }: PyodideModule,
  archive: Uint8Array,
  { env }: Config,
): void {
  if (archive.length !== stdlib) {
    throw new Error(
      `loadPyodide: the snapshot was made with another standard library (${stdlib} bytes, this one has ${archive.length})`,
    );
  }
  restoreFiles(FS, { nodes, contents });
  if (env.HOME !== undefined) return;
  FS.mkdirTree(directory);
  FS.chdir(directory);
}

async function instantiate(config: Config, assets: Assets): Promise<PyodideModule> {
  const factory = await assets.factory;
  return new Promise((resolve, reject) => {
    const settings: EmscriptenSettings = {
      noInitialRun: true,
      preRun: [(module) => prepareFileSystem(module, config)],
      ...(config._sysExecutable === undefined ? {} : { thisProgram: config._sysExecutable }),
      locateFile: (file) => `${config.indexURL}${file}`,
      instantiateWasm(imports, receive) {
        instantiateModule(assets.wasm, imports, receive).catch(reject);
        return {};
      },
    };
    factory(settings).then(resolve, reject);
  });
}

async function instantiateModule(
  wasm: Promise<WebAssembly.Module>,
  imports: WebAssembly.Imports,
  receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
): Promise<void> {
  const module = await wasm;
  receive(await WebAssembly.instantiate(module, imports), module);
}

/** Before libc reads the environment and before any file is opened. */
function prepareFileSystem({ FS, ENV }: PyodideModule, { env }: Config): void {
  FS.mkdirTree(SITE_PACKAGES);
  FS.mkdirTree(LIB_DYNLOAD);
  // Filled later; its place must not be taken by a directory on the way to HOME.
  FS.writeFile(STDLIB_ARCHIVE, "");
  Object.assign(ENV, { LD_LIBRARY_PATH: `/usr/lib:${SITE_PACKAGES}` }, env);
  const home = env.HOME;
  if (home === undefined) return; // a snapshot says where it was
  try {
    FS.mkdirTree(home);
    FS.chdir(home);
  } catch (error) {
    console.warn(`Could not make the home directory ${home}, the working directory is /:`, error);
    FS.chdir("/");
  }
}
