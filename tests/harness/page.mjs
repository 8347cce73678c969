// Runs a Host in a page or in a module worker; Playwright calls it there.

import { loadPyodide } from "/dist/pyodide.mjs";
import { Host } from "./host.mjs";

globalThis.host = new Host(loadPyodide);
if (typeof document === "undefined") postMessage("ready");
