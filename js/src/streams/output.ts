/* Where standard output and error go: turns each kind of handler into one `write`. */

import { boolean, callable, checkKinds, type Kind, refuseUnknown } from "../loader/check.ts";

export interface TerminalSize {
  rows: number;
  columns: number;
}

/** Called with each line, without its newline, and with what is left over on fsync. */
export interface BatchedHandler {
  batched: (output: string) => void;
}

/** Called with each byte. */
export interface RawHandler {
  raw: (charCode: number) => void;
  isatty?: boolean;
  getTerminalSize?: () => TerminalSize | undefined;
}

/** Called with bytes; returns how many of them it took. */
export interface WriteHandler {
  write(buffer: Uint8Array): number;
  isatty?: boolean;
  fsync?: () => void;
  getTerminalSize?: () => TerminalSize | undefined;
}

export type OutputOptions = BatchedHandler | RawHandler | WriteHandler;

/** A sink of bytes. Any of its methods may throw what the caller's handler throws. */
export interface Writer {
  readonly isatty: boolean;
  /** How many bytes it took. */
  write(bytes: Uint8Array): number;
  /** Passes on what was held back. */
  flush(): void;
  /** For the system call of that name, after `flush`. */
  fsync(): void;
  getTerminalSize(): TerminalSize | undefined;
}

const OPTIONS: Record<keyof AnyOutput, Kind> = {
  batched: callable,
  raw: callable,
  write: callable,
  isatty: boolean,
  fsync: callable,
  getTerminalSize: callable,
};

type AnyOutput = Partial<BatchedHandler & RawHandler & WriteHandler>;

/**
 * The writer for `options`, or undefined if they name none. `name` is the public function, for messages.
 * Raises TypeError for options that exclude each other, are unknown or of the wrong type.
 */
export function writerFor(options: OutputOptions | object, name: string): Writer | undefined {
  checkKinds(name, options, OPTIONS);
  const { batched, raw, write, isatty = false, getTerminalSize, fsync } = options as AnyOutput;
  const handlers = [batched, raw, write].filter((handler) => handler !== undefined).length;
  // An object with methods may have fields of its own.
  if (handlers === 0) refuseUnknown(name, options, OPTIONS);
  if (handlers > 1) {
    throw new TypeError(`${name}: at most one of 'batched', 'raw' and 'write' can be given`);
  }
  if (isatty && raw === undefined && write === undefined) {
    throw new TypeError(`${name}: 'isatty' needs 'raw' or 'write': a terminal shows text before its line is complete`);
  }
  // Called on `options`: a handler may be an object with methods.
  if (batched !== undefined) return new LineWriter((line) => batched.call(options, line));
  const terminal = { isatty, getTerminalSize: () => getTerminalSize?.call(options), flush: () => {} };
  if (raw !== undefined) {
    return { ...terminal, write: (bytes) => writeEach(bytes, (byte) => raw.call(options, byte)), fsync: () => {} };
  }
  if (write !== undefined) {
    return { ...terminal, write: (bytes) => write.call(options, bytes), fsync: () => fsync?.call(options) };
  }
  return undefined;
}

/** What the handler took before it threw counts as written; the caller will come back with the rest. */
function writeEach(bytes: Uint8Array, raw: (charCode: number) => void): number {
  let taken = 0;
  try {
    for (; taken < bytes.length; taken++) {
      raw(bytes[taken] as number);
    }
  } catch (error) {
    if (taken === 0) throw error;
  }
  return taken;
}

const NEWLINE = 10;

/** Collects bytes into lines. */
class LineWriter implements Writer {
  readonly isatty = false;
  private readonly emit: (line: string) => void;
  private readonly decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** The beginning of a line whose end has not come yet. */
  private started: Uint8Array = new Uint8Array(0);

  constructor(emit: (line: string) => void) {
    this.emit = emit;
  }

  /** Lines that the handler took before it threw count as written. */
  write(bytes: Uint8Array): number {
    let taken = 0;
    try {
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, taken)) {
        this.emit(this.decoder.decode(joined(this.started, bytes.subarray(taken, end))));
        this.started = new Uint8Array(0);
        taken = end + 1;
      }
    } catch (error) {
      if (taken === 0) throw error;
      return taken;
    }
    this.started = joined(this.started, bytes.subarray(taken));
    return bytes.length;
  }

  flush(): void {
    if (this.started.length === 0) return;
    const line = this.decoder.decode(this.started);
    this.started = new Uint8Array(0);
    this.emit(line);
  }

  fsync(): void {}

  getTerminalSize(): undefined {}
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length === 0) return right.slice();
  const whole = new Uint8Array(left.length + right.length);
  whole.set(left);
  whole.set(right, left.length);
  return whole;
}
