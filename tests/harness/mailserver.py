"""A real SMTP server, aiosmtpd: `python mailserver.py PORT CERTIFICATE KEY`. Mail needs TLS and one user's password.

It says `ready`. A message is answered with its length.
"""

from __future__ import annotations

import asyncio
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session  # type: ignore[import-not-found]

USER, PASSWORD = b"test", b"a password"


class Handler:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return f"250 {len(envelope.content or b'')}"


def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    return AuthResult(success=data == LoginPassword(USER, PASSWORD), handled=False)


async def main(port: str, certificate: str, key: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    options = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": authenticate}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), **options), ["127.0.0.1", "127.0.0.2"], int(port))
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
