/* TLS over a connection of Python's, by node:tls. */

import type { Socket } from "node:net";
import type { ConnectionOptions, PeerCertificate, TLSSocket } from "node:tls";
import { nodeModules } from "../loader/node.ts";

/** What `_pyodide._tls` asks for. */
export interface TlsOptions {
  readonly isServer: boolean;
  /** The name or address of the server; "" if it is not known. */
  readonly host: string;
  readonly verify: boolean;
  readonly checkName: boolean;
  /** Trust the authorities that Node comes with. */
  readonly defaults: boolean;
  /** Others that are trusted, in PEM. */
  readonly authorities: readonly string[];
  readonly protocols: readonly string[];
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly passphrase?: string | undefined;
}

/** What Python asks about a connection. */
export interface TlsFacts {
  readonly version: string | null;
  readonly cipher: string;
  readonly protocol: string;
  readonly certificate: PeerCertificate;
}

/** The socket whose data is plain. It is not secure before `facts` is fulfilled. */
export function secured(socket: Socket, options: TlsOptions): { secure: TLSSocket; facts: Promise<TlsFacts> } {
  const { net, tls } = nodeModules();
  const { isServer, host, verify, checkName } = options;
  const given = Object.fromEntries(
    (["cert", "key", "passphrase"] as const).flatMap((name) => (options[name] == null ? [] : [[name, options[name]]])),
  );
  const common = {
    ...given,
    ca: [...(options.defaults ? tls.rootCertificates : []), ...options.authorities],
    rejectUnauthorized: verify,
    ...(options.protocols.length > 0 ? { ALPNProtocols: [...options.protocols] } : {}),
  };
  const client: ConnectionOptions = {
    ...common,
    socket,
    host,
    servername: net.isIP(host) ? "" : host,
    ...(checkName ? {} : { checkServerIdentity: () => undefined }),
  };
  const secure = isServer
    ? new tls.TLSSocket(socket, { ...common, isServer: true, requestCert: verify })
    : tls.connect(client);
  const facts = new Promise<TlsFacts>((resolve, reject) => {
    secure.once(isServer ? "secure" : "secureConnect", () =>
      resolve({
        version: secure.getProtocol(),
        cipher: secure.getCipher()?.name ?? "",
        protocol: secure.alpnProtocol || "",
        certificate: secure.getPeerCertificate(),
      }),
    );
    secure.once("error", reject);
    secure.once("close", () => reject(Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" })));
  });
  return { secure, facts };
}
