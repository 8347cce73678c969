// Prints what operations at the border cost here and in npm's Pyodide, measured in turns in one process.
//
//     node bench/ffi/run.mjs [folder of the distribution]

import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { border, fromJs, fromPython } from "./operations.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const dist = resolve(process.argv[2] ?? join(root, "dist"));
const CALLS = 20_000;
const ROUNDS = 7;

const load = async (folder) => {
  const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
  return loadPyodide();
};

globalThis.border = border;
const ours = await load(dist);
const theirs = await load(join(root, "node_modules/pyodide"));

/** The best of some rounds, in turns so that both see the same machine. */
function compare(make) {
  const runs = [make(ours), make(theirs)];
  const best = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, run] of runs.entries()) {
      const time = run(CALLS);
      if (round > 0) best[i] = Math.min(best[i], time); // the first warms up
    }
  }
  return best;
}

const ratios = [];
for (const [title, operations] of [
  ["JavaScript to Python", fromJs],
  ["Python to JavaScript", fromPython],
]) {
  console.log(`\n${title.padEnd(36)}${"here ns".padStart(12)}${"npm ns".padStart(12)}${"faster".padStart(9)}`);
  for (const [name, make] of Object.entries(operations)) {
    const [here, there] = compare(make);
    ratios.push(there / here);
    const cells = [here.toFixed(0), there.toFixed(0)].map((cell) => cell.padStart(12)).join("");
    console.log(`${name.padEnd(36)}${cells}${(there / here).toFixed(2).padStart(9)}`);
  }
}
const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
console.log(`\n${"geometric mean".padEnd(60)}${mean.toFixed(2).padStart(9)}`);
process.exit(0);
