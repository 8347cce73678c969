/* What the standard streams are connected to when the caller says nothing. */

import type { RuntimeEnv } from "../loader/host.ts";
import { nodeModules } from "../loader/node.ts";
import type { StdinOptions } from "./input.ts";
import type { OutputOptions, TerminalSize } from "./output.ts";

export interface DefaultStreams {
  readonly stdin: StdinOptions;
  readonly stdout: OutputOptions;
  readonly stderr: OutputOptions;
}

export function defaultStreams(env: RuntimeEnv): DefaultStreams {
  if (env.IN_NODE || env.IN_BUN || env.IN_DENO) {
    return { stdin: processInput(), stdout: processOutput(1), stderr: processOutput(2) };
  }
  return {
    // A worker has no prompt: there is nobody to ask.
    stdin: typeof globalThis.prompt === "function" ? { stdin: () => globalThis.prompt() } : { error: true },
    stdout: { batched: (line) => console.log(line) },
    stderr: { batched: (line) => console.warn(line) },
  };
}

function processInput(): StdinOptions {
  const { fs, tty } = nodeModules();
  return {
    isatty: tty.isatty(0),
    read(buffer) {
      try {
        return fs.readSync(0, buffer);
      } catch (error) {
        // Windows reports the end of a pipe as an error.
        if ((error as NodeJS.ErrnoException).code === "EOF") return 0;
        throw error;
      }
    },
  };
}

function processOutput(fd: 1 | 2): OutputOptions {
  const { fs, tty } = nodeModules();
  return {
    isatty: tty.isatty(fd),
    write: (buffer) => fs.writeSync(fd, buffer),
    fsync() {
      // Pipes and terminals have nothing to sync and say so with an error.
      if (fs.fstatSync(fd).isFile()) fs.fsyncSync(fd);
    },
    getTerminalSize(): TerminalSize | undefined {
      const stream = fd === 1 ? process.stdout : process.stderr;
      return stream.isTTY ? { rows: stream.rows, columns: stream.columns } : undefined;
    },
  };
}
