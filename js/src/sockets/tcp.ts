/* TCP by node:net. */

import type { Server, Socket } from "node:net";
import { nodeModules } from "../loader/node.ts";
import { ByteQueue } from "./bytes.ts";
import { IN_DENO, streamOver } from "./deno.ts";
import { BaseEndpoint, POLLERR, POLLHUP, POLLIN, POLLOUT } from "./endpoint.ts";
import type { Message, Sock } from "./sockfs.ts";
import { factsOf, failure, secured, type TlsFacts, type TlsOptions } from "./tls.ts";

/** Bytes that are kept for Python before the peer has to wait, and those on their way out before Python has to. */
const LIMIT = 1 << 20;

const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const SOL_SOCKET = 1;
const SO_KEEPALIVE = 9;

/** What is listened for. */
const EVENTS = ["data", "end", "drain", "error", "close"];

interface Handshake {
  readonly done: Promise<TlsFacts>;
  facts?: TlsFacts;
  error?: unknown;
}

type State = "new" | "binding" | "bound" | "listening" | "connecting" | "connected" | "closed";

export class TcpEndpoint extends BaseEndpoint {
  /** Makes Python's socket for a connection that was accepted. */
  adopt: ((socket: Socket) => Sock) | undefined;
  /** Makes connections. */
  open: ((host: string, port: number) => Socket) | undefined;
  private state: State = "new";
  private socket: Socket | undefined;
  /** What is paused while Python has enough of it. */
  private source: Socket | undefined;
  private server: Server | undefined;
  private readonly received = new ByteQueue();
  /** The peer sends no more, or we receive no more. */
  private ended = false;
  private sendEnded = false;
  private accepted: Socket[] = [];

  bind(address: string, port: number): void {
    this.throwError();
    if (this.state === "binding") throw this.fail("EINPROGRESS");
    if (this.state === "bound" && this.sock.saddr === address && (port === 0 || this.sock.sport === port)) return;
    if (this.state !== "new") throw this.fail("EINVAL");
    this.state = "binding";
    this.sock.saddr = address;
    const server = nodeModules().net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
    this.server = server;
    server.on("error", (error) => {
      this.state = "new";
      this.failed(error);
    });
    server.on("connection", (socket) => {
      // If the other end is ours, it hears later in this turn that it is connected.
      setImmediate(() => {
        if (this.state === "closed") socket.destroy();
        else this.accepted.push(socket);
        this.announce();
      });
    });
    server.listen({ host: address, port, exclusive: true }, () => {
      this.state = "bound";
      this.sock.sport = (server.address() as { port: number }).port;
      this.announce();
    });
    throw this.fail("EINPROGRESS");
  }

  override listen(): void {
    if (this.state === "listening") return;
    if (this.state !== "bound") throw this.fail("EINVAL");
    this.state = "listening";
  }

  override accept(): Sock {
    if (this.state !== "listening" || this.adopt === undefined) throw this.fail("EINVAL");
    const socket = this.accepted.shift();
    if (socket === undefined) throw this.fail("EAGAIN");
    return this.adopt(socket);
  }

  connect(address: string, port: number): void {
    if (this.state === "connecting") throw this.fail("EINPROGRESS");
    if (this.state === "connected") {
      if (this.socket?.connecting === false && !this.announced) {
        this.announced = true;
        return;
      }
      throw this.fail("EISCONN");
    }
    this.throwError();
    const local = this.state === "bound" ? { localPort: this.sock.sport as number } : {};
    this.server?.close();
    this.state = "connecting";
    this.sock.daddr = address;
    this.sock.dport = port;
    const host = address === "0.0.0.0" ? "127.0.0.1" : address;
    const socket = this.open?.(host, port) ?? nodeModules().net.connect({ host, port, ...local, allowHalfOpen: true });
    this.attach(socket);
    socket.once("connect", () => {
      this.state = "connected";
      this.noteAddresses();
      this.announce();
    });
    throw this.fail("EINPROGRESS");
  }

  /** A blocking connect() asks a second time, to learn how it went. */
  private announced = false;

  /** Takes over a socket of Node's that is connected. */
  take(socket: Socket): void {
    this.state = "connected";
    this.announced = true;
    this.attach(socket);
    this.noteAddresses();
    socket.resume();
  }

  /** Ends a handshake. */
  private stopTls: ((error: Error) => void) | undefined;

  /** A handshake that nobody waits for, until its outcome was asked for. */
  private handshake: Handshake | undefined;

  /** As startTls, for who does not wait: undefined, and poll() finds nothing, as long as there is no outcome. */
  tryTls(options: TlsOptions): TlsFacts | undefined {
    if (this.handshake === undefined) {
      const handshake: Handshake = { done: this.startTls(options, 0) };
      this.handshake = handshake;
      handshake.done
        .then(
          (facts) => {
            handshake.facts = facts;
          },
          (error) => {
            handshake.error = error;
          },
        )
        .then(() => this.announce());
      return undefined;
    }
    const { facts, error } = this.handshake;
    if (facts !== undefined || error !== undefined) this.handshake = undefined;
    if (error !== undefined) throw error;
    return facts;
  }

