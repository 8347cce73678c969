/* `runPython` and `runPythonAsync`. */

import type { Core, PyCallable } from "../../../runtime/glue/interface.ts";
import { describe, isObject } from "../loader/check.ts";
import type { PyodideAPI, RunOptions } from "../types/api.ts";
import { scheduleCallback } from "./scheduler.ts";

export function codeRunner(core: Core): PyodideAPI["runPython"] {
  const evalCode = core.pyimport("pyodide.code.eval_code") as PyCallable;
  return (code, options = {}) => evalCode.callKwargs(code, optionsForPython(core, options));
}

export function asyncCodeRunner(core: Core): PyodideAPI["runPythonAsync"] {
  return async (code, options = {}) => {
    const prepare = core.pyimport("_pyodide._runasync.prepare") as PyCallable;
    let start: PyCallable | undefined;
    try {
      start = prepare.callKwargs(code, optionsForPython(core, options)) as PyCallable;
      await new Promise<void>((resolve) => scheduleCallback(resolve));
      return await (start.awaits ? scheduled(start) : waited(core, start));
    } finally {
      prepare.destroy();
      start?.destroy();
    }
  };
}

/** A Promise for the outcome that `start` passes, as a function that returns or throws it, to its argument. */
function scheduled(start: PyCallable): Promise<unknown> {
  return new Promise((resolve, reject) => {
    start((outcome: () => unknown) => {
      try {
        resolve(outcome());
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** A Promise for what `start` returns or raises. */
function waited(core: Core, start: PyCallable): Promise<unknown> {
  return new Promise((resolve, reject) => core.startTask(start, [], { resolve, reject }));
}

function optionsForPython(core: Core, options: RunOptions): object {
  if (!isObject(options)) throw new TypeError(`runPython takes an object of options, not ${describe(options)}`);
  const given = Object.entries(options).filter(([, value]) => value != null);
  return { globals: core.globals, ...Object.fromEntries(given) };
}
