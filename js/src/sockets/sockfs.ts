/* Emscripten's socket file system, as far as real sockets take part in it: its system calls ask `sock.sock_ops`. */

import type { Stream } from "./stream.ts";

/** A socket of Python's. The addresses are what getsockname() and getpeername() tell. */
export interface Sock {
  readonly family: number;
  readonly type: number;
  readonly protocol: number;
  /** An open descriptor of it. */
  stream: Stream;
  sock_ops: SockOps;
  /** What SO_ERROR will be. */
  error: number | null;
  saddr?: string;
  sport?: number;
  daddr?: string;
  dport?: number;
  /** What Emscripten's ioctl() knows of received data. */
  recv_queue: readonly { readonly data: { readonly length: number } }[];
  /** Ours: all its open descriptors, if there were several. */
  streams?: Set<Stream>;
  /** Ours: what does the work. */
  endpoint?: Endpoint;
}

export interface Message {
  buffer: Uint8Array;
  addr: string | undefined;
  port: number | undefined;
}

/** What the system calls want. They throw FS.ErrnoError, of EAGAIN or EINPROGRESS where a call would block. */
export interface SockOps {
  bind(sock: Sock, address: string, port: number): void;
  connect(sock: Sock, address: string, port: number): void;
  listen(sock: Sock, backlog: number): void;
  accept(sock: Sock): Sock;
  sendmsg(sock: Sock, buffer: ArrayBufferView, offset: number, length: number, address?: string, port?: number): number;
  recvmsg(sock: Sock, length: number, flags?: number): Message | null;
  poll(sock: Sock): number;
  close(sock: Sock): number;
  ioctl(sock: Sock, request: number, argument: number): number;
  /** Emscripten's: its connections. */
  createPeer?(): never;
}

export interface SockFS {
  getSocket(fd: number): Sock | null;
  createSocket(family: number, type: number, protocol: number): Sock;
  websocket_sock_ops: SockOps;
  readonly stream_ops: object;
}

/** One end of a connection, a listening socket, or one for datagrams. */
export interface Endpoint {
  bind(address: string, port: number): void;
  connect(address: string, port: number): void;
  listen(): void;
  accept(): Sock;
  send(bytes: Uint8Array, address?: string, port?: number): void;
  receive(length: number, peek: boolean): Message | null;
  poll(): number;
  /** How many bytes can be read: FIONREAD. */
  readonly pending: number;
  /** A promise for the next change of what any of these would do. */
  changed(): Promise<void>;
  shutdown(how: number): void;
  setOption(level: number, name: number, value: number): void;
  close(): void;
}
