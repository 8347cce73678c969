/* TLS between two buffers of Python's, as ssl.SSLObject has it: node:tls over a stream whose other end Python holds. */

import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { nodeModules } from "../loader/node.ts";
import { ByteQueue } from "./bytes.ts";
import { factsOf, secured, type TlsFacts, type TlsOptions } from "./tls.ts";

/** When nothing has happened for so many turns of the event loop, TLS wants more: it works on the main thread only. */
const IDLE_TURNS = 2;

export class MemoryTls {
  /** What was agreed on. */
  facts: TlsFacts | undefined;
  error: Error | undefined;
  /** The peer has said that it sends no more. */
  ended = false;
  private readonly wire: Duplex;
  private secure: TLSSocket | undefined;
  private readonly encrypted = new ByteQueue();
  private readonly plain = new ByteQueue();
  private events = 0;

  constructor(options: TlsOptions) {
    this.wire = new (nodeModules().stream.Duplex)({
      read() {},
      write: (chunk: Uint8Array, _encoding, done) => {
        this.encrypted.push(chunk);
        this.events++;
        done();
      },
    });
    this.wire.on("error", () => {}); // its errors are those of the one that encrypts
    const failed = (error: Error): void => {
      this.error ??= error;
      this.events++;
    };
    secured(this.wire, options).then((secure) => {
      secure.allowHalfOpen = true;
      secure.on("error", failed);
      secure.on("data", (chunk: Uint8Array) => {
        this.plain.push(chunk);
        this.events++;
      });
      secure.on("end", () => {
        this.ended = true;
        this.events++;
      });
      this.secure = secure;
      this.facts = factsOf(secure);
      this.events++;
    }, failed);
  }

  /** Takes what the peer has sent. Resolves to what is to be sent, when nothing is left to do before more comes. */
  async advance(incoming: Uint8Array): Promise<Uint8Array> {
    if (incoming.length > 0) this.wire.push(incoming.slice());
    for (let idle = 0; idle < IDLE_TURNS; ) {
      const { events } = this;
      await new Promise((resolve) => setImmediate(resolve));
      idle = events === this.events ? idle + 1 : 0;
    }
    return this.encrypted.take(Number.POSITIVE_INFINITY);
  }

  /** How many bytes can be read. */
  get pending(): number {
    return this.plain.length;
  }

  read(length: number): Uint8Array {
    return this.plain.take(length);
  }

  write(bytes: Uint8Array): void {
    this.secure?.write(bytes.slice());
  }

  /** Says that no more is sent. */
  end(): void {
    this.secure?.end();
  }

  destroy(): void {
    this.secure?.destroy();
    this.wire.destroy();
  }
}
