"""urllib.request without sockets: by the host's fetch or XMLHttpRequest."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from harness.hosts import SWITCHING, JsError
from harness.runtime import Runtime

switching = pytest.mark.hosts(*SWITCHING)


class Handler(BaseHTTPRequestHandler):
    """Answers with what was asked."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/there")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            return
        body = self.rfile.read(int(self.headers["content-length"] or 0)).decode()
        answer = json.dumps([self.command, self.path, body, self.headers["x-test"]]).encode()
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Headers", "*")
        self.send_header("Access-Control-Expose-Headers", "*")
        self.send_header("X-Answer", "yes")
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_OPTIONS = do_GET

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


CODE = """
import json, urllib.error, urllib.request
def ask(path, **options):
    with urllib.request.urlopen(urllib.request.Request("{url}" + path, **options)) as response:
        return [json.loads(response.read()), response.status, response.headers["X-Answer"], response.geturl()[-6:]]
results = [ask("/plain"), ask("/posted", data=b"text"), ask("/h", headers={{"X-Test": "sent"}}), ask("/moved")]
try: ask("/missing")
except urllib.error.HTTPError as error: results.append(error.code)
results
"""

EXPECTED: list[Any] = [
    [["GET", "/plain", "", None], 200, "yes", "/plain"],
    [["POST", "/posted", "text", None], 200, "yes", "posted"],
    [["GET", "/h", "", "sent"], 200, "yes", "/h"],
    [["GET", "/there", "", None], 200, "yes", "/there"],
    404,
]


@switching
def test_in_a_task(runtime: Runtime, url: str) -> None:
    results = runtime.run_python_async(CODE.format(url=url))
    results[2][3] = results[2][3][-2:]
    assert results == EXPECTED


@pytest.mark.hosts("chromium", "chromium-worker")
def test_where_python_cannot_wait_a_browser_blocks(runtime: Runtime, url: str) -> None:
    results = runtime.run_python(CODE.format(url=url))
    results[2][3] = results[2][3][-2:]
    assert results == EXPECTED


@pytest.mark.hosts("node20", "node24")
def test_node_says_why_it_cannot(runtime: Runtime, url: str) -> None:
    with pytest.raises(JsError, match="use await instead"):
        runtime.run_python(f"import urllib.request\nurllib.request.urlopen('{url}/plain')")


@switching
def test_a_server_that_is_not_there(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="URLError"):
        runtime.run_python_async("import urllib.request\nurllib.request.urlopen('http://127.0.0.1:1/')")


def test_a_connection_of_the_programs_own_is_used(runtime: Runtime) -> None:
    code = """
import http.client, io, urllib.request

class Canned(http.client.HTTPConnection):
    def connect(self):
        self.sock = self
    def sendall(self, data):
        pass
    def makefile(self, mode):
        return io.BytesIO(b"HTTP/1.0 200 Fine\\r\\n\\r\\ncanned")

class Handler(urllib.request.HTTPHandler):
    def http_open(self, request):
        return self.do_open(Canned, request)

with urllib.request.build_opener(Handler).open("http://nowhere.invalid/") as response:
    answer = [response.status, response.read().decode()]
answer
"""
    assert runtime.run_python(code) == [200, "canned"]


@pytest.mark.parametrize(
    ("address", "error"),
    [("http://localhost:7/a\\r\\nX-Injected: b", "InvalidURL"), ("http:///a", "URLError")],
)
def test_an_impossible_address_is_refused_before_the_host_sees_it(runtime: Runtime, address: str, error: str) -> None:
    code = f"""
import urllib.request
try:
    urllib.request.urlopen("{address}")
except Exception as error:
    name = type(error).__name__
name
"""
    assert runtime.run_python(code) == error
