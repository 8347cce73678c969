// What operations at the border cost in two interpreters, as a table. This file needs nothing of Node: pages load it too.

import { border, fromJs, fromPython } from "./operations.mjs";

const CALLS = 20_000;
const ROUNDS = 15;
/** Milliseconds that a sample takes at least: the clock of a page is coarse. */
const SAMPLE = 50;

/** How often to run something for a sample; that warms it up, too. */
function enough(run) {
  for (let calls = CALLS; ; calls *= 2) {
    const start = performance.now();
    run(calls);
    if (performance.now() - start >= SAMPLE) return calls;
  }
}

/** The best of some rounds, in turns so that both see the same machine. */
function compare(make, ours, theirs) {
  const runs = [make(ours), make(theirs)];
  const calls = Math.max(...runs.map(enough));
  const best = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, run] of runs.entries()) best[i] = Math.min(best[i], run(calls));
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
