// Runs Python, or interrupts the page's.
import { loadPyodide } from "/dist/pyodide.mjs";
import { outcomes } from "./scenarios.mjs";

let shared;
addEventListener("message", async ({ data: { buffer, python, signal } }) => {
  if (signal) {
    shared[0] = signal;
    return;
  }
  shared = buffer;
  const interrupt = (wanted) => postMessage({ signal: wanted });
  postMessage({ results: python ? await outcomes(await loadPyodide(), buffer, interrupt) : [] });
});
