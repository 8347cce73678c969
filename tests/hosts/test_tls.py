"""TLS over Python's sockets in Node, by its own ssl module, against servers with certificates made for the test."""

from __future__ import annotations

import http.server
import shutil
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.hosts import JsError
from harness.runtime import Runtime

pytestmark = pytest.mark.hosts("node24", "node26")


def _certificate(folder: Path, name: str, *names: str) -> None:
    """NAME.crt, which signs itself, and NAME.key."""
    openssl = shutil.which("openssl")
    assert openssl, "openssl is not on PATH"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={','.join(names)}"]
    files = ["-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.crt")]
    subprocess.run([openssl, "req", "-x509", *kind, *subject, *files], check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    _certificate(folder, "good", "DNS:localhost", "IP:127.0.0.1")
    _certificate(folder, "other", "DNS:other.example")
    return folder


@pytest.fixture(scope="module", autouse=True)
def sockets(module_runtime: Runtime, certificates: Path) -> None:
    module_runtime.run_js("await pyodide.useNodeSockFS();")
    for file in certificates.iterdir():
        module_runtime.write_file(f"/tmp/{file.name}", file.read_bytes())
    module_runtime.run_python("import http.client, json, socket, ssl, urllib.request")


class Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while data := self.request.recv(65536):
            self.request.sendall(data)


class Upgrading(socketserver.BaseRequestHandler):
    """Talks in the clear until it is asked for TLS."""

    def handle(self) -> None:
        self.request.sendall(b"hello\n")
        assert self.request.recv(100) == b"STARTTLS\n"
        self.request.sendall(b"go ahead\n")
        with self.server.context.wrap_socket(self.request, server_side=True) as secure:  # type: ignore[attr-defined]
            while data := secure.recv(100):
                secure.sendall(data.upper())


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"page " * 100_000)

    def log_message(self, *args: object) -> None:
        """Nothing."""


