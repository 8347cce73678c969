/*
 * The character devices /dev/stdin, /dev/stdout and /dev/stderr.
 *
 * Each device asks for its current handler at every call, so changing a handler needs no new file descriptor: copies
 * that Python made with dup() follow. Handlers never see wasm memory, only buffers of their own.
 */

import type { DeviceOps, DeviceStream, FSInternals, FSNode, PyodideModule, Terminal } from "../types/emscripten.ts";
import type { DefaultStreams } from "./defaults.ts";
import { Pending, type Reader, readerFor, type StdinHandler, type StdinOptions } from "./input.ts";
import { type OutputOptions, type Writer, writerFor } from "./output.ts";

/** Not used by Emscripten itself: its own devices are 1, 5, 6 and from 64 upwards in steps of one minor. */
const MAJOR = 250;

const O_RDONLY = 0;
const O_WRONLY = 1;

/** A terminal whose size nobody tells. */
const DEFAULT_SIZE = { rows: 24, columns: 80 };

const RETRY_MILLISECONDS = 100;

type StreamModule = Pick<PyodideModule, "FS" | "PATH" | "ERRNO_CODES" | "HEAP8">;

/** Standard input, output and error of one interpreter. */
export class StandardStreams {
  private readonly module: StreamModule;
  private readonly fs: FSInternals;
  private readonly defaults: DefaultStreams;
  private readonly signalPending: () => boolean;
  private reader: Reader;
  /** The minor number of the next device that is made; the standard streams have 0 to 2. */
  private nextMinor = 3;
  private readonly writers: { stdout: Writer; stderr: Writer };

  /**
   * Replaces the devices and opens file descriptors 0, 1 and 2 on them. For a module whose `main` has not run yet.
   * `signalPending` ends the waiting for a handler that says EAGAIN.
   */
  constructor(module: StreamModule, defaults: DefaultStreams, signalPending: () => boolean) {
    this.module = module;
    this.fs = module.FS as unknown as FSInternals;
    this.defaults = defaults;
    this.signalPending = signalPending;
    this.reader = readerFor(defaults.stdin) as Reader;
    this.writers = {
      stdout: writerFor(defaults.stdout, "stdout") as Writer,
      stderr: writerFor(defaults.stderr, "stderr") as Writer,
    };
    this.install(
      0,
      this.inputDevice(() => this.reader),
    );
    this.install(1, this.outputDevice("stdout"));
    this.install(2, this.outputDevice("stderr"));
    this.fs.createAsyncInputDevice = (parent, name, input) => this.createAsyncInputDevice(parent, name, input);
  }

  setStdin(options: StdinOptions = {}): void {
    this.reader = readerFor(options) ?? (readerFor(this.defaults.stdin) as Reader);
    this.openIfClosed(0);
  }

  setStdout(options: OutputOptions | object = {}): void {
    this.setWriter("stdout", options);
    this.openIfClosed(1);
  }

  setStderr(options: OutputOptions | object = {}): void {
    this.setWriter("stderr", options);
    this.openIfClosed(2);
  }

  /** What is written to standard error while `run` runs. It does not get to the handler. */
  captureStderr(run: () => void): string {
    const before = this.writers.stderr;
    const bytes: number[] = [];
    this.writers.stderr = writerFor({ raw: (byte: number) => bytes.push(byte) }, "captureStderr") as Writer;
    try {
      run();
    } finally {
      this.writers.stderr = before;
    }
    return new TextDecoder().decode(Uint8Array.from(bytes));
  }

  private setWriter(name: "stdout" | "stderr", options: OutputOptions | object): void {
    const setter = name === "stdout" ? "setStdout" : "setStderr";
    const writer = writerFor(options, setter) ?? (writerFor(this.defaults[name], setter) as Writer);
    const before = this.writers[name];
    this.writers[name] = writer;
    before.flush(); // a line begun under the old handler belongs to it
  }

  private install(fd: 0 | 1 | 2, ops: DeviceOps): void {
    const open = this.fs.getStream(fd);
    if (open) this.fs.close(open);
    const path = DEVICES[fd];
    const device = this.fs.makedev(MAJOR, fd);
    this.module.FS.unlink(path);
    this.fs.registerDevice(device, ops);
    this.fs.mkdev(path, 0o666, device);
    this.openIfClosed(fd);
  }

  /**
   * CPython's addition to Emscripten's FS (Python/emscripten_syscalls.c): a device whose bytes are what the promises
   * of `input` bring, null at the end. Reading waits for them on engines that can switch stacks, and fails with EAGAIN
   * on others.
   */
  private createAsyncInputDevice(parent: string | FSNode, name: string, input: () => unknown): unknown {
    const reader = readerFor({ stdin: input as StdinHandler, autoEOF: false }) as Reader;
    const device = this.fs.makedev(MAJOR, this.nextMinor++);
    this.fs.registerDevice(
      device,
      this.inputDevice(() => reader),
    );
    const folder = typeof parent === "string" ? parent : this.fs.getPath(parent);
    return this.fs.mkdev(this.module.PATH.join2(folder, name), 0o444, device);
  }

