// Prints what operations at the border cost here and in npm's Pyodide, measured in turns in one process.
//
//     node bench/ffi/run.mjs [folder of the distribution]

import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { table } from "./compare.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const dist = resolve(process.argv[2] ?? join(root, "dist"));

const load = async (folder) => {
  const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
  return loadPyodide();
};

await table(await load(dist), await load(join(root, "node_modules/pyodide")), console.log);
process.exit(0);
