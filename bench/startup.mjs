// How long loadPyodide takes in a fresh process, beside the reference in the same run.
//
//   node bench/startup.mjs [--runs=N] [--dist=FOLDER] [--node=EXECUTABLE]
//
// The two take turns, so that a machine that gets slower for a while does so for both. Each run is a process of its
// own: it imports the loader, loads Python, and runs one line of it. Medians are printed, in milliseconds.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { measure, STEPS } from "./startup_steps.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SELF = fileURLToPath(import.meta.url);
const OPTIONS = {
  runs: { type: "string", default: "10" },
  dist: { type: "string", default: join(ROOT, "dist") },
  node: { type: "string", default: join(ROOT, "node_modules/node24/bin/node") },
  measure: { type: "string" }, // used by this script itself: the folder to measure
};

/** The times of one fresh process, the whole process last. */
function run(node, folder) {
  const start = performance.now();
  const printed = execFileSync(node, [SELF, `--measure=${folder}`], { encoding: "utf8" });
  return [...JSON.parse(printed.trim().split("\n").at(-1)), performance.now() - start];
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function compare(options) {
  const runs = Number(options.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new RangeError(`--runs=${options.runs} is not a positive number`);
  const sides = { ours: resolve(options.dist), reference: join(ROOT, "node_modules/pyodide") };
  for (const path of [options.node, ...Object.values(sides).map((side) => join(side, "pyodide.mjs"))]) {
    if (!existsSync(path)) throw new Error(`${path} is missing: run ./scons dist, which also runs npm ci`);
  }
  const times = { ours: [], reference: [] };
  for (const folder of Object.values(sides)) run(options.node, folder); // reads the files into the page cache
  for (let i = 0; i < runs; i++) {
    for (const [side, folder] of Object.entries(sides)) times[side].push(run(options.node, folder));
  }
  const cell = (text) => text.padStart(12);
  const version = execFileSync(options.node, ["--version"], { encoding: "utf8" }).trim();
  console.log(`Node ${version}, median of ${runs} processes each, ms`);
  console.log("".padEnd(30) + ["ours", "reference", "ratio"].map(cell).join(""));
  [...STEPS, "whole process"].forEach((step, i) => {
    const [ours, reference] = [times.ours, times.reference].map((all) => median(all.map((one) => one[i])));
    const cells = [ours.toFixed(1), reference.toFixed(1), (ours / reference).toFixed(2)];
    console.log(step.padEnd(30) + cells.map(cell).join(""));
  });
}

try {
  const options = parseArgs({ options: OPTIONS }).values;
  if (options.measure) {
    console.log(JSON.stringify(await measure(pathToFileURL(join(options.measure, "pyodide.mjs")).href)));
  }
  if (!options.measure) compare(options);
} catch (error) {
  console.error(`bench/startup.mjs: ${error.message}`);
  process.exitCode = 1;
}
