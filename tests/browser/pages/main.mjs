// Loads Python in the page. The title says how it went, #output what Python said.
import { loadPyodide } from "/dist/pyodide.mjs";

const output = document.querySelector("#output");
try {
  const py = await loadPyodide();
  output.textContent = py.runPython("import sqlite3, lzma, sys; sys.version");
  document.title = "done";
} catch (error) {
  output.textContent = `${error.stack}`;
  document.title = "failed";
}
