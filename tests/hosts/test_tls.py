"""TLS over Python's sockets in Node, by its own ssl module, against servers with certificates made for the test."""

from __future__ import annotations

import http.server
import json
import socket
import socketserver
import ssl
from contextlib import suppress
from pathlib import Path

import pytest

from harness.hosts import SOCKETS, JsError
from harness.runtime import Runtime
from harness.tcpserver import SERVING_AT, Echo, Silent, server_context, serving

pytestmark = pytest.mark.hosts(*SOCKETS)


@pytest.fixture(scope="module", autouse=True)
def sockets(module_runtime: Runtime, certificates: Path) -> None:
    module_runtime.run_js("await pyodide.useNodeSockFS();")
    for file in certificates.iterdir():
        module_runtime.write_file(f"/tmp/{file.name}", file.read_bytes())
    module_runtime.run_python("import http.client, json, socket, ssl, urllib.request")


class Upgrading(socketserver.BaseRequestHandler):
    """Talks in the clear until it is asked for TLS."""

    def handle(self) -> None:
        self.request.sendall(b"hello\n")
        assert self.request.recv(100) == b"STARTTLS\n"
        self.request.sendall(b"go ahead\n")
        with self.server.context.wrap_socket(self.request, server_side=True) as secure:  # type: ignore[attr-defined]
            while data := secure.recv(100):
                secure.sendall(data.upper())


class Swallowing(socketserver.BaseRequestHandler):
    """Reads three million zeros before it begins with TLS."""

    def handle(self) -> None:
        left = 3_000_000
        while left:
            left -= len(self.request.recv(min(left, 65536)))
        with self.server.context.wrap_socket(self.request, server_side=True) as secure:  # type: ignore[attr-defined]
            secure.sendall(secure.recv(100).upper())


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"page " * 100_000)

    def log_message(self, *args: object) -> None:
        """Nothing."""


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
    with serving(Echo, server_context(certificates)) as port:
        expected = [True, "TLSv1.3", "one", "good", "localhost", True]
        assert runtime.run_python_async(code.format(port=port)) == expected


def test_https(runtime: Runtime, certificates: Path) -> None:
    code = """
context = ssl.create_default_context(cafile="/tmp/good.crt")
with urllib.request.urlopen("https://localhost:{port}/", context=context) as response:
    length = len(response.read())
length
"""
    with serving(Page, server_context(certificates)) as port:
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
    with serving(Echo, server_context(certificates, name)) as port:
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
    with serving(Echo, server_context(certificates, "other")) as port:
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
    with serving(Upgrading, server_context(certificates), wraps=False) as port:
        assert runtime.run_python_async(code.format(port=port)) == ["hello\n", "go ahead\n", "SECRET"]


def test_a_server_that_does_not_answer(runtime: Runtime, certificates: Path) -> None:
    code = """
context = ssl.create_default_context(cafile="/tmp/good.crt")
with socket.create_connection(("127.0.0.1", {port}), timeout=0.05) as plain:
    try: context.wrap_socket(plain, server_hostname="localhost")
    except TimeoutError as error: result = str(error)
result
"""
    with serving(Silent, server_context(certificates), wraps=False) as port:
        assert "timed out" in runtime.run_python_async(code.format(port=port))


def test_a_handshake_without_blocking(runtime: Runtime, certificates: Path) -> None:
    code = """
import select
seen = []
for trusted in "good", "other":
    context = ssl.create_default_context(cafile=f"/tmp/{{trusted}}.crt")
    plain = socket.create_connection(("127.0.0.1", {port}))
    plain.setblocking(False)
    with context.wrap_socket(plain, server_hostname="localhost", do_handshake_on_connect=False) as s:
        waits = 0
        while True:
            try: s.do_handshake()
            except ssl.SSLWantReadError:
                waits += 1
                select.select([s], [], [], 9)
            except ssl.SSLCertVerificationError as error:
                seen.append(error.verify_message)
                break
            else:
                s.send(b"hello")
                select.select([s], [], [], 9)
                seen += [waits, s.version(), s.recv(9).decode()]
                break
seen
"""
    with serving(Echo, server_context(certificates)) as port:
        expected = [1, "TLSv1.3", "hello", "self-signed certificate"]
        assert runtime.run_python_async(code.format(port=port)) == expected


