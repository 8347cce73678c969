"""A static HTTP server for pages under test. It records what was asked of it."""

from __future__ import annotations

import posixpath
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from urllib.parse import unquote, urlsplit

from harness.localserver import LocalServer

CSP = {"Content-Security-Policy": "script-src 'self' 'wasm-unsafe-eval'"}
ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}

MEETING = 10.0
"""Seconds until those that wait for others go on without them."""

MIME_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".wasm": "application/wasm",
    ".zip": "application/zip",
    "": "application/octet-stream",
}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    status: int


class StaticServer(LocalServer):
    """Serves folders under URL prefixes on a free port of 127.0.0.1, which browsers treat as a secure origin.

    mounts:  URL prefix ("/dist/") to folder; the longest matching prefix wins.
    headers: sent with every answer.
    meeting: URL paths that are answered only when all of them have been asked for, at most MEETING seconds later.
    """

    def __init__(self, mounts: Mapping[str, Path], headers: Mapping[str, str] | None = None) -> None:
        self.mounts = dict(sorted(mounts.items(), key=lambda mount: -len(mount[0])))
        self.headers = dict(headers or {})
        self.requests: list[Request] = []
        self.meeting: frozenset[str] = frozenset()
        self._arrival = threading.Condition()
        self._arrived: set[str] = set()
        self._left_alone = False
        server = self

        class Handler(SimpleHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            extensions_map = MIME_TYPES

            def translate_path(self, path: str) -> str:
                return server.translate(path)

            def do_GET(self) -> None:
                server.meet(urlsplit(self.path).path)
                super().do_GET()

            def end_headers(self) -> None:
                self.send_header("Cache-Control", "no-store")  # each need of a file is seen as a request
                for name, value in server.headers.items():
                    self.send_header(name, value)
                super().end_headers()

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                server.requests.append(Request(self.command, urlsplit(self.path).path, int(code)))

            def log_message(self, format: str, *args: object) -> None:
                """Quiet: `requests` is the log."""

        super().__init__(Handler)

    def translate(self, url_path: str) -> str:
        """The file a URL path names, or a path that does not exist."""
        path = posixpath.normpath(unquote(urlsplit(url_path).path))
        for prefix, folder in self.mounts.items():
            if path.startswith(prefix):
                return str(folder / path[len(prefix) :])
        return "/nonexistent"

    def meet(self, path: str) -> None:
        """Wait for the others of `meeting`, if `path` is one of them."""
        if path in self.meeting:
            with self._arrival:
                self._arrived.add(path)
                self._arrival.notify_all()
                if not self._arrival.wait_for(lambda: self._arrived >= self.meeting, MEETING):
                    self._left_alone = True

    @property
    def met(self) -> bool:
        """Whether all of `meeting` have been asked for before any was answered."""
        return not self._left_alone and self._arrived >= self.meeting

    def paths(self) -> list[str]:
        """The paths asked for, in order, icons and other noise included."""
        return [request.path for request in self.requests]
