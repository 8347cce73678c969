/* Where standard input comes from: turns each kind of handler into one `read`. */

import { boolean, callable, checkKinds, type Kind, refuseUnknown } from "../loader/check.ts";

/** What a `stdin` handler may return: null or undefined is the end, a number is one byte, a string is one line. */
export type StdinHandler = () => null | undefined | string | ArrayBuffer | Uint8Array | number;

/** Thrown by `read` while the handler's promise for the next piece is not settled. */
export class Pending extends Error {}

/** Options of `setStdin`. At most one of `stdin`, `read` and `error`. */
export interface StdinOptions {
  /** Asked for the next piece of input. */
  stdin?: StdinHandler;
  /** Fills the buffer and returns the number of bytes, 0 at the end. */
  read?: (buffer: Uint8Array) => number;
  /** Every read fails with EIO. */
  error?: boolean;
  isatty?: boolean;
  /** Only with `stdin`: a piece that does not end in a newline is followed by an end of file. Default: true. */
  autoEOF?: boolean;
}

/** A source of bytes. `read` fills `target` from its start and returns the count, 0 at the end; it may throw. */
export interface Reader {
  readonly isatty: boolean;
  read(target: Uint8Array): number;
  /** Settled when input may be there: the last `read` has thrown Pending. */
  readonly pending?: Promise<void> | undefined;
}

const OPTIONS: Record<keyof StdinOptions, Kind> = {
  stdin: callable,
  read: callable,
  error: boolean,
  isatty: boolean,
  autoEOF: boolean,
};

/**
 * The reader for `options`, or undefined if they name none. Raises TypeError for options that exclude each other, are
 * unknown or of the wrong type.
 */
export function readerFor(options: StdinOptions): Reader | undefined {
  checkKinds("setStdin", options, OPTIONS);
  const { stdin, read, error = false, isatty = false, autoEOF } = options;
  // An object with methods may have fields of its own.
  if (stdin === undefined && read === undefined) refuseUnknown("setStdin", options, OPTIONS);
  if (Number(stdin !== undefined) + Number(read !== undefined) + Number(error) > 1) {
    throw new TypeError("setStdin: at most one of 'stdin', 'read' and 'error' can be given");
  }
  if (autoEOF !== undefined && stdin === undefined) {
    throw new TypeError("setStdin: 'autoEOF' can be given only together with 'stdin'");
  }
  if (stdin !== undefined) return new PieceReader(() => stdin.call(options), isatty, autoEOF ?? true);
  // Called on `options`: a handler may be an object with methods.
  if (read !== undefined) return { isatty, read: (target) => read.call(options, target) };
  if (error) return { isatty: false, read: refuse };
  return undefined;
}

function refuse(): never {
  throw Object.assign(new Error("standard input was set to fail"), { code: "EIO" });
}

const NEWLINE = 10;

/** Asks a handler for pieces and keeps what did not fit. */
class PieceReader implements Reader {
  readonly isatty: boolean;
  private readonly next: StdinHandler;
  private readonly autoEOF: boolean;
  /** What is left of the last piece. */
  private rest: Uint8Array = new Uint8Array(0);
  private atEnd = false;
  pending: Promise<void> | undefined;
  /** What the promise has brought: a function that gives it, or throws. */
  private arrived: (() => ReturnType<StdinHandler>) | undefined;

  constructor(next: StdinHandler, isatty: boolean, autoEOF: boolean) {
    this.next = next;
    this.isatty = isatty;
    this.autoEOF = autoEOF;
  }

  read(target: Uint8Array): number {
    if (this.atEnd) {
      this.atEnd = false;
      return 0;
    }
    let filled = 0;
    while (filled < target.length) {
      if (this.rest.length === 0) {
        const piece = this.nextPiece();
        if (piece instanceof Pending) {
          if (filled > 0) break;
          throw piece;
        }
        if (piece === null || piece === undefined) {
          // A short read is no end of file: that takes a read of nothing.
          this.atEnd = filled > 0;
          break;
        }
        if (typeof piece === "number") {
          target[filled++] = piece;
          continue;
        }
        this.rest = bytesOf(piece);
        if (this.rest.length === 0) break;
      }
      const part = this.rest.subarray(0, target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.rest = this.rest.subarray(part.length);
      if (this.autoEOF && this.rest.length === 0) {
        this.atEnd = part.at(-1) !== NEWLINE;
        break;
      }
    }
    return filled;
  }

  /** What the handler gives, or the promise of it while it is not there. */
  private nextPiece(): ReturnType<StdinHandler> | Pending {
    if (this.pending !== undefined) return new Pending();
    const give = this.arrived ?? this.next;
    this.arrived = undefined;
    const piece: unknown = give();
    if (!isPromise(piece)) return piece as ReturnType<StdinHandler>;
    this.pending = piece.then(
      (value) => this.arrive(() => value as ReturnType<StdinHandler>),
      (error) =>
        this.arrive(() => {
          throw error;
        }),
    );
    return new Pending();
  }

  private arrive(give: () => ReturnType<StdinHandler>): void {
    this.pending = undefined;
    this.arrived = give;
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** The bytes of a piece; a string gets the newline that makes it a line. Raises TypeError for anything else. */
function bytesOf(piece: unknown): Uint8Array {
  if (typeof piece === "string") {
    return new TextEncoder().encode(piece.endsWith("\n") ? piece : `${piece}\n`);
  }
  if (ArrayBuffer.isView(piece) && (!("BYTES_PER_ELEMENT" in piece) || piece.BYTES_PER_ELEMENT === 1)) {
    return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength).slice();
  }
  if (piece instanceof ArrayBuffer || Object.prototype.toString.call(piece) === "[object ArrayBuffer]") {
    return new Uint8Array(piece as ArrayBuffer).slice();
  }
  throw new TypeError("a stdin handler must return a string, a byte, a buffer of bytes, null or undefined");
}
