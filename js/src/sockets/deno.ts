/* What Deno's TLS (2.9) lacks when it takes over a connection: a reset looks like an orderly end or like nothing at
 * all, and an end that comes while it is paused never shows. So there it gets a stream of ours over the connection,
 * which passes errors on, and it is the connection that is paused. */

import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { nodeModules } from "../loader/node.ts";

export const IN_DENO = globalThis.process?.versions.deno !== undefined;

/** The connection's bytes, of which nobody else may want any. What comes is not held back. */
export function streamOver(socket: Socket): Duplex {
  const stream = new (nodeModules().stream.Duplex)({
    read() {},
    write: (chunk: Uint8Array, _encoding, done) => socket.write(chunk, done),
    final: (done) => socket.end(done),
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  socket.on("data", (chunk: Uint8Array) => stream.push(chunk));
  socket.on("end", () => stream.push(null));
  socket.on("error", (error) => stream.destroy(error));
  socket.on("close", () => stream.destroy());
  stream.on("error", () => {}); // they are those of the one that encrypts
  socket.resume();
  return stream;
}
