// ?worker: Python in a worker, interrupted by the page. ?page: Python in the page, interrupted by a worker.
import { loadPyodide } from "/dist/pyodide.mjs";
import { outcomes } from "./scenarios.mjs";

const buffer = new Uint8Array(new SharedArrayBuffer(1));
const worker = new Worker("worker.mjs", { type: "module" });
const answers = new Promise((resolve, reject) => {
  worker.onmessage = ({ data: { signal, results } }) => {
    if (signal) buffer[0] = signal;
    else resolve(results);
  };
  worker.onerror = (event) => reject(new Error(event.message || "the worker did not start"));
});
const output = document.querySelector("#output");
try {
  worker.postMessage({ buffer, python: location.search === "?worker" });
  let results = await answers;
  if (location.search === "?page") {
    results = await outcomes(await loadPyodide(), buffer, (signal) => worker.postMessage({ signal }));
  }
  output.textContent = JSON.stringify(results);
  document.title = "done";
} catch (error) {
  output.textContent = `${error.stack}`;
  document.title = "failed";
}
