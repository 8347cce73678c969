// What operations at the border cost in two interpreters, as a table. This file needs nothing of Node: pages load it too.

import { border, fromJs, fromPython } from "./operations.mjs";

const CALLS = 20_000;
const ROUNDS = 7;

/** The best of some rounds, in turns so that both see the same machine. */
function compare(make, ours, theirs) {
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

/** Calls `print` with each line. */
export async function table(ours, theirs, print) {
  globalThis.border = border;
  const ratios = [];
  for (const [title, operations] of [
    ["JavaScript to Python", fromJs],
    ["Python to JavaScript", fromPython],
  ]) {
    print(`\n${title.padEnd(36)}${"here ns".padStart(12)}${"npm ns".padStart(12)}${"faster".padStart(9)}`);
    for (const [name, make] of Object.entries(operations)) {
      const [here, there] = compare(make, ours, theirs);
      ratios.push(there / here);
      const cells = [here.toFixed(0), there.toFixed(0)].map((cell) => cell.padStart(12)).join("");
      print(`${name.padEnd(36)}${cells}${(there / here).toFixed(2).padStart(9)}`);
      await new Promise((resolve) => setTimeout(resolve)); // a page must answer now and then
    }
  }
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  print(`\n${"geometric mean".padEnd(60)}${mean.toFixed(2).padStart(9)}`);
}
