// Prints what waiting in Python costs here and in npm's Pyodide, measured in turns in one process. For Node 24 or newer.
//
//     node bench/ffi/waiting.mjs [folder of the distribution]

import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const dist = resolve(process.argv[2] ?? join(root, "dist"));
const ROUNDS = 7;
const SLEEPERS = 1000;

if (typeof WebAssembly.Suspending !== "function") {
  console.error(`Node ${process.version} cannot switch stacks: use Node 24 or newer`);
  process.exit(1);
}

const load = async (folder) => {
  const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
  return loadPyodide();
};

/** Microseconds for each of `n` times that a Python statement is done. */
function inPython(statement) {
  return (py) => {
    const bench = py.runPython(`
import asyncio, js, time
from pyodide.ffi import run_sync
def bench(n):
    promise = js.Promise.resolve(1)
    start = time.perf_counter()
    for _ in range(n):
        ${statement}
    return (time.perf_counter() - start) / n * 1e6
bench`);
    return (n) => bench.callPromising(n);
  };
}

/** The same for something that is done to a Python callable, and makes `count` calls. */
function calls(expression, use, count = 1) {
  return (py) => {
    const f = py.runPython(expression);
    return async (n) => {
      const start = performance.now();
      for (let i = 0; i < n; i++) await use(f);
      return ((performance.now() - start) / n / count) * 1e3;
    };
  };
}

/** Microseconds for each megabyte that a socket receives, in pieces of so many bytes. */
function received(size) {
  return async (py) => {
    await py.useNodeSockFS();
    const bench = py.runPython(`
import socket, time
def bench(n):
    start = time.perf_counter()
    for _ in range(n):
        total = 0
        with socket.create_connection(("127.0.0.1", ${port})) as s:
            while part := s.recv(${size}):
                total += len(part)
        assert total == 50 << 20, total
    return (time.perf_counter() - start) / n / 50 * 1e6
bench`);
    return (n) => bench.callPromising(n);
  };
}

const flood = new Worker(new URL("flood.mjs", import.meta.url));
const port = await new Promise((resolve) => flood.once("message", resolve));

const together = (count) => (f) => Promise.all(Array.from({ length: count }, () => f.callPromising()));

const operations = {
  "run_sync of a resolved promise": [inPython("run_sync(promise)"), 3000],
  "run_sync of a coroutine": [inPython("run_sync(asyncio.sleep(0))"), 500],
  "a promising call": [calls("lambda: None", (f) => f.callPromising()), 3000],
  "a promising call, one of 100": [calls("lambda: None", together(100), 100), 30],
  "1000 sleepers of 10 ms": [calls("import time\nlambda: time.sleep(0.01)", together(SLEEPERS)), 1],
  "1 MB from a socket, by 64 KB": [received(1 << 16), 1],
  "1 MB from a socket, by 1 MB": [received(1 << 20), 1],
};

const ours = await load(dist);
const theirs = await load(join(root, "node_modules/pyodide"));
console.log(`${"".padEnd(36)}${"here µs".padStart(12)}${"npm µs".padStart(12)}${"faster".padStart(9)}`);
for (const [name, [make, n]] of Object.entries(operations)) {
  const runs = [await make(ours), await make(theirs)];
  const best = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, run] of runs.entries()) {
      const time = await run(n);
      if (round > 0) best[i] = Math.min(best[i], time); // the first warms up
    }
  }
  const cells = best.map((time) => time.toFixed(1).padStart(12)).join("");
  console.log(`${name.padEnd(36)}${cells}${(best[1] / best[0]).toFixed(2).padStart(9)}`);
}
process.exit(0);
