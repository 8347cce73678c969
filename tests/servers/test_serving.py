"""The standard library's servers inside, and clients outside: this process, and Node."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from harness.clients import finish, install, start
from harness.hosts import SOCKETS
from harness.runtime import Runtime

pytestmark = pytest.mark.hosts(*SOCKETS)


@pytest.fixture(scope="module", autouse=True)
def server(module_runtime: Runtime, certificates: Path) -> None:
    install(module_runtime, certificates)
    module_runtime.run_python("""
import js, http.server
class Site(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200 if self.path == "/much" else 404)
        body = bytes(range(256)) * (50 << 12) if self.path == "/much" else b"nothing here"
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_POST(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.rfile.read(int(self.headers["content-length"]))[::-1])
        self.close_connection = True
    def log_message(self, *args): pass

def serve(connections):
    with http.server.HTTPServer(("127.0.0.1", 0), Site) as server:
        js.port = server.server_address[1]
        js.ready = True
        for _ in range(connections): server.handle_request()
""")


def serve(runtime: Runtime, connections: int) -> str:
    """The address of a server that runs until finish(), and ends after so many connections."""
    start(runtime, f"serve({connections})")
    return f"http://127.0.0.1:{runtime.run_js('return port;')}"


def test_clients_in_this_process(runtime: Runtime) -> None:
    url = serve(runtime, 2)
    with urllib.request.urlopen(f"{url}/", b"posted", timeout=60) as response:
        assert response.read() == b"detsop"
    with pytest.raises(urllib.error.HTTPError, match="404") as caught:
        urllib.request.urlopen(f"{url}/missing", timeout=60)
    caught.value.close()
    finish(runtime)


def test_fifty_megabytes(runtime: Runtime) -> None:
    url = serve(runtime, 1)
    with urllib.request.urlopen(f"{url}/much", timeout=60) as response:
        assert response.read() == bytes(range(256)) * (50 << 12)
    finish(runtime)


def test_fetch(runtime: Runtime) -> None:
    """Of the same Node that serves."""
    url = serve(runtime, 1)
    body = f"""
        const post = {{ method: "POST", body: "abc", headers: {{ connection: "close" }} }};
        return (await fetch("{url}", post)).text();
    """
    assert runtime.run_js(body) == "cba"
    finish(runtime)


def test_a_client_that_goes_away(runtime: Runtime) -> None:
    """It takes one connection only; the next is served."""
    url = serve(runtime, 2)
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as client:
        client.sendall(b"GET /much HTTP/1.1\r\n\r\n")
        assert client.recv(100)
    with urllib.request.urlopen(f"{url}/", b"posted", timeout=60) as response:
        assert response.read() == b"detsop"
    finish(runtime)
    assert "Exception occurred during processing of request from ('127.0.0.1'" in runtime.host.output()


def test_until_it_is_shut_down(runtime: Runtime) -> None:
    """shutdown() waits for a lock until serve_forever() has returned."""
    code = """
import asyncio
with http.server.HTTPServer(("127.0.0.1", 0), Site) as server:
    serving = asyncio.ensure_future(asyncio.to_thread(server.serve_forever, 0.01))
    answers = []
    for text in "abc", "def":
        response = await js.fetch(f"http://127.0.0.1:{server.server_address[1]}/", method="POST", body=text)
        answers.append(await response.text())
    server.shutdown()
    answers.append(serving.done() or await asyncio.wait_for(serving, 60))
answers
"""
    answers = runtime.run_python_async(code)
    assert answers[:2] == ["cba", "fed"]
