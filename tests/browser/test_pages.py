"""Pages of the kind an embedder writes, served as an embedder serves them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from harness import readme
from harness.chromium import Chromium
from harness.server import CSP, ISOLATED, StaticServer

PAGES = Path(__file__).parent / "pages"
Serve = Callable[..., StaticServer]

FIRST_LOAD = {
    "/dist/pyodide.mjs": 1,
    "/dist/pyodide.asm.mjs": 1,
    "/dist/pyodide.asm.wasm": 1,
    "/dist/python_stdlib.zip": 1,
    "/dist/pyodide-lock.json": 1,
}


@pytest.fixture(scope="session")
def python_version(dist: Path) -> str:
    """The Python version that the distribution promises."""
    lock = json.loads((dist / "pyodide-lock.json").read_text())
    version: str = lock["info"]["python"]
    return version


@pytest.mark.parametrize("headers", [{}, CSP, ISOLATED], ids=["plain", "csp", "isolated"])
@pytest.mark.parametrize("page", ["main.html", "script.html", "worker.html"])
def test_a_page_runs_python(
    chromium: Chromium, serve: Serve, python_version: str, page: str, headers: dict[str, str]
) -> None:
    server = serve(PAGES, headers)
    tab = chromium.open(f"{server.url}/{page}")
    assert tab.finished().startswith(f"{python_version} ")
    assert tab.errors == []
    assert [request for request in server.requests if request.status >= 400] == []
    tab.close()


@pytest.mark.parametrize(("headers", "outcome"), [({}, "allowed"), (CSP, "EvalError")], ids=["plain", "csp"])
def test_the_policy_is_enforced(chromium: Chromium, serve: Serve, headers: dict[str, str], outcome: str) -> None:
    """Else the pages above would prove nothing."""
    tab = chromium.open(f"{serve(PAGES, headers).url}/eval.html")
    assert tab.finished() == outcome
    tab.close()


def test_isolated_pages_are_isolated(chromium: Chromium, serve: Serve) -> None:
    tab = chromium.open(f"{serve(PAGES, ISOLATED).url}/main.html")
    assert tab.evaluate("crossOriginIsolated") is True
    tab.close()


@pytest.mark.parametrize("page", ["main.html", "worker.html"])
def test_every_file_is_fetched_once(chromium: Chromium, serve: Serve, page: str) -> None:
    server = serve(PAGES)
    tab = chromium.open(f"{server.url}/{page}")
    tab.finished()
    assert Counter(path for path in server.paths() if path.startswith("/dist/")) == FIRST_LOAD
    tab.close()


@pytest.mark.parametrize("page", ["main.html", "worker.html"])
def test_the_files_are_asked_for_at_once(chromium: Chromium, serve: Serve, page: str) -> None:
    """None waits for another: the server answers only when it has been asked for all that the loader needs."""
    server = serve(PAGES)
    server.meeting = frozenset(FIRST_LOAD) - {"/dist/pyodide.mjs"}
    tab = chromium.open(f"{server.url}/{page}")
    tab.finished()
    assert server.met
    tab.close()


def test_wasm_is_compiled_while_it_arrives(chromium: Chromium, serve: Serve, tmp_path: Path) -> None:
    """From the response itself: engines keep compiled code by the response's address."""
    (tmp_path / "index.html").write_text(
        """<!doctype html>
        <link rel="icon" href="data:,">
        <title>pending</title>
        <pre id="output"></pre>
        <script type="module">
          import { loadPyodide } from "/dist/pyodide.mjs";
          const { compileStreaming } = WebAssembly;
          const output = document.querySelector("#output");
          WebAssembly.compileStreaming = (response) => {
            output.append(`${response.url} ${response.bodyUsed}`);
            return compileStreaming(response);
          };
          await loadPyodide();
          document.title = "done";
        </script>""",
        encoding="utf-8",
    )
    server = serve(tmp_path)
    tab = chromium.open(f"{server.url}/index.html")
    assert tab.finished() == f"{server.url}/dist/pyodide.asm.wasm false"
    tab.close()


def test_a_service_worker_runs_python(chromium: Chromium, serve: Serve, python_version: str) -> None:
    """Given the module's factory by a static import, and only then; each file is fetched once."""
    server = serve(PAGES)
    tab = chromium.open(f"{server.url}/service.html")
    refused, answer = tab.finished().split("\n")
    assert refused.startswith("Error: Service workers cannot import modules while they run")
    assert answer.startswith(f"{python_version} ")
    fetched = Counter(path for path in server.paths() if path.startswith("/dist/"))
    assert fetched == FIRST_LOAD
    tab.close()


def test_the_readmes_example_prints_the_version(
    chromium: Chromium, serve: Serve, python_version: str, tmp_path: Path
) -> None:
    """The same lines as in Node: an import map says where the package is."""
    (tmp_path / "index.html").write_text(
        f"""<!doctype html>
        <meta charset="utf-8">
        <link rel="icon" href="data:,">
        <title>pending</title>
        <pre id="output"></pre>
        <script type="importmap">{{"imports": {{"pyodide": "/dist/pyodide.mjs"}}}}</script>
        <script type="module">{readme.example()}
        document.title = "done";</script>""",
        encoding="utf-8",
    )
    tab = chromium.open(f"{serve(tmp_path).url}/index.html")
    tab.finished()
    assert any(line.startswith(f"log: {python_version} ") for line in tab.messages), tab.messages
    assert tab.errors == []
    tab.close()
