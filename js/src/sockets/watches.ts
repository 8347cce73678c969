/* Telling Python's event loop which descriptors are ready. */

import type { Core, PyCallable } from "../../../runtime/glue/interface.ts";

interface Watched {
  readonly stream_ops?: {
    poll?(stream: Watched): number;
    ready?(stream: Watched): Promise<unknown> | undefined;
  };
}

export interface FileSystem {
  getStream(fd: number): Watched | null | undefined;
}

const ALWAYS = 8 | 16; // POLLERR, POLLHUP

/** Calls back once when a descriptor is ready. There is one watch of each, the latest. */
export class Watches {
  private readonly core: Core;
  private readonly fs: FileSystem;
  private readonly callbacks = new Map<number, PyCallable>();

  constructor(core: Core, fs: FileSystem) {
    this.core = core;
    this.fs = fs;
  }

  watch(fd: number, events: number, given: { copy(): unknown }): void {
    this.unwatch(fd);
    const callback = given.copy() as PyCallable;
    this.callbacks.set(fd, callback);
    const look = (): void => {
      if (this.callbacks.get(fd) !== callback || this.core.fatal !== undefined) return;
      const stream = this.fs.getStream(fd);
      const ready = stream?.stream_ops?.poll?.(stream) ?? ALWAYS;
      if (ready & (events | ALWAYS)) {
        this.callbacks.delete(fd);
        callback(fd, ready);
        callback.destroy();
      } else stream?.stream_ops?.ready?.(stream)?.then(look);
    };
    queueMicrotask(look); // never from inside of Python's call
  }

  unwatch(fd: number): void {
    this.callbacks.get(fd)?.destroy();
    this.callbacks.delete(fd);
  }
}
