/* The thread that Python runs in when it was started from a command line. */

import type { loadPyodide } from "../../entries/esm.ts";
import { nodeModules } from "../loader/node.ts";
import type { WholeAPI } from "../types/api.ts";
import { mountHost } from "./hostfiles.ts";
import { Shared, SIGINT_STATUS } from "./shared.ts";

/** What CPython's own main answers when the interpreter could not be ended properly. */
const FINALIZE_FAILED = 120;

/** Runs a program: `executable` is the path that Python was called by. The thread ends when nothing is left to do. */
export async function runProgram(
  load: typeof loadPyodide,
  [executable = "python", ...args]: readonly string[],
  shared: Int32Array,
): Promise<void> {
  describeTerminals(shared);
  const pyodide = await start(load, executable, args);
  pyodide._api.on_fatal = (cause) => process.exit(exitStatus(cause));
  pyodide.setInterruptBuffer(shared);
  readTerminal(pyodide);

  // Whatever a program has started goes on after its last line, unless it failed.
  process.on("beforeExit", () => process.exit(finalize(pyodide, 0)));
  const status = await pyodide._api.runMain();
  if (status === SIGINT_STATUS) shared[Shared.INTERRUPTED] = 1;
  if (status !== 0) process.exit(finalize(pyodide, status));
}

async function start(load: typeof loadPyodide, executable: string, args: readonly string[]): Promise<WholeAPI> {
  try {
    const pyodide = await load({
      args: [...args],
      env: {
        PYTHONINSPECT: "",
        PYTHON_BASIC_REPL: "1",
        ...hostEnvironment(),
        LD_LIBRARY_PATH: libraryPath(executable),
      },
      fsInit: async (FS) => mountHost(FS),
      _sysExecutable: executable,
      _commandLine: true,
    });
    return pyodide as WholeAPI;
  } catch (error) {
    // `--version`, or an option that Python does not know.
    return process.exit(exitStatus(error));
  }
}

function hostEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Where shared libraries of packages are: in the virtual environment, if it is one, and beside Python's own. */
function libraryPath(executable: string): string {
  const { fs, path } = nodeModules();
  const prefix = path.dirname(path.dirname(executable));
  return fs.existsSync(`${prefix}/pyvenv.cfg`) ? `${prefix}/lib:/lib` : "/lib";
}

/** Ends the interpreter: runs what is registered for that, and writes what is buffered. Gives the exit status. */
function finalize({ _module }: WholeAPI, status: number): number {
  try {
    return _module._Py_FinalizeEx() < 0 ? FINALIZE_FAILED : status;
  } catch (error) {
    return exitStatus(error);
  }
}

/** What an error says about how the process is to end. Others than exits are printed. */
function exitStatus(error: unknown): number {
  const { status } = error as { status?: unknown };
  if (typeof status === "number") return status;
  console.error(error);
  return 1;
}

/** Node does not tell a thread other than the main one which streams are terminals. */
function describeTerminals(shared: Int32Array): void {
  const { tty } = nodeModules();
  for (const [fd, stream] of [process.stdin, process.stdout, process.stderr].entries()) {
    if (!tty.isatty(fd)) continue;
    Object.defineProperties(stream, {
      isTTY: { value: true },
      rows: { get: () => shared[Shared.ROWS] },
      columns: { get: () => shared[Shared.COLUMNS] },
    });
  }
}

/** Reads a terminal without keeping the thread from seeing signals. */
function readTerminal(pyodide: WholeAPI): void {
  const { fs, tty } = nodeModules();
  if (!tty.isatty(0)) return;
  const { O_RDONLY, O_NONBLOCK } = fs.constants;
  const terminal = fs.openSync("/dev/tty", O_RDONLY | O_NONBLOCK);
  pyodide.setStdin({ isatty: true, read: (buffer) => fs.readSync(terminal, buffer) });
}
