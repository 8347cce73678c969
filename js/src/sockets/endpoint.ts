/* What TCP and UDP have in common: errors, and telling who waits that something has changed. */

import type { Endpoint, Message, Sock } from "./sockfs.ts";

export const POLLIN = 1;
export const POLLOUT = 4;
export const POLLERR = 8;
export const POLLHUP = 16;

/** Makes an error of the file system from the name of an errno. */
export type Fail = (code: string) => Error;

export abstract class BaseEndpoint implements Endpoint {
  protected readonly sock: Sock;
  protected readonly fail: Fail;
  /** An error of Node's that no call has reported yet, by its code. */
  protected error: string | undefined;
  private waiting: (() => void)[] = [];

  constructor(sock: Sock, fail: Fail) {
    this.sock = sock;
    this.fail = fail;
  }

  abstract bind(address: string, port: number): void;
  abstract connect(address: string, port: number): void;
  abstract send(bytes: Uint8Array, address?: string, port?: number): void;
  abstract receive(length: number, peek: boolean): Message | null;
  abstract poll(): number;
  abstract readonly pending: number;
  abstract close(): void;

  listen(): void {
    throw this.fail("EOPNOTSUPP");
  }

  accept(): Sock {
    throw this.fail("EOPNOTSUPP");
  }

  shutdown(_how: number): void {
    throw this.fail("ENOTCONN");
  }

  /** Options that Node has no word for are taken as they come. */
  setOption(_level: number, _name: number, _value: number): void {}

  changed(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  protected announce(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  protected failed(error: NodeJS.ErrnoException): void {
    this.error = error.code ?? "EIO";
    this.sock.error = (this.fail(this.error) as { errno?: number }).errno ?? null;
    this.announce();
  }

  /** Throws the error that waits, once. */
  protected throwError(): void {
    const { error } = this;
    if (error === undefined) return;
    this.error = undefined;
    this.sock.error = null;
    throw this.fail(error);
  }
}