  private openIfClosed(fd: 0 | 1 | 2): void {
    if (!this.fs.getStream(fd)) {
      this.fs.open(DEVICES[fd], fd === 0 ? O_RDONLY : O_WRONLY);
    }
  }

  private inputDevice(current: () => Reader): DeviceOps {
    const attach = (stream: DeviceStream) =>
      describeTerminal(stream, () => (current().isatty ? terminal(() => undefined) : undefined));
    return {
      open: attach,
      dup: attach,
      read: (_stream, buffer, offset, length) => {
        const bytes = new Uint8Array(length);
        const count = this.attempt(() => checkedCount(current().read(bytes), length, "read"));
        this.target(buffer).set(bytes.subarray(0, count), offset);
        return count;
      },
      ready: () => current().pending,
    };
  }

  private outputDevice(name: "stdout" | "stderr"): DeviceOps {
    const attach = (stream: DeviceStream) =>
      describeTerminal(stream, () => {
        const writer = this.writers[name];
        return writer.isatty ? terminal(() => this.attempt(() => writer.getTerminalSize())) : undefined;
      });
    return {
      open: attach,
      dup: attach,
      write: (_stream, buffer, offset, length) => {
        const bytes = bytesOf(buffer).slice(offset, offset + length);
        return this.attempt(() => checkedCount(this.writers[name].write(bytes), length, "write"));
      },
      fsync: () => {
        this.attempt(() => this.writers[name].flush());
        this.attempt(() => this.writers[name].fsync());
        return 0;
      },
    };
  }

  /** The buffer to fill. A handler that ran Python may have grown the memory, which leaves the old view empty. */
  private target(buffer: ArrayBufferView): Uint8Array {
    return bytesOf(buffer.buffer.byteLength === 0 ? this.module.HEAP8 : buffer);
  }

  /** Runs a handler; what it throws becomes an errno. EAGAIN is tried again as long as the host can wait. */
  private attempt<T>(handler: () => T): T {
    const { EAGAIN, EINTR, EIO } = this.module.ERRNO_CODES as Record<"EAGAIN" | "EINTR" | "EIO", number>;
    for (;;) {
      try {
        return handler();
      } catch (error) {
        if (error instanceof Pending) throw new this.fs.ErrnoError(EAGAIN); // then the system call waits, if it can
        const errno = this.errnoOf(error);
        if (errno === undefined) {
          console.error("Error in a standard stream's handler:", error);
        }
        if (errno !== EAGAIN) {
          throw new this.fs.ErrnoError(errno ?? EIO);
        }
      }
      if (this.signalPending()) throw new this.fs.ErrnoError(EINTR);
      if (!pause(RETRY_MILLISECONDS)) throw new this.fs.ErrnoError(EAGAIN);
    }
  }

  /** The errno that `error` stands for; undefined if it is a failure of another kind. */
  private errnoOf(error: unknown): number | undefined {
    const { code, errno } = (typeof error === "object" && error !== null ? error : {}) as Record<string, unknown>;
    if (typeof code === "string" && Object.hasOwn(this.module.ERRNO_CODES, code)) {
      return this.module.ERRNO_CODES[code];
    }
    return typeof errno === "number" && errno > 0 ? errno : undefined;
  }
}

const DEVICES = ["/dev/stdin", "/dev/stdout", "/dev/stderr"] as const;

/**
 * Emscripten reads `stream.tty` when it is asked for isatty or the size: an accessor keeps it true to the handler, until
 * a client says what it is.
 */
function describeTerminal(stream: DeviceStream, tty: () => Terminal | undefined): void {
  stream.seekable = false;
  const define = (accessor: PropertyDescriptor) =>
    Object.defineProperty(stream, "tty", { enumerable: true, configurable: true, ...accessor });
  define({ get: tty, set: (value) => define({ value, writable: true }) });
}

function terminal(size: () => { rows: number; columns: number } | undefined): Terminal {
  return {
    ops: {
      ioctl_tiocgwinsz() {
        const { rows, columns } = { ...DEFAULT_SIZE, ...size() };
        return [rows, columns];
      },
    },
  };
}

function checkedCount(count: unknown, length: number, name: string): number {
  if (typeof count !== "number" || !Number.isInteger(count) || count < 0 || count > length) {
    throw new TypeError(`a ${name} handler must return the number of bytes, at most ${length}, not ${String(count)}`);
  }
  return count;
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** Nobody writes to it. WebAssembly's shared memory is there in workers that have no SharedArrayBuffer, too. */
let still: Int32Array | undefined;

/** Blocks this thread. False where the host does not allow that, as a page does not. */
function pause(milliseconds: number): boolean {
  try {
    still ??= new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
    Atomics.wait(still, 0, 0, milliseconds);
    return true;
  } catch {
    return false;
  }
}
