// Options, running code, errors, namespaces.
import { loadPyodide, type PyodideAPI, type PyodideConfig, type PyodideInterface, version } from "pyodide";
import type { PyDict, PyProxy, PythonError } from "pyodide/ffi";

const lines: string[] = [];
const options: PyodideConfig = {
  stdout: (line) => lines.push(line),
  stderr: (line: string) => console.error(line),
  stdin: () => null,
  args: ["-X", "utf8"],
  env: { HOME: "/home/me" },
  jsglobals: { answer: 42 },
  enableRunUntilComplete: true,
  checkAPIVersion: true,
  fsInit: async (FS, { sitePackages }) => {
    FS.writeFile(`${sitePackages}/mine.py`, "value = 'mine'");
  },
};

const pyodide: PyodideAPI = await loadPyodide(options);
const same: PyodideInterface = pyodide;
console.log(same.version === version); // → true

const sum: number = pyodide.runPython("import mine, js; js.answer + len(mine.value)");
console.log(sum); // → 46
console.log((await pyodide.runPythonAsync("import asyncio; await asyncio.sleep(0, 'slept')")) as string); // → slept

const globals: PyDict = pyodide.toPy({ x: 3 });
pyodide.runPython("y = x + 1", { globals, filename: "mine.py" });
console.log(globals.get("y"), globals.has("z"), globals.length > 1); // → 4 false true
const locals: PyProxy = pyodide.runPython("{}");
pyodide.runPython("z = 1", { globals, locals, dedent: true });
for (const proxy of [globals, locals]) proxy.destroy();

try {
  pyodide.runPython("{}['key']");
} catch (error) {
  if (error instanceof pyodide.ffi.PythonError) {
    const { type, message }: PythonError = error;
    console.log(type, message.trim().endsWith("KeyError: 'key'")); // → KeyError true
  }
}
pyodide.runPython("print('told')");
console.log(lines.join()); // → told