class Silent(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(100_000)
        self.request.recv(1)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    context: ssl.SSLContext
    wraps = True

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.wraps:
            try:
                request = self.context.wrap_socket(request, server_side=True)
            except OSError:
                return  # the client has refused the certificate
        super().finish_request(request, client_address)


@contextmanager
def serving(handler: Any, certificates: Path, name: str = "good", *, wraps: bool = True) -> Iterator[int]:
    with Server(("127.0.0.1", 0), handler) as server:
        server.wraps = wraps
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(certificates / f"{name}.crt", certificates / f"{name}.key")
        server.context.set_alpn_protocols(["two", "one"])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def test_a_connection(runtime: Runtime, certificates: Path) -> None:
    code = """
context = ssl.create_default_context(cafile="/tmp/good.crt")
context.set_alpn_protocols(["one"])
with socket.create_connection(("127.0.0.1", {port})) as plain:
    with context.wrap_socket(plain, server_hostname="localhost") as s:
        s.sendall(b"hello" * 10_000)
        received = b""
        while len(received) < 50_000: received += s.recv(4096)
        certificate = s.getpeercert()
        der = s.getpeercert(binary_form=True)
        result = [received == b"hello" * 10_000, s.version(), s.selected_alpn_protocol(),
            certificate["subject"][0][0][1], certificate["subjectAltName"][0][1], der == ssl.PEM_cert_to_DER_cert(
                open("/tmp/good.crt").read())]
result
"""
    with serving(Echo, certificates) as port:
        expected = [True, "TLSv1.3", "one", "good", "localhost", True]
        assert runtime.run_python_async(code.format(port=port)) == expected


def test_https(runtime: Runtime, certificates: Path) -> None:
    code = """
context = ssl.create_default_context(cafile="/tmp/good.crt")
with urllib.request.urlopen("https://localhost:{port}/", context=context) as response:
    length = len(response.read())
length
"""
    with serving(Page, certificates) as port:
        assert runtime.run_python_async(code.format(port=port)) == 500_000


REFUSED = [
    ("good", "ssl.create_default_context()", "localhost", "self-signed certificate"),
    ("other", "ssl.create_default_context(cafile='/tmp/good.crt')", "localhost", "self-signed certificate"),
    ("other", "ssl.create_default_context(cafile='/tmp/other.crt')", "localhost", "Hostname mismatch"),
    ("other", "ssl.create_default_context(cafile='/tmp/other.crt')", "127.0.0.1", "Hostname mismatch"),
]


@pytest.mark.parametrize("case", REFUSED)
def test_certificates_that_are_refused(runtime: Runtime, certificates: Path, case: tuple[str, ...]) -> None:
    name, context, server, reason = case
    code = f"""
try:
    with socket.create_connection(("127.0.0.1", {{port}})) as plain:
        {context}.wrap_socket(plain, server_hostname="{server}")
except ssl.SSLCertVerificationError as error: result = str(error)
result
"""
    with serving(Echo, certificates, name) as port:
        assert reason in runtime.run_python_async(code.format(port=port))


def test_verification_can_be_turned_off(runtime: Runtime, certificates: Path) -> None:
    code = """
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
with context.wrap_socket(socket.create_connection(("127.0.0.1", {port}))) as s:
    s.sendall(b"hello")
    result = [s.recv(100).decode(), s.getpeercert()]
result
"""
    with serving(Echo, certificates, "other") as port:
        assert runtime.run_python_async(code.format(port=port)) == ["hello", {}]


def test_starttls(runtime: Runtime, certificates: Path) -> None:
    code = """
context = ssl.create_default_context(cafile="/tmp/good.crt")
plain = socket.create_connection(("127.0.0.1", {port}))
seen = [plain.recv(100)]
plain.sendall(b"STARTTLS\\n")
seen.append(plain.recv(100))
with context.wrap_socket(plain, server_hostname="localhost") as s:
    s.sendall(b"secret")
    seen.append(s.recv(100))
[text.decode() for text in seen]
"""
    with serving(Upgrading, certificates, wraps=False) as port:
        assert runtime.run_python_async(code.format(port=port)) == ["hello\n", "go ahead\n", "SECRET"]


def test_a_server_that_does_not_answer(runtime: Runtime, certificates: Path) -> None:
    code = """
context = ssl.create_default_context(cafile="/tmp/good.crt")
with socket.create_connection(("127.0.0.1", {port}), timeout=0.05) as plain:
    try: context.wrap_socket(plain, server_hostname="localhost")
    except TimeoutError as error: result = str(error)
result
"""
    with serving(Silent, certificates, wraps=False) as port:
        assert "timed out" in runtime.run_python_async(code.format(port=port))


def test_a_server_that_speaks_no_tls(runtime: Runtime, certificates: Path) -> None:
    code = """
context = ssl.create_default_context(cafile="/tmp/good.crt")
with socket.create_connection(("127.0.0.1", {port})) as plain: context.wrap_socket(plain, server_hostname="localhost")
"""
    with serving(Echo, certificates, wraps=False) as port, pytest.raises(JsError, match=r"SSL\w*Error"):
        runtime.run_python_async(code.format(port=port))


def test_serving(runtime: Runtime) -> None:
    """Both ends are inside."""
    code = """
import asyncio
there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
there.load_cert_chain("/tmp/good.crt", "/tmp/good.key")
here = ssl.create_default_context(cafile="/tmp/good.crt")
with socket.create_server(("127.0.0.1", 0)) as server:
    port = server.getsockname()[1]
    def ask():
        plain = socket.create_connection(("127.0.0.1", port))
        with here.wrap_socket(plain, server_hostname="localhost") as s:
            s.sendall(b"hello")
            return s.recv(100).decode()
    asking = asyncio.ensure_future(asyncio.to_thread(ask))
    connection, _ = server.accept()
    with there.wrap_socket(connection, server_side=True) as s:
        s.sendall(s.recv(100).upper())
    answer = await asking
answer
"""
    assert runtime.run_python_async(code) == "HELLO"