def test_a_server_that_speaks_no_tls(runtime: Runtime, certificates: Path) -> None:
    code = """
context = ssl.create_default_context(cafile="/tmp/good.crt")
with socket.create_connection(("127.0.0.1", {port})) as plain: context.wrap_socket(plain, server_hostname="localhost")
"""
    with serving(Echo, server_context(certificates), wraps=False) as port, pytest.raises(JsError, match=r"SSL\w*Error"):
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


CLIENTS = [
    ("REQUIRED", "good", "'hello'"),
    ("REQUIRED", "other", "SSLCertVerificationError"),
    ("REQUIRED", None, "SSL"),
    ("OPTIONAL", "good", "'hello'"),
    ("OPTIONAL", "other", "SSLCertVerificationError"),
    ("OPTIONAL", None, "'hello'"),
]


@pytest.mark.parametrize("case", CLIENTS, ids=lambda case: f"{case[0]}-{case[1]}")
def test_a_server_that_asks_for_certificates(
    runtime: Runtime, certificates: Path, case: tuple[str, str | None, str]
) -> None:
    """The client is outside."""
    mode, name, expected = case
    code = f"""
there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
there.load_cert_chain("/tmp/good.crt", "/tmp/good.key")
there.load_verify_locations("/tmp/good.crt")
there.verify_mode = ssl.CERT_{mode}
with socket.create_server(("127.0.0.1", 0)) as server:
    js.serving_at = server.getsockname()[1]
    connection, _ = server.accept()
    try:
        with there.wrap_socket(connection, server_side=True) as s:
            result = repr(s.recv(100).decode())
    except OSError as error: result = repr(error)
result
"""
    runtime.run_js(f"globalThis.running = pyodide.runPythonAsync({json.dumps('import js' + code)});")
    port = runtime.run_js(SERVING_AT)
    context = ssl.create_default_context(cafile=certificates / "good.crt")
    if name:
        context.load_cert_chain(certificates / f"{name}.crt", certificates / f"{name}.key")
    plain = socket.create_connection(("127.0.0.1", port), timeout=60)
    with suppress(OSError), context.wrap_socket(plain, server_hostname="localhost") as client:
        client.sendall(b"hello")
    assert expected in runtime.run_js("return await running;")


def test_the_versions_that_a_context_allows(runtime: Runtime, certificates: Path) -> None:
    code = """
results = []
for limits in {"maximum_version": ssl.TLSVersion.TLSv1_2}, {"minimum_version": ssl.TLSVersion.TLSv1_3}:
    context = ssl.create_default_context(cafile="/tmp/good.crt")
    for name, value in limits.items(): setattr(context, name, value)
    with context.wrap_socket(socket.create_connection(("127.0.0.1", PORT)), server_hostname="localhost") as s:
        results.append(s.version())
results
"""
    with serving(Echo, server_context(certificates)) as port:
        assert runtime.run_python_async(code.replace("PORT", str(port))) == ["TLSv1.2", "TLSv1.3"]


def test_much_is_sent_before_the_upgrade(runtime: Runtime, certificates: Path) -> None:
    """What was sent in the clear arrives in the clear, and before all else."""
    code = """
context = ssl.create_default_context(cafile="/tmp/good.crt")
plain = socket.create_connection(("127.0.0.1", {port}))
plain.sendall(bytes(3_000_000))
with context.wrap_socket(plain, server_hostname="localhost") as s:
    s.sendall(b"secret")
    result = s.recv(100).decode()
result
"""
    with serving(Swallowing, server_context(certificates), wraps=False) as port:
        assert runtime.run_python_async(code.format(port=port)) == "SECRET"
