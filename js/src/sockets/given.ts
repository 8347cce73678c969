/* Connections by the `connect` that useNodeSockFS was given, in the clothes of node:net's. */

import type { Socket } from "node:net";
import { nodeModules } from "../loader/node.ts";
import type { Connect } from "../types/sockets.ts";
import { failure } from "./tls.ts";

/** TLS is made of the bytes in the clear (tls.ts), which is what "starttls" begins with. */
const OPTIONS = { secureTransport: "starttls", allowHalfOpen: true } as const;

export function connectBy(connect: Connect, hostname: string, port: number): Socket {
  const given = connect({ hostname, port }, OPTIONS);
  const reader = given.readable.getReader();
  const writer = given.writable.getWriter();
  const stream = new (nodeModules().stream.Duplex)({
    allowHalfOpen: true,
    read() {
      reader.read().then(
        ({ done, value }) => stream.push(done ? null : value),
        (error) => stream.destroy(lost(error)),
      );
    },
    write(chunk: Uint8Array, _encoding, done) {
      writer.write(chunk).then(
        () => done(),
        (error) => done(lost(error)),
      );
    },
    final(done) {
      writer.close().then(
        () => done(),
        (error) => done(lost(error)),
      );
    },
    destroy(error, done) {
      const closed = () => done(error);
      given.close().then(closed, closed);
    },
  });
  const socket = Object.assign(stream, {
    connecting: true,
    remoteAddress: hostname,
    remotePort: port,
    setNoDelay() {},
    setKeepAlive() {},
    destroySoon() {
      stream.end(() => stream.destroy());
    },
  }) as unknown as Socket & { connecting: boolean };
  given.opened.then(
    () => {
      socket.connecting = false;
      socket.emit("connect");
    },
    (error) => stream.destroy(failure(codeOf(error, "ECONNREFUSED"), String(error))),
  );
  return socket;
}

function lost(error: unknown): Error {
  return failure(codeOf(error, "ECONNRESET"), String(error));
}

function codeOf(error: unknown, otherwise: string): string {
  return String((error as { code?: unknown } | undefined)?.code ?? otherwise);
}
