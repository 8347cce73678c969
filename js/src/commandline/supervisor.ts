/*
 * The main thread of a program on a command line. It starts the thread that Python runs in and takes the signals, which
 * Node gives to this thread only, and only while nothing runs in it.
 */

import { nodeModules } from "../loader/node.ts";
import { Shared, SIGINT, SIGINT_STATUS } from "./shared.ts";

/** Runs the program that `script` starts when it is not on the main thread. The process ends when it does. */
export function superviseProgram(script: URL, argv: readonly string[]): void {
  const { Worker, SHARE_ENV } = nodeModules().worker_threads;
  const shared = new Int32Array(new SharedArrayBuffer(4 * Object.keys(Shared).length));
  shareTerminalSize(shared);
  const worker = new Worker(script, {
    workerData: shared,
    argv: [...argv],
    env: SHARE_ENV as unknown as NodeJS.ProcessEnv, // @types/node expects `unique symbol`, and has another one
  });

  process.on("SIGINT", () => {
    // A second one, while the first has not been looked at: Python does not get to it.
    if (Atomics.exchange(shared, Shared.SIGNAL, SIGINT) === SIGINT) endByInterrupt();
  });
  worker.on("error", (error) => {
    console.error(error);
    process.exitCode = 1;
  });
  worker.on("exit", (status) => {
    if (status === SIGINT_STATUS && shared[Shared.INTERRUPTED]) endByInterrupt();
    process.exit(process.exitCode ?? status);
  });
}

/** So that whoever waits for this process knows why it ended. */
function endByInterrupt(): void {
  process.removeAllListeners("SIGINT");
  process.kill(process.pid, "SIGINT");
}

function shareTerminalSize(shared: Int32Array): void {
  const terminal = [process.stdout, process.stderr].find((stream) => stream.isTTY);
  if (terminal === undefined) return;
  const share = (): void => {
    shared[Shared.ROWS] = terminal.rows;
    shared[Shared.COLUMNS] = terminal.columns;
  };
  share();
  terminal.on("resize", share);
  terminal.unref?.();
}
