"""What the documentation shows is run, and prints what it promises."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from buildlib.paths import ROOT
from docs import examples
from harness.chromium import Chromium
from harness.hosts import Host
from harness.server import ISOLATED, StaticServer

TIMEOUT = 120
Serve = Callable[..., StaticServer]

WITH_EXAMPLES = [
    path.stem
    for path in sorted(examples.PAGES.glob("*.md"))
    if any(not each.title and each.language in examples.RUN for each in examples.examples(path.stem))
]

SHOWN = """new Promise((resolve) => {
  const output = document.querySelector("#output");
  const look = () => output.textContent && resolve(output.textContent);
  new MutationObserver(look).observe(output, { childList: true, characterData: true, subtree: true });
  look();
})"""


@pytest.mark.parametrize("page", WITH_EXAMPLES)
def test_a_pages_examples(host: Host, page: str, tmp_path: Path) -> None:
    body, promised = examples.script(page, host.name)
    assert promised or page == "interrupts"  # shared memory needs an isolated page
    if host.name.startswith("node"):
        folder = json.dumps(str(tmp_path))
        body = f"const before = process.cwd(); process.chdir({folder}); try {body} finally {{ process.chdir(before); }}"
    assert host.run(body) == promised


def node_program(folder: Path, dist: Path, page: str) -> Path:
    """The page's program.mjs, where it finds its package."""
    (folder / "node_modules").mkdir()
    (folder / "node_modules/pyodide").symlink_to(dist)
    program = folder / "program.mjs"
    program.write_text(examples.file(page, "program.mjs"), encoding="utf-8")
    return program


def test_quick_start_in_node(node: Path, dist: Path, tmp_path: Path) -> None:
    program = node_program(tmp_path, dist, "quickstart")
    done = subprocess.run([node, program], capture_output=True, text=True, timeout=TIMEOUT, check=True)
    assert done.stdout == "10\n"


def test_ctrl_c_in_node(node: Path, dist: Path, tmp_path: Path) -> None:
    program = node_program(tmp_path, dist, "interrupts")
    with subprocess.Popen([node, program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "KeyboardInterrupt\n"
        assert process.wait(TIMEOUT) == 0


def page_of(script: str) -> str:
    """A page with room for output and this module."""
    head = '<!doctype html>\n<link rel="icon" href="data:,">\n<pre id="output"></pre>\n'
    return f'{head}<script type="module">{script}</script>\n'


SERVICE = """
await navigator.serviceWorker.register("service-worker.mjs", {type: "module"});
await navigator.serviceWorker.ready;
const frame = document.createElement("iframe");
frame.src = "answer";
frame.onload = () => { document.querySelector("#output").textContent = frame.contentDocument.body.textContent; };
document.body.append(frame);
"""


@pytest.fixture
def site(dist: Path, tmp_path: Path) -> Path:
    """A folder to serve, with the distribution in it."""
    (tmp_path / "pyodide").symlink_to(dist)
    return tmp_path


def shown(chromium: Chromium, server: StaticServer) -> str:
    tab = chromium.open(f"{server.url}/index.html")
    try:
        return str(tab.evaluate(SHOWN))
    finally:
        tab.close()


def test_quick_start_in_a_page(chromium: Chromium, serve: Serve, site: Path) -> None:
    (site / "index.html").write_text(examples.file("quickstart", "index.html"), encoding="utf-8")
    assert shown(chromium, serve(site)) == "10"


@pytest.mark.parametrize(("page", "expected"), [("quickstart", "15"), ("interrupts", "KeyboardInterrupt")])
def test_a_worker(chromium: Chromium, serve: Serve, site: Path, page: str, expected: str) -> None:
    (site / "index.html").write_text(page_of(examples.file(page, "page.mjs")), encoding="utf-8")
    (site / "worker.mjs").write_text(examples.file(page, "worker.mjs"), encoding="utf-8")
    assert shown(chromium, serve(site, ISOLATED)) == expected


def test_quick_start_in_a_service_worker(chromium: Chromium, serve: Serve, site: Path) -> None:
    (site / "index.html").write_text(page_of(SERVICE), encoding="utf-8")
    (site / "service-worker.mjs").write_text(examples.file("quickstart", "service-worker.mjs"), encoding="utf-8")
    assert shown(chromium, serve(site)) == "21"


def test_quick_start_with_a_bundler(chromium: Chromium, serve: Serve, site: Path, dist: Path) -> None:
    """With esbuild, for browsers: it finds no import that it cannot follow."""
    source = site / "source"
    (source / "node_modules").mkdir(parents=True)
    (source / "node_modules/pyodide").symlink_to(dist)
    (source / "bundled.mjs").write_text(examples.file("quickstart", "bundled.mjs"), encoding="utf-8")
    words = [
        "bundled.mjs",
        "--bundle",
        "--platform=browser",
        "--format=esm",
        "--log-limit=0",
        f"--outfile={site}/bundle.js",
    ]
    done = subprocess.run(
        [ROOT / "node_modules/.bin/esbuild", *words],
        cwd=source,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=True,
    )
    assert "WARNING" not in done.stderr
    (site / "index.html").write_text(page_of("import './bundle.js';"), encoding="utf-8")
    assert shown(chromium, serve(site)) == "28"


def test_no_file_is_left_out() -> None:
    """Every block with a title is in a test of this file."""
    titles = {
        (path.stem, each.title)
        for path in examples.PAGES.rglob("*.md")
        for each in examples.examples(str(path.relative_to(examples.PAGES).with_suffix("")))
        if each.title
    }
    workers = {
        (page, name) for page in ("quickstart", "interrupts") for name in ("page.mjs", "worker.mjs", "program.mjs")
    }
    others = {("quickstart", name) for name in ("index.html", "service-worker.mjs", "bundled.mjs")}
    assert titles == workers | others