  /** From here on the bytes are encrypted. Rejects if that cannot be agreed on, also after some milliseconds; 0: never. */
  async startTls(options: TlsOptions, milliseconds: number): Promise<TlsFacts> {
    const { socket, handshake } = this;
    if (handshake !== undefined) {
      this.handshake = undefined;
      return handshake.done;
    }
    if (this.state !== "connected" || socket === undefined) throw this.fail("ENOTCONN");
    // What was sent in the clear goes first: TLS writes past the queue.
    if (socket.writableLength > 0) await new Promise((written) => socket.write("", written));
    for (const event of EVENTS) socket.removeAllListeners(event);
    socket.pause();
    // The peer may be faster: these are no plain bytes.
    for (const early of [this.received.take(Number.POSITIVE_INFINITY), options.early]) {
      if (early.length > 0) socket.unshift(early);
    }
    socket.on("error", () => {}); // its errors are those of the one that encrypts
    let timer: NodeJS.Timeout | undefined;
    const stopped = new Promise<never>((_, reject) => {
      this.stopTls = reject;
      if (milliseconds > 0) timer = setTimeout(reject, milliseconds, failure("ETIMEDOUT", "timed out"));
    });
    try {
      socket.allowHalfOpen = false; // who ends the connection now wants no more of it
      const secure = await Promise.race([secured(IN_DENO ? streamOver(socket) : socket, options), stopped]);
      secure.allowHalfOpen = true;
      this.attach(secure, IN_DENO ? socket : secure);
      return factsOf(secure);
    } catch (error) {
      this.ended = this.sendEnded = true;
      socket.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private noteAddresses(): void {
    const { localAddress, localPort, remoteAddress, remotePort } = this.socket ?? {};
    if (localAddress !== undefined) this.sock.saddr = localAddress;
    if (localPort !== undefined) this.sock.sport = localPort;
    if (remoteAddress !== undefined) this.sock.daddr = remoteAddress;
    if (remotePort !== undefined) this.sock.dport = remotePort;
  }

  private attach(socket: Socket, source = socket): void {
    this.socket = socket;
    this.source = source;
    socket.on("data", (chunk: Uint8Array) => {
      if (this.ended) return;
      this.received.push(chunk);
      if (this.received.length >= LIMIT) source.pause();
      this.announce();
    });
    socket.on("end", () => {
      this.ended = true;
      this.announce();
    });
    socket.on("drain", () => this.announce());
    socket.on("error", (error) => {
      if (this.state === "connecting") this.state = "new";
      this.failed(error);
    });
    socket.on("close", () => {
      this.ended = this.sendEnded = true;
      this.announce();
    });
  }

  send(bytes: Uint8Array): void {
    this.throwError();
    const { socket } = this;
    if (this.state !== "connected" || socket === undefined) throw this.fail("ENOTCONN");
    if (this.sendEnded) throw this.fail("EPIPE");
    if (socket.writableLength >= LIMIT) throw this.fail("EAGAIN");
    socket.write(bytes.slice());
  }

  receive(length: number, peek: boolean): Message | null {
    if (this.received.length === 0) {
      this.throwError();
      if (this.state !== "connected") throw this.fail("ENOTCONN");
      if (this.ended) return null;
      throw this.fail("EAGAIN");
    }
    if (peek) return { buffer: this.received.peek(length), addr: this.sock.daddr, port: this.sock.dport };
    const buffer = this.received.take(length);
    if (this.received.length < LIMIT) this.source?.resume();
    return { buffer, addr: this.sock.daddr, port: this.sock.dport };
  }

  get pending(): number {
    return this.received.length;
  }

  poll(): number {
    if (this.handshake !== undefined) {
      return this.handshake.facts || this.handshake.error ? POLLIN | POLLOUT : 0;
    }
    if (this.server !== undefined && this.state !== "connected") return this.accepted.length > 0 ? POLLIN : 0;
    let events = 0;
    if (this.received.length > 0 || this.ended) events |= POLLIN;
    if (this.state === "connected" && (this.socket?.writableLength ?? 0) < LIMIT) events |= POLLOUT;
    if (this.error !== undefined) events |= POLLIN | POLLOUT | POLLERR;
    if (this.ended && this.sendEnded) events |= POLLHUP;
    return events;
  }

  override shutdown(how: number): void {
    if (this.state !== "connected") throw this.fail("ENOTCONN");
    if (how !== 1) this.ended = true;
    if (how !== 0) {
      this.sendEnded = true;
      this.socket?.end();
    }
    this.announce();
  }

  override setOption(level: number, name: number, value: number): void {
    if (level === IPPROTO_TCP && name === TCP_NODELAY) this.socket?.setNoDelay(value !== 0);
    if (level === SOL_SOCKET && name === SO_KEEPALIVE) this.socket?.setKeepAlive(value !== 0);
  }

  close(): void {
    this.state = "closed";
    this.stopTls?.(failure("ECONNABORTED", "the socket was closed"));
    for (const socket of this.accepted) socket.destroy();
    this.server?.close();
    this.socket?.destroySoon();
    this.announce();
  }
}
