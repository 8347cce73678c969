// Loads Python in a module worker.
import { loadPyodide } from "/dist/pyodide.mjs";

try {
  const py = await loadPyodide();
  postMessage({ ok: true, text: py.runPython("import sys; sys.version") });
} catch (error) {
  postMessage({ ok: false, text: `${error.stack}` });
}
