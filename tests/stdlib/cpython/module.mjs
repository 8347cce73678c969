// Runs one module of CPython's test suite in a fresh interpreter. Arguments: the distribution, the folder that holds
// the `test` package, the module's name, the file that gets one JSON record per line, and
// a JSON list of tests to leave out.

import { openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , dist, lib, name, records, without] = process.argv;
const out = openSync(records, "w");
const { loadPyodide } = await import(pathToFileURL(join(dist, "pyodide.mjs")).href);

let code = 1;
try {
  const py = await loadPyodide();
  py.mountNodeFS("/cpython", lib);
  py.mountNodeFS("/lib/python3.14/lib-dynload", join(lib, "dynload")); // where subinterpreters look as well
  py.registerJsModule("_records", { write: (line) => writeSync(out, `${line}\n`) });
  py.FS.writeFile("/cpython_module.py", readFileSync(new URL("module.py", import.meta.url)));
  const words = [name, without].map((word) => JSON.stringify(word)).join();
  py.runPython(`import sys; sys.path.append("/"); import cpython_module; cpython_module.run(${words})`);
  code = 0;
} catch (error) {
  writeSync(out, `${JSON.stringify({ fatal: String(error?.stack ?? error) })}\n`);
}
process.exit(code);
