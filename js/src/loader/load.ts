/* `loadPyodide`: from options to a running interpreter with its public API. */

import { createAPI } from "../api/api.ts";
import { flushAtExit } from "../api/exit.ts";
import { Downloads } from "../packages/download.ts";
import { Index } from "../packages/resolve.ts";
import type { PyodideAPI } from "../types/api.ts";
import type { PyodideConfig } from "../types/config.ts";
import { type Files, nodeFiles, webFiles } from "./files.ts";
import { detectHost, type RuntimeEnv } from "./host.ts";
import { requestAssets, startInterpreter } from "./interpreter.ts";
import { loadLockfile } from "./lockfile.ts";
import { checkOptions, resolveConfig } from "./options.ts";
import { abiVersion, pythonVersion } from "./version.ts";

/** What only the entry point knows. */
export interface Entry {
  /** The directory that the loader's script was loaded from, or undefined where that cannot be told. */
  readonly scriptDirectory: string | undefined;
  /** The script was loaded with `require`. */
  readonly commonJS: boolean;
}

export async function load(options: PyodideConfig, { scriptDirectory, commonJS }: Entry): Promise<PyodideAPI> {
  checkOptions(options);
  const factoryGiven = options.createPyodideModule !== undefined;
  const env = detectHost(globalThis, { commonJS, factoryGiven });
  const files = filesOf(env);
  const pageAddress = env.IN_BROWSER ? globalThis.location?.href : undefined;
  const config = resolveConfig(options, { scriptDirectory, pageAddress, files });

  const assets = requestAssets(config, files);
  const lockfile = loadLockfile(config, files);
  const downloads = new Downloads(files, config, env);
  const index = lockfile.then((contents) => new Index(contents, { python: pythonVersion, abi: abiVersion }));
  // The packages' files arrive while the interpreter starts. Whatever is wrong is told when they are installed.
  index.then((all) => downloads.begin(all.closure(config.packages.map((name) => all.find(name))))).catch(() => {});
  const interpreter = await startInterpreter(config, env, assets, options._loadSnapshot);
  const api = createAPI({
    ...interpreter,
    config,
    env,
    files,
    lockfile: await lockfile,
    index: await index,
    downloads,
  });
  if (env.IN_NODE) flushAtExit(api);
  if (config.packages.length) await api.loadPackage([...config.packages]);
  return api;
}

function filesOf(env: RuntimeEnv): Files {
  if (env.IN_NODE || env.IN_BUN || env.IN_DENO) return nodeFiles();
  return webFiles(globalThis.location?.href);
}
