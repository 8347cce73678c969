"""The entry points as programs use them: import, require, and where they are refused."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.chromium import Chromium
from harness.server import StaticServer

TIMEOUT = 120.0

REPORT = """
  console.log(JSON.stringify([
    pyodide.runPython("1 + 1"), pyodide.version === version, pyodide._api.runtimeEnv.IN_NODE_COMMONJS
  ]));
"""
CLASSIC_WORKER = """
importScripts("/dist/pyodide.js");
loadPyodide().then(() => postMessage("loaded"), (error) => postMessage(error.message));
"""
CLASSIC_PAGE = """<!doctype html>
<link rel="icon" href="data:,">
<script>
  globalThis.answer = new Promise((resolve) => {
    new Worker("classic.js").onmessage = (event) => resolve(event.data);
  });
</script>
"""


def run(node: Path, script: Path, cwd: Path) -> Any:
    """What the script printed as JSON, run in another folder than its own."""
    done = subprocess.run([node, script], cwd=cwd, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def installed(dist: Path, tmp_path: Path) -> Path:
    """A program's folder, with the distribution as its package `pyodide`."""
    modules = tmp_path / "program/node_modules"
    modules.mkdir(parents=True)
    (modules / "pyodide").symlink_to(dist)
    return tmp_path / "program"


def test_import(node: Path, installed: Path, tmp_path: Path) -> None:
    script = installed / "program.mjs"
    script.write_text(
        f'import {{ loadPyodide, version }} from "pyodide"; const pyodide = await loadPyodide(); {REPORT}'
    )
    assert run(node, script, tmp_path) == [2, True, False]


def test_require(node: Path, installed: Path, tmp_path: Path) -> None:
    script = installed / "program.cjs"
    script.write_text(
        f'const {{ loadPyodide, version }} = require("pyodide"); loadPyodide().then((pyodide) => {{ {REPORT} }});'
    )
    assert run(node, script, tmp_path) == [2, True, True]


def test_a_process_ends_by_itself_after_its_work(node: Path, installed: Path, tmp_path: Path) -> None:
    script = installed / "program.mjs"
    script.write_text(
        'import { loadPyodide } from "pyodide"; const py = await loadPyodide();'
        "await new Promise((done) => py._api.scheduleCallback(done, 0)); console.log('true');"
    )
    assert run(node, script, tmp_path) is True


def test_an_uncaught_error_can_be_read(node: Path, installed: Path, tmp_path: Path) -> None:
    """Node shows the line it was thrown from, and minified files have long ones."""
    script = installed / "program.mjs"
    script.write_text(
        'import { loadPyodide } from "pyodide"; const { runPython } = await loadPyodide(); '
        'setTimeout(() => runPython("1 / 0"));'
    )
    done = subprocess.run([node, script], cwd=tmp_path, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 1
    assert "\nZeroDivisionError: division by zero\n" in done.stderr
    assert max(map(len, done.stderr.splitlines())) < 1000


def test_index_url_as_path_and_as_file_address(node: Path, dist: Path, installed: Path, tmp_path: Path) -> None:
    script = installed / "program.mjs"
    (tmp_path / "there").symlink_to(dist)
    script.write_text(
        f"""
        import {{ loadPyodide }} from "pyodide";
        const answers = [];
        for (const indexURL of ["there", "./there/", {json.dumps(dist.as_uri())}]) {{
          answers.push((await loadPyodide({{ indexURL }})).runPython("1 + 1"));
        }}
        console.log(JSON.stringify(answers));
        """
    )
    assert run(node, script, tmp_path) == [2, 2, 2]


def test_a_host_directory_can_be_mounted(node: Path, installed: Path, tmp_path: Path) -> None:
    script = installed / "program.mjs"
    (tmp_path / "data").mkdir()
    (tmp_path / "data/in.txt").write_text("from the host")
    script.write_text(
        """
        import { loadPyodide } from "pyodide";
        const pyodide = await loadPyodide();
        pyodide.mountNodeFS("/mnt/data", "data");
        const text = pyodide.runPython("open('/mnt/data/out.txt', 'w').write('back'); open('/mnt/data/in.txt').read()");
        const refused = [["/mnt/data", "data"], ["/lib", "data"], ["/mnt/b", "nowhere"]].map((mount) => {
          try { pyodide.mountNodeFS(...mount); } catch (error) { return error.message; }
        });
        console.log(JSON.stringify([text, ...refused]));
        """
    )
    text, mounted, full, missing = run(node, script, tmp_path)
    assert text == "from the host"
    assert (tmp_path / "data/out.txt").read_text() == "back"
    assert "already mounted at /mnt/data" in mounted
    assert "/lib: it is not empty" in full
    assert "nowhere is not a directory" in missing


def test_over_http_each_file_is_fetched_once(
    node: Path, installed: Path, serve: Callable[..., StaticServer], tmp_path: Path
) -> None:
    """Node imports no module over HTTP: that one is given. The others are asked for at once."""
    server = serve(tmp_path)
    files = ["pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"]
    server.meeting = frozenset(f"/dist/{name}" for name in files)
    script = installed / "program.mjs"
    script.write_text(
        f"""
        import createPyodideModule from "pyodide/pyodide.asm.mjs";
        import {{ loadPyodide }} from "pyodide";
        const py = await loadPyodide({{ createPyodideModule, indexURL: "{server.url}/dist/" }});
        console.log(py.runPython("1 + 1"));
        """
    )
    assert run(node, script, tmp_path) == 2
    assert sorted(server.paths()) == sorted(server.meeting)
    assert server.met


def test_a_host_of_another_kind_is_refused(node: Path, dist: Path, tmp_path: Path) -> None:
    """A JavaScript engine with nothing around it."""
    script = tmp_path / "program.mjs"
    script.write_text(
        f"""
        import {{ readFileSync }} from "node:fs";
        import {{ createContext, runInContext }} from "node:vm";
        const context = createContext({{}});
        runInContext(readFileSync({json.dumps(str(dist / "pyodide.js"))}, "utf8"), context);
        const message = await context.loadPyodide().catch((error) => error.message);
        console.log(JSON.stringify(message));
        """
    )
    assert run(node, script, tmp_path).startswith("Cannot determine runtime environment")


SHARED_PAGE = """<!doctype html>
<link rel="icon" href="data:,">
<script type="module">
  globalThis.answer = new Promise((resolve, reject) => {
    const worker = new SharedWorker("shared.mjs", {type: "module"});
    worker.onerror = () => reject(new Error("the worker did not start"));
    worker.port.onmessage = (event) => resolve(event.data);
  });
</script>
"""
SHARED_WORKER = """
import { loadPyodide } from "/dist/pyodide.mjs";
const loading = loadPyodide();
addEventListener("connect", async ({ ports: [port] }) => {
  try { port.postMessage((await loading).runPython("1 + 1")); } catch (error) { port.postMessage(error.message); }
});
"""


def test_a_shared_worker_runs_python(chromium: Chromium, serve: Callable[..., StaticServer], tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(SHARED_PAGE)
    (tmp_path / "shared.mjs").write_text(SHARED_WORKER)
    tab = chromium.open(f"{serve(tmp_path).url}/index.html")
    assert tab.evaluate("answer", timeout=60) == 2
    tab.close()


def test_a_classic_worker_is_refused(chromium: Chromium, serve: Callable[..., StaticServer], tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(CLASSIC_PAGE)
    (tmp_path / "classic.js").write_text(CLASSIC_WORKER)
    tab = chromium.open(f"{serve(tmp_path).url}/index.html")
    assert tab.evaluate("answer").startswith("Classic web workers are not supported")
    tab.close()
