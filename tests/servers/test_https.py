"""HTTPS by urllib.request and http.client, under a certificate authority of the test's own."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from harness.clients import install
from harness.hosts import SOCKETS
from harness.runtime import Runtime
from harness.tcpserver import Silent, make_certificate, server_context, serving

pytestmark = pytest.mark.hosts(*SOCKETS)


class Site(BaseHTTPRequestHandler):
    """Echoes what is posted. /much is 50 MB; /broken is as much, and breaks off."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", str(50 << 20))
        self.end_headers()
        part = bytes(1 << 20)
        self.wfile.write(part)
        if self.path == "/broken":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        for _ in range(49):
            self.wfile.write(part)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers["authorization"] != "Basic dGVzdDpwYXNz":
            self.send_response(401)
            self.send_header("www-authenticate", 'Basic realm="test"')
            body = b""
        else:
            self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `ca`, and `site` that it has signed."""
    folder = tmp_path_factory.mktemp("authority")
    make_certificate(folder, "ca", "DNS:ca.example")
    make_certificate(folder, "site", "DNS:localhost", issuer="ca")
    return folder


@pytest.fixture(scope="module")
def port(authority: Path) -> Iterator[int]:
    with serving(Site, server_context(authority, "site")) as found:
        yield found


@pytest.fixture(scope="module", autouse=True)
def client(module_runtime: Runtime, authority: Path, certificates: Path) -> None:
    install(module_runtime, certificates)
    module_runtime.write_file("/tmp/ca.crt", (authority / "ca.crt").read_bytes())
    module_runtime.run_python("""
import http.client, ssl, urllib.error, urllib.request
def trusting(name="ca"): return ssl.create_default_context(cafile=f"/tmp/{name}.crt")
""")


def ask(runtime: Runtime, code: str, port: int) -> object:
    return runtime.run_python_async(code.replace("PORT", str(port)))


def test_urllib(runtime: Runtime, port: int) -> None:
    code = """
url = "https://localhost:PORT/"
handler = urllib.request.HTTPBasicAuthHandler()
handler.add_password("test", url, "test", "pass")
opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trusting()), handler)
with opener.open(url, b"posted") as response: answer = response.read().decode()
try: urllib.request.urlopen(url, b"posted", context=trusting())
except urllib.error.HTTPError as error: status = error.status; error.close()
[answer, status]
"""
    assert ask(runtime, code, port) == ["posted", 401]


def test_one_connection_for_many_requests(runtime: Runtime, port: int) -> None:
    code = """
connection = http.client.HTTPSConnection("localhost", PORT, context=trusting())
headers = {"authorization": "Basic dGVzdDpwYXNz"}
answers = []
for i in range(100):
    connection.request("POST", "/", str(i), headers)
    answers.append(int(connection.getresponse().read()))
    if i == 0: sock = connection.sock
same = sock is connection.sock
connection.close()
[answers, same]
"""
    assert ask(runtime, code, port) == [[*range(100)], True]


def test_fifty_megabytes(runtime: Runtime, port: int) -> None:
    code = """
with urllib.request.urlopen("https://localhost:PORT/much", context=trusting()) as response:
    total = len(response.read())
total
"""
    assert ask(runtime, code, port) == 50 << 20


FAILURES = [
    ("https://localhost:PORT/", "'good'", "unable to verify the first certificate"),
    ("https://127.0.0.1:PORT/", "'ca'", "Hostname mismatch"),
    ("https://localhost:1/", "'ca'", "ConnectionRefusedError"),
]


@pytest.mark.parametrize("case", FAILURES, ids=["certificate", "name", "refused"])
def test_connections_that_cannot_be_made(runtime: Runtime, port: int, case: tuple[str, str, str]) -> None:
    url, trusted, message = case
    code = f"""
try: urllib.request.urlopen("{url}", context=trusting({trusted}))
except urllib.error.URLError as error: result = repr(error.reason)
result
"""
    assert message in str(ask(runtime, code, port))


def test_a_server_that_breaks_the_connection(runtime: Runtime, port: int) -> None:
    code = """
try: urllib.request.urlopen("https://localhost:PORT/broken", context=trusting()).read()
except ConnectionResetError as error: result = "reset"
result
"""
    assert ask(runtime, code, port) == "reset"


def test_a_server_that_does_not_answer(runtime: Runtime) -> None:
    code = """
try: urllib.request.urlopen("https://localhost:PORT/", timeout=0.05, context=trusting())
except (urllib.error.URLError, TimeoutError) as error: result = str(error)
result
"""
    with serving(Silent) as port:
        assert "timed out" in str(ask(runtime, code, port))
