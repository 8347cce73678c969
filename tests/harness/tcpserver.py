"""TCP servers of the tests' own, plain or with TLS, and certificates for them."""

from __future__ import annotations

import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SERVING_AT = """
while (!globalThis.serving_at) await new Promise((done) => setImmediate(done));
const port = serving_at;
delete globalThis.serving_at; // another server may follow
return port;
"""
"""JavaScript that waits for the port of a server in Python, which sets `js.serving_at`."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has now. Somebody may when it comes to be used."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Echo(socketserver.BaseRequestHandler):
    """Sends back what it gets."""

    def handle(self) -> None:
        while data := self.request.recv(65536):
            self.request.sendall(data)


class Silent(socketserver.BaseRequestHandler):
    """Sends nothing until the client has gone."""

    def handle(self) -> None:
        while self.request.recv(65536):
            pass


class Flood(socketserver.BaseRequestHandler):
    """Sends 50 MB."""

    def handle(self) -> None:
        for _ in range(50):
            self.request.sendall(bytes(1 << 20))


class TcpServer(socketserver.ThreadingTCPServer):
    """`context` is for TLS, which it begins with if it `wraps`."""

    daemon_threads = True
    block_on_close = False
    context: ssl.SSLContext | None = None
    wraps = True

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.context is not None and self.wraps:
            try:
                request = self.context.wrap_socket(request, server_side=True)
            except OSError:
                return  # the client has refused the certificate
        super().finish_request(request, client_address)


@contextmanager
def serving(handler: Callable[..., Any], context: ssl.SSLContext | None = None, *, wraps: bool = True) -> Iterator[int]:
    """The port of a server on loopback."""
    with TcpServer(("127.0.0.1", 0), handler) as server:
        server.context, server.wraps = context, wraps
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def make_certificate(folder: Path, name: str, *names: str, issuer: str | None = None) -> None:
    """NAME.crt, which is for the names and signed by itself or by an issuer made before, and NAME.key."""
    openssl = shutil.which("openssl")
    assert openssl, "openssl is not on PATH"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={','.join(names)}"]
    files = ["-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.crt")]
    if issuer:
        files += [
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-CA",
            str(folder / f"{issuer}.crt"),
            "-CAkey",
            str(folder / f"{issuer}.key"),
        ]
    subprocess.run([openssl, "req", "-x509", *kind, *subject, *files], check=True, capture_output=True)


def make_certificates(folder: Path) -> Path:
    """The folder, with `good` for this machine and `other` for another."""
    make_certificate(folder, "good", "DNS:localhost", "IP:127.0.0.1")
    make_certificate(folder, "other", "DNS:other.example")
    return folder


def server_context(certificates: Path, name: str = "good") -> ssl.SSLContext:
    """The context of a server that has a certificate of make_certificates()."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / f"{name}.crt", certificates / f"{name}.key")
    context.set_alpn_protocols(["two", "one"])
    return context
