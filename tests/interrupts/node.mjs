// Python in a worker thread, interrupted by the main thread. Arguments: the distribution, and what to do:
//   scenarios   run them all and print the outcomes
//   sigint      pass on the process's own SIGINT, as a program for a terminal would
//   many        write signal after signal, each as soon as the one before has arrived, and print how many did
import { pathToFileURL } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { outcomes } from "./scenarios.mjs";

const MANY = 1000;
const PATIENCE = 30_000; // milliseconds

/** The worker's handler counts in item 1. */
function writeMany(buffer) {
  for (let arrived = 0; arrived < MANY; arrived++) {
    Atomics.store(buffer, 0, 10);
    // The word of an earlier arrival can come late, and wakes this wait too soon.
    while (Atomics.load(buffer, 1) === arrived) {
      if (Atomics.wait(buffer, 1, arrived, PATIENCE) === "timed-out") {
        console.log(`signal ${arrived + 1} is lost`);
        process.exit(1);
      }
    }
  }
}

async function inWorker({ dist, task, buffer }) {
  const { loadPyodide } = await import(`${pathToFileURL(dist)}/pyodide.mjs`);
  const pyodide = await loadPyodide();
  if (task === "scenarios") return outcomes(pyodide, buffer, (signal) => parentPort.postMessage({ signal }));
  pyodide.setInterruptBuffer(buffer);
  if (task === "many") {
    globalThis.arrive = () => {
      Atomics.add(buffer, 1, 1);
      Atomics.notify(buffer, 1);
    };
    globalThis.start = () => parentPort.postMessage({ many: true });
    return pyodide.runPython(`
import signal
from js import arrive, start
seen = 0
def handler(*_):
    global seen
    seen += 1
    arrive()
signal.signal(signal.SIGUSR1, handler)
start()
while seen < ${MANY}: pass
seen`);
  }
  globalThis.running = () => parentPort.postMessage({ running: true });
  return pyodide.runPython(`
from js import running
try:
    running()
    while True: pass
except KeyboardInterrupt:
    outcome = "interrupted"
outcome`);
}

if (isMainThread) {
  const [, , dist, task] = process.argv;
  const buffer = new Int32Array(new SharedArrayBuffer(8));
  process.on("SIGINT", () => {
    buffer[0] = 2;
  });
  const worker = new Worker(new URL(import.meta.url), { workerData: { dist, task, buffer } });
  worker.on("message", ({ signal, running, many, result }) => {
    if (signal) buffer[0] = signal;
    if (many) writeMany(buffer);
    if (running) console.log("running");
    if (result) console.log(JSON.stringify(result));
  });
} else {
  parentPort.postMessage({ result: await inWorker(workerData) });
}
