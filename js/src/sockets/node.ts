/* `useNodeSockFS`: from then on Python's sockets are Node's. */

import { nodeModules } from "../loader/node.ts";
import type { PyodideModule } from "../types/emscripten.ts";
import type { SocketOptions } from "../types/sockets.ts";
import type { Fail } from "./endpoint.ts";
import { connectBy } from "./given.ts";
import type { Endpoint, Sock, SockFS, SockOps } from "./sockfs.ts";
import type { Stream } from "./stream.ts";
import { TcpEndpoint } from "./tcp.ts";
import { UdpEndpoint } from "./udp.ts";

const SOCK_STREAM = 1;
const MSG_PEEK = 2;
const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_PROTOCOL = 38;
const SO_DOMAIN = 39;

/** What Emscripten's module has for sockets. */
export interface SocketModule extends Pick<PyodideModule, "ERRNO_CODES"> {
  readonly SOCKFS: SockFS;
  readonly DNS: { readonly address_map: { readonly addrs: Record<string, string> } };
  readonly FS: { readonly ErrnoError: new (errno: number) => Error };
}

/** Until real sockets are used: Emscripten's own pretend to be connected, by a WebSocket, and then to have no data. */
export function refuseSockets({ SOCKFS, ERRNO_CODES, FS }: SocketModule): void {
  const refuse = (code: string) => (): never => {
    throw new FS.ErrnoError(ERRNO_CODES[code] as number);
  };
  const ops = SOCKFS.websocket_sock_ops;
  ops.listen = refuse("EOPNOTSUPP");
  ops.connect = ops.createPeer = refuse("EHOSTUNREACH"); // a datagram to somebody new makes a peer
}

/** Names that stand for themselves, or for nothing that a resolver knows. */
const NUMERIC = /^[\d.]*$|:/;

/** The TCP connection of a descriptor, for TLS. */
export function connectionOf(module: SocketModule, fd: number): TcpEndpoint {
  const endpoint = module.SOCKFS.getSocket(fd)?.endpoint;
  if (!(endpoint instanceof TcpEndpoint)) throw new Error("TLS needs a connected TCP socket of Node's");
  return endpoint;
}

/** Gives the function that finds the address of a host name. */
export function useNodeSockets(
  module: SocketModule,
  { connect }: SocketOptions = {},
): (name: string) => Promise<unknown> | undefined {
  const { SOCKFS, ERRNO_CODES, FS } = module;
  const fail: Fail = (code) => new FS.ErrnoError(ERRNO_CODES[code] ?? (ERRNO_CODES.EIO as number));

  const endpointOf = (sock: Sock): Endpoint => {
    if (sock.endpoint === undefined) {
      if (sock.type === SOCK_STREAM) {
        const endpoint = new TcpEndpoint(sock, fail);
        endpoint.adopt = (socket) => {
          const made = SOCKFS.createSocket(sock.family, sock.type, sock.protocol);
          (endpointOf(made) as TcpEndpoint).take(socket);
          return made;
        };
        if (connect !== undefined) endpoint.open = (host, port) => connectBy(connect, host, port);
        sock.endpoint = endpoint;
      } else sock.endpoint = new UdpEndpoint(sock, fail);
    }
    return sock.endpoint;
  };

  const { ioctl } = SOCKFS.websocket_sock_ops;
  const ops: SockOps = {
    bind: (sock, address, port) => endpointOf(sock).bind(address, port),
    connect: (sock, address, port) => endpointOf(sock).connect(address, port),
    listen: (sock) => endpointOf(sock).listen(),
    accept: (sock) => endpointOf(sock).accept(),
    sendmsg(sock, buffer, offset, length, address, port) {
      const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
      endpointOf(sock).send(bytes, address, port);
      return length;
    },
    recvmsg: (sock, length, flags = 0) => endpointOf(sock).receive(length, (flags & MSG_PEEK) !== 0),
    poll: (sock) => endpointOf(sock).poll(),
    close(sock) {
      sock.endpoint?.close();
      return 0;
    },
    ioctl(sock, request, argument) {
      sock.recv_queue = [{ data: { length: endpointOf(sock).pending } }];
      return ioctl(sock, request, argument);
    },
  };
  SOCKFS.websocket_sock_ops = ops;

  const sockOf = (stream: Stream): Sock => stream.node.sock;
  Object.assign(SOCKFS.stream_ops, {
    ready: (stream: Stream) => endpointOf(sockOf(stream)).changed(),
    shutdown(stream: Stream, how: number): number {
      try {
        endpointOf(sockOf(stream)).shutdown(how);
        return 0;
      } catch (error) {
        return (error as { errno: number }).errno;
      }
    },
    setOption(stream: Stream, level: number, name: number, value: number): boolean {
      endpointOf(sockOf(stream)).setOption(level, name, value);
      return true;
    },
    getOption(stream: Stream, level: number, name: number): number | undefined {
      const { type, family } = sockOf(stream);
      const known: Record<number, number> = {
        [SO_TYPE]: type,
        [SO_PROTOCOL]: type === SOCK_STREAM ? 6 : 17,
        [SO_DOMAIN]: family,
      };
      return level === SOL_SOCKET ? known[name] : undefined;
    },
    dup(stream: Stream): void {
      const sock = sockOf(stream);
      sock.streams ??= new Set([sock.stream]);
      sock.streams.add(stream);
    },
    close(stream: Stream): void {
      const sock = sockOf(stream);
      sock.streams?.delete(stream);
      const [left] = sock.streams ?? [];
      if (left === undefined) ops.close(sock);
      else sock.stream = left;
    },
  });

  return (name) => {
    const known = module.DNS.address_map.addrs;
    if (connect !== undefined) return undefined; // it is given the name
    if (NUMERIC.test(name) || Object.hasOwn(known, name)) return undefined;
    return nodeModules()
      .dns.promises.lookup(name, { family: 4 })
      .then(({ address }) => {
        known[name] = address;
      });
  };
}
