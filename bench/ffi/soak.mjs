// Does each operation at the border a million times and prints what that leaves behind: nothing, it is hoped.
//
//     node --expose-gc bench/ffi/soak.mjs [repetitions] [folder of the distribution] [operation ...]

import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { growth, operations } from "./soak_operations.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const repetitions = Number(process.argv[2] ?? 1_000_000);
const dist = resolve(process.argv[3] ?? join(root, "dist"));
const chosen = process.argv.length > 4 ? process.argv.slice(4) : Object.keys(operations);
const unknown = chosen.find((name) => !(name in operations));
if (unknown !== undefined) {
  console.error(`soak.mjs: no operation '${unknown}'. There are: ${Object.keys(operations).join(", ")}`);
  process.exit(2);
}
const { loadPyodide } = await import(pathToFileURL(join(dist, "pyodide.mjs")).href);
const py = await loadPyodide();

/** Bytes of JavaScript's heap in use; they mean something after a collection only. */
function heap() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

const columns = ["proxies", "handles", "blocks", "bytes", "JS heap"];
console.log(`${"".padEnd(34)}${columns.map((name) => name.padStart(12)).join("")}`);
for (const name of chosen) {
  const operation = operations[name];
  if (operation.switches && typeof WebAssembly.Suspending !== "function") continue; // Node 20
  const before = heap();
  const grown = await growth(py, name, repetitions * operation.divide);
  const cells = [...Object.values(grown), heap() - before];
  console.log(`${name.padEnd(34)}${cells.map((cell) => String(cell).padStart(12)).join("")}`);
}
process.exit(0);
