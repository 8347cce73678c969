/* The end of a process: text without a newline is still in Python's buffers, or in those of a handler of lines. */

import type { PyodideAPI } from "../types/api.ts";

const FLUSH = `
def flush():
    import os, sys
    for stream in sys.stdout, sys.stderr:
        stream.flush()
        os.fsync(stream.fileno())
flush()
`;

const interpreters = new Set<WeakRef<PyodideAPI>>();
const collected = new FinalizationRegistry<WeakRef<PyodideAPI>>((interpreter) => interpreters.delete(interpreter));
let listening = false;

/** Node only: have what is left passed on when the process ends. */
export function flushAtExit(api: PyodideAPI): void {
  if (!listening) process.once("exit", flushAll);
  listening = true;
  const interpreter = new WeakRef(api);
  interpreters.add(interpreter);
  collected.register(api, interpreter);
}

function flushAll(): void {
  for (const interpreter of interpreters) {
    try {
      interpreter.deref()?.runPython(FLUSH);
    } catch {
      // It has ended itself, or replaced its streams: there is nothing to pass on.
    }
  }
}
