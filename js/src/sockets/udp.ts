/* UDP by node:dgram. */

import type { Socket } from "node:dgram";
import { nodeModules } from "../loader/node.ts";
import { BaseEndpoint, type Fail, POLLERR, POLLIN, POLLOUT } from "./endpoint.ts";
import type { Message, Sock } from "./sockfs.ts";

/** Datagrams that are kept for Python; the network may lose any. */
const QUEUE_MAX = 1024;

export class UdpEndpoint extends BaseEndpoint {
  private readonly socket: Socket;
  private readonly queue: Message[] = [];
  private state: "new" | "binding" | "bound" = "new";

  constructor(sock: Sock, fail: Fail) {
    super(sock, fail);
    this.socket = nodeModules().dgram.createSocket("udp4");
    this.socket.on("error", (error) => {
      this.state = "new";
      this.failed(error);
    });
    this.socket.on("listening", () => {
      this.state = "bound";
      const { address, port } = this.socket.address();
      this.sock.saddr = address;
      this.sock.sport = port;
      this.announce();
    });
    this.socket.on("message", (buffer, { address, port }) => {
      if (this.queue.length < QUEUE_MAX) this.queue.push({ buffer, addr: address, port });
      this.announce();
    });
  }

  bind(address: string, port: number): void {
    this.throwError();
    if (this.state === "bound") return;
    if (this.state === "new") this.socket.bind(port, address);
    this.state = "binding";
    throw this.fail("EINPROGRESS");
  }

  /** Only fixes who is sent to. */
  connect(address: string, port: number): void {
    this.sock.daddr = address;
    this.sock.dport = port;
  }

  send(bytes: Uint8Array, address = this.sock.daddr, port = this.sock.dport): void {
    this.throwError();
    if (address === undefined || port === undefined) throw this.fail("EDESTADDRREQ");
    this.socket.send(bytes.slice(), port, address, (error) => {
      if (error) this.failed(error);
    });
  }

  receive(length: number, peek: boolean): Message | null {
    this.throwError();
    const [message] = this.queue;
    if (message === undefined) throw this.fail("EAGAIN");
    if (!peek) this.queue.shift();
    return { ...message, buffer: message.buffer.subarray(0, length) };
  }

  get pending(): number {
    return this.queue[0]?.buffer.length ?? 0;
  }

  poll(): number {
    return POLLOUT | (this.queue.length > 0 ? POLLIN : 0) | (this.error === undefined ? 0 : POLLERR);
  }

  close(): void {
    this.socket.close();
    this.announce();
  }
}
