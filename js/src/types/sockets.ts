/* What `useNodeSockFS` takes. */

/** A TCP connection as the Sockets API of WinterTC has it. */
export interface GivenSocket {
  /** Of Uint8Array, and so is `writable`. */
  readonly readable: ReadableStream<unknown>;
  readonly writable: WritableStream<unknown>;
  /** Rejects if the connection cannot be made. */
  readonly opened: Promise<unknown>;
  close(): Promise<unknown>;
}

/** Begins a connection; its bytes are in the clear. */
export type Connect = (
  address: { hostname: string; port: number },
  options: { secureTransport: "starttls"; allowHalfOpen: boolean },
) => GivenSocket;

export interface SocketOptions {
  /** Makes the TCP connections that Python asks for. Node's own, unless given. */
  connect?: Connect;
}
