/** Errors, as Python's tracebacks show them. */
import { JsOp } from "#abi";

/** `at f (file:1:2)`, `at file:1:2` of V8; `f@file:1:2` of the others. */
const FRAME = /^\s*at (?:(?:async )?(?<f>.*?) \()?(?<file>.*):(?<line>\d+):\d+\)?$/;
const OTHER_FRAME = /^(?<f>[^@]*)@(?<file>.*):(?<line>\d+):\d+$/;

/** V8 says where eval was called before it names the place in the code. */
const EVAL = /^eval at .*, /;

/** The runtime's own frames begin here: what lies below them, Python's traceback shows itself. */
const INTERNAL = /pyodide\.asm\.mjs|^wasm:/;

/** Errors whose frames Python has got of late. A set for all would be as large as there were ever errors between two
 * collections: V8's tables of weak keys do not shrink. */
let seen = new WeakSet<object>();
let count = 0;
const MOST = 1000;

export const errors = {
  /** Three lines for each frame; none if the error has been here before. */
  [JsOp.ERROR_FRAMES](error: { stack?: unknown }): string {
    const lines: string[] = [];
    if (seen.has(error)) return "";
    if (++count > MOST) {
      seen = new WeakSet();
      count = 0;
    }
    seen.add(error);
    const stack = typeof error.stack === "string" ? error.stack : "";
    for (const text of stack.split("\n")) {
      const { f, file, line } = (FRAME.exec(text) ?? OTHER_FRAME.exec(text))?.groups ?? {};
      if (file === undefined || line === undefined) continue;
      if (INTERNAL.test(file)) break;
      lines.push(f || "<anonymous>", file.replace(EVAL, ""), line);
    }
    return lines.join("\n");
  },
};
