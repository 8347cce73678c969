/* What `useNodeSockFS` takes. */

/** A TCP connection as the Sockets API of WinterTC has it. */
export interface GivenSocket {
  /** Of Uint8Array. */
  readonly readable: ReadableStream<unknown>;
  /** For Uint8Array. */
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
