from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from harness import server as server_module
from harness.server import CSP, Request, StaticServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StaticServer]:
    for name in ("pages/index.html", "dist/pyodide.asm.wasm", "dist/pyodide.mjs", "secret"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    with StaticServer({"/": tmp_path / "pages", "/dist/": tmp_path / "dist"}, CSP) as started:
        yield started


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/index.html", "text/html; charset=utf-8"),
        ("/dist/pyodide.asm.wasm", "application/wasm"),
        ("/dist/pyodide.mjs?query", "text/javascript; charset=utf-8"),
    ],
)
def test_files_come_with_their_type_and_the_headers(server: StaticServer, path: str, kind: str) -> None:
    with urlopen(server.url + path) as answer:
        assert answer.read().decode() in ("pages/index.html", path.removeprefix("/").partition("?")[0])
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Content-Security-Policy"] == CSP["Content-Security-Policy"]


def test_requests_are_recorded_with_their_outcome(server: StaticServer) -> None:
    urlopen(f"{server.url}/index.html").close()
    with pytest.raises(HTTPError):
        urlopen(f"{server.url}/missing")
    assert server.requests == [Request("GET", "/index.html", 200), Request("GET", "/missing", 404)]


@pytest.mark.parametrize("path", ["/../secret", "/dist/../../secret", "/%2e%2e/secret"])
def test_nothing_outside_is_served(server: StaticServer, path: str) -> None:
    with pytest.raises(HTTPError, match="404"):
        urlopen(server.url + path)


def test_requests_that_meet(server: StaticServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Together they are answered; one that comes alone is left alone."""
    paths = ["/index.html", "/dist/pyodide.mjs"]
    server.meeting = frozenset(paths)
    with ThreadPoolExecutor() as threads:
        answers = threads.map(lambda path: urlopen(server.url + path).read(), paths)
        assert [len(answer) > 0 for answer in answers] == [True, True]
    assert server.met
    monkeypatch.setattr(server_module, "MEETING", 0.01)
    server.meeting = frozenset(["/index.html", "/dist/pyodide.asm.wasm"])
    urlopen(server.url + "/index.html").close()
    urlopen(server.url + "/dist/pyodide.asm.wasm").close()
    assert not server.met
