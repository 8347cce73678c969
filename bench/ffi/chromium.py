"""Prints the table of run.mjs as a page in Chromium sees it.

PYTHONPATH=site_scons:tests python bench/ffi/chromium.py [folder of the distribution]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from buildlib import browser
from buildlib.paths import ROOT
from harness.chromium import Chromium
from harness.server import StaticServer

PAGE = """<!doctype html><title>bench</title>"""

RUN = """async () => {
    const load = async (folder) => (await import(`/${folder}/pyodide.mjs`)).loadPyodide();
    const { table } = await import("/bench/compare.mjs");
    const lines = [];
    await table(await load("here"), await load("npm"), (line) => lines.push(line));
    return lines.join("\\n");
}"""


def main() -> None:
    dist = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"
    log = ROOT / "build/logs/chromium.log"
    chromium = Chromium(browser.ensure(log, browser.debian_unpacker(ROOT / "emsdk-pin.txt", log)))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "index.html").write_text(PAGE, encoding="utf-8")
        mounts = {
            "/here/": dist.resolve(),
            "/npm/": ROOT / "node_modules/pyodide",
            "/bench/": ROOT / "bench/ffi",
            "/": Path(folder),
        }
        with StaticServer(mounts) as server:
            tab = chromium.open(f"{server.url}/index.html")
            try:
                print(chromium.call(tab.page.evaluate(RUN), timeout=1800))
            finally:
                chromium.close()


main()
