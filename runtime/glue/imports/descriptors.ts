/** Waiting for files and sockets: what system calls ask for. The streams themselves are the loader's. */
import { context } from "../context.ts";

const O_NONBLOCK = 0o4000;
const POLLFD_SIZE = 8;
const POLLFD_EVENTS = 4;

const ENOTSOCK = 57;

function ops(fd: number): [Stream, StreamOps] | undefined {
  const stream = FS.getStream(fd);
  return stream?.stream_ops && [stream, stream.stream_ops];
}

export function jsv_now(): number {
  return performance.now();
}

/** A promise for when a blocking call should be tried again; null if it does not block. Without events it always does. */
export function jsv_ready(fd: number, events: number): Promise<unknown> | null {
  const [stream, { ready }] = ops(fd) ?? [undefined, {}];
  if (stream === undefined || ready === undefined) return null;
  if (events !== 0 && stream.flags & O_NONBLOCK) return null;
  return ready(stream, events) ?? null;
}

/** The same for one of several, or after some time; null if none of them can become ready. */
export function jsv_ready_any(fds: number, count: number, milliseconds: number): Promise<unknown> | null {
  const promises: Promise<unknown>[] = [];
  for (let i = 0; i < count; i++) {
    const pollfd = fds + i * POLLFD_SIZE;
    const [stream, { ready }] = ops(HEAP32[pollfd >>> 2]!) ?? [undefined, {}];
    const events = HEAPU16[(pollfd + POLLFD_EVENTS) >>> 1]!;
    const promise = stream && ready?.(stream, events);
    if (promise) promises.push(promise);
  }
  if (promises.length === 0 && milliseconds === Number.POSITIVE_INFINITY) return null;
  return new Promise((resolve) => {
    let cancel: (() => void) | undefined;
    if (milliseconds !== Number.POSITIVE_INFINITY)
      cancel = context.config.schedule(() => resolve(undefined), milliseconds);
    for (const promise of promises) {
      promise.finally(() => {
        cancel?.();
        resolve(undefined);
      });
    }
  });
}

export function jsv_resolve(name: number): Promise<unknown> | null {
  return context.config.resolveName?.(UTF8ToString(name)) ?? null;
}

/** Gives an errno. */
export function jsv_shutdown(fd: number, how: number): number {
  const [stream, { shutdown }] = ops(fd) ?? [undefined, {}];
  return stream && shutdown ? shutdown(stream, how) : ENOTSOCK;
}

/** Whether the option is known, by 1 and 0. */
export function jsv_set_option(fd: number, level: number, name: number, value: number): number {
  const [stream, { setOption }] = ops(fd) ?? [undefined, {}];
  return stream && setOption?.(stream, level, name, value) ? 1 : 0;
}

/** Its value, or -1. */
export function jsv_get_option(fd: number, level: number, name: number): number {
  const [stream, { getOption }] = ops(fd) ?? [undefined, {}];
  return (stream && getOption?.(stream, level, name)) ?? -1;
}
