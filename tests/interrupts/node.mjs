// Python in a worker thread, interrupted by the main thread. Arguments: the distribution, and what to do:
//   scenarios   run them all and print the outcomes
//   sigint      pass on the process's own SIGINT, as a program for a terminal would
import { pathToFileURL } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { outcomes } from "./scenarios.mjs";

async function inWorker({ dist, task, buffer }) {
  const { loadPyodide } = await import(`${pathToFileURL(dist)}/pyodide.mjs`);
  const pyodide = await loadPyodide();
  if (task === "scenarios") return outcomes(pyodide, buffer, (signal) => parentPort.postMessage({ signal }));
  pyodide.setInterruptBuffer(buffer);
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
  const buffer = new Uint8Array(new SharedArrayBuffer(1));
  process.on("SIGINT", () => {
    buffer[0] = 2;
  });
  const worker = new Worker(new URL(import.meta.url), { workerData: { dist, task, buffer } });
  worker.on("message", ({ signal, running, result }) => {
    if (signal) buffer[0] = signal;
    if (running) console.log("running");
    if (result) console.log(JSON.stringify(result));
  });
} else {
  parentPort.postMessage({ result: await inWorker(workerData) });
}
