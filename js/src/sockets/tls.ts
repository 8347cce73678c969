/* TLS over a connection of Python's, by node:tls. */

import type { Duplex } from "node:stream";
import type { PeerCertificate, SecureVersion, TLSSocket, TLSSocketOptions } from "node:tls";
import { nodeModules } from "../loader/node.ts";

/** What `_pyodide._tls` asks for. */
export interface TlsOptions {
  readonly isServer: boolean;
  /** The name or address of the server; "" if it is not known. */
  readonly host: string;
  readonly verify: boolean;
  /** A client may have no certificate. */
  readonly optional: boolean;
  readonly checkName: boolean;
  /** Trust the authorities that Node comes with. */
  readonly defaults: boolean;
  /** Others that are trusted, in PEM. */
  readonly authorities: readonly string[];
  readonly protocols: readonly string[];
  readonly minVersion?: SecureVersion | undefined;
  readonly maxVersion?: SecureVersion | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly passphrase?: string | undefined;
  /** What the peer has sent already. */
  readonly early: Uint8Array;
}

const OPTIONAL = ["cert", "key", "passphrase", "minVersion", "maxVersion"] as const;

/** What Python asks about a connection. */
export interface TlsFacts {
  readonly version: string | null;
  readonly cipher: string;
  readonly protocol: string;
  readonly certificate: PeerCertificate;
}

export function factsOf(secure: TLSSocket): TlsFacts {
  return {
    version: secure.getProtocol(),
    cipher: secure.getCipher()?.name ?? "",
    protocol: secure.alpnProtocol || "",
    certificate: secure.getPeerCertificate(),
  };
}

/** The socket whose data is plain, when all is agreed on. Rejects if that fails, then both sockets are of no use. */
export function secured(socket: Duplex, options: TlsOptions): Promise<TLSSocket> {
  const given = OPTIONAL.flatMap((name) => (options[name] == null ? [] : [[name, options[name]]]));
  const common: TLSSocketOptions = {
    ...Object.fromEntries(given),
    ca: [...(options.defaults ? nodeModules().tls.rootCertificates : []), ...options.authorities],
    ...(options.protocols.length > 0 ? { ALPNProtocols: [...options.protocols] } : {}),
  };
  return (options.isServer ? serve : ask)(socket, options, common);
}

function ask(socket: Duplex, { host, verify, checkName }: TlsOptions, common: TLSSocketOptions): Promise<TLSSocket> {
  const { net, tls } = nodeModules();
  const secure = tls.connect({
    ...common,
    socket,
    host,
    servername: net.isIP(host) ? "" : host,
    rejectUnauthorized: verify,
    ...(checkName ? {} : { checkServerIdentity: () => undefined }),
  });
  return new Promise((resolve, reject) => {
    secure.once("secureConnect", () => resolve(secure));
    secure.once("error", reject);
    secure.once("close", () => reject(failure("ECONNRESET", "the connection was closed")));
  });
}

/** A server of Node's that gets this connection only: it judges certificates, which a TLSSocket alone leaves undone. */
function serve(socket: Duplex, { verify, optional }: TlsOptions, common: TLSSocketOptions): Promise<TLSSocket> {
  const server = nodeModules().tls.createServer({
    ...common,
    requestCert: verify,
    rejectUnauthorized: verify && !optional,
    handshakeTimeout: 0x7fffffff, // ours is another
  });
  return new Promise((resolve, reject) => {
    server.once("secureConnection", (secure) => {
      const refused = secure.authorizationError as unknown as string | undefined;
      if (optional && refused && Object.keys(secure.getPeerCertificate()).length > 0) {
        secure.destroy();
        reject(failure(refused, refused));
      } else resolve(secure);
    });
    server.once("tlsClientError", (error, secure) => {
      const refused = secure.authorizationError as unknown as string | undefined;
      reject(refused ? failure(refused, refused) : error);
    });
    server.emit("connection", socket);
  });
}

/** An error as Node makes them. */
export function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
