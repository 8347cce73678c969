/* python_cli_entry.mjs: what the script `python` runs in Node, with the path it was called by and its arguments. */

import { runProgram } from "../src/commandline/program.ts";
import { superviseProgram } from "../src/commandline/supervisor.ts";
import { nodeModules } from "../src/loader/node.ts";

const { isMainThread, workerData } = nodeModules().worker_threads;
const argv = process.argv.slice(2);
if (isMainThread) {
  superviseProgram(new URL(import.meta.url), argv);
} else {
  const loader: typeof import("./esm.ts") = await import(new URL("pyodide.mjs", import.meta.url).href);
  runProgram(loader.loadPyodide, argv, workerData);
}
