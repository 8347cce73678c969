// How long loadPyodide takes in a fresh process, beside the reference in the same run.
//
//   node bench/startup.mjs [--snapshot] [--runs=N] [--dist=FOLDER] [--node=EXECUTABLE]
//
// The two take turns, so that a machine that gets slower for a while does so for both. Each run is a process of its
// own: it imports the loader, loads Python, and runs one line of it. Medians are printed, in milliseconds. With --snapshot
// each loads a memory snapshot of its own, of an interpreter that had taken all the steps.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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
  snapshot: { type: "boolean", default: false },
  measure: { type: "string" }, // used by this script itself: the folder to measure
  make: { type: "string" }, // likewise: the file to write a snapshot to, or
  load: { type: "string" }, // to load one from
};

/** The times of one fresh process, the whole process last. */
function run(node, folder, ...words) {
  const start = performance.now();
  const printed = execFileSync(node, [SELF, `--measure=${folder}`, ...words], { encoding: "utf8" });
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
  const scratch = mkdtempSync(join(tmpdir(), "startup-"));
  const word = (deed, side) => (options.snapshot ? [`--${deed}=${join(scratch, side)}`] : []);
  try {
    // This reads the files into the page cache.
    for (const [side, folder] of Object.entries(sides)) run(options.node, folder, ...word("make", side));
    for (let i = 0; i < runs; i++) {
      for (const [side, folder] of Object.entries(sides)) {
        times[side].push(run(options.node, folder, ...word("load", side)));
      }
    }
  } finally {
    rmSync(scratch, { recursive: true });
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
    const settings = {
      ...(options.make && { _makeSnapshot: true }),
      ...(options.load && { _loadSnapshot: readFileSync(options.load) }),
    };
    const address = pathToFileURL(join(options.measure, "pyodide.mjs")).href;
    const times = await measure(address, settings, (pyodide) => {
      if (options.make) writeFileSync(options.make, pyodide.makeMemorySnapshot());
    });
    console.log(JSON.stringify(times));
  }
  if (!options.measure) compare(options);
} catch (error) {
  console.error(`bench/startup.mjs: ${error.message}`);
  process.exitCode = 1;
}
