"""A server that answers requests with a description of them, or as its paths say. Any page may ask it."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from urllib.parse import urlsplit

from harness.localserver import LocalServer

BYTES = bytes(range(256))
SHOWN = ("authorization", "content-type", "x-test")


class EchoServer(LocalServer):
    """Runs on a free port of 127.0.0.1.

    /echo         the request, as JSON
    /bytes        every byte once
    /status/404   that status, and a text
    /redirect     a redirection to /echo
    /stalled      a beginning of a body, and never the rest
    /silent       nothing
    /files/NAME   what `files` has under NAME
    """

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files = files or {}
        server = self
        self._end = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:  # the client has aborted
                    self.close_connection = True

            def answer(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                address = urlsplit(self.path)
                match address.path.split("/")[1:]:
                    case ["echo"]:
                        self.send(json.dumps(self.description(sent)).encode(), kind="application/json")
                    case ["bytes"]:
                        self.send(BYTES)
                    case ["latin"]:
                        self.send("é".encode("latin-1"), kind="text/plain; charset=latin-1")
                    case ["status", number]:
                        self.send("naïve".encode(), status=int(number))
                    case ["files", name]:
                        self.send(server.files[name])
                    case ["redirect"]:
                        self.send(b"", status=302, location="/echo")
                    case ["stalled"]:
                        self.send(b"begin", length=1000)
                        server._end.wait()
                    case ["silent"]:
                        server._end.wait()

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = answer

            def description(self, sent: bytes) -> dict[str, object]:
                headers = {name.lower(): value for name, value in self.headers.items() if name.lower() in SHOWN}
                return {"method": self.command, "path": self.path, "headers": headers, "body": sent.decode("latin-1")}

            def send(
                self,
                body: bytes,
                *,
                status: int = 200,
                kind: str = "application/octet-stream",
                location: str | None = None,
                length: int | None = None,
            ) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body) if length is None else length))
                self.send_header("X-Test", "yes")
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Access-Control-Allow-Methods", "*")
                self.send_header("Access-Control-Allow-Headers", "*, Authorization")
                self.send_header("Access-Control-Expose-Headers", "*")
                if location is not None:
                    self.send_header("Location", location)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        super().__init__(Handler)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end.set()
        super().__exit__(kind, error, traceback)
