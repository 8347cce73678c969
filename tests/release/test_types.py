"""The types of the Python packages for programs elsewhere: strict mypy, with the release's wheel installed."""

from __future__ import annotations

import ast
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from buildlib.paths import ROOT

PROGRAM = """
import asyncio
import io

import js
import pyodide_js
from js import AbortController, JSON, Object, Uint8Array, document, fetch, setTimeout
from pyodide.code import CodeRunner, eval_code, eval_code_async, find_imports, relaxed_call, run_js, should_quiet
from pyodide.console import Console, ConsoleFuture, PyodideConsole
from pyodide.ffi import (
    JsArray,
    JsBuffer,
    JsCallableDoubleProxy,
    JsDomElement,
    JsDoubleProxy,
    JsException,
    JsMap,
    JsPromise,
    JsProxy,
    JsTypedArray,
    create_once_callable,
    create_proxy,
    jsnull,
    run_sync,
    to_js,
)
from pyodide.ffi.wrappers import add_event_listener, set_timeout
from pyodide.http import AbortError, FetchResponse, HttpStatusError, open_url, pyfetch, pyxhr
from pyodide.webloop import PyodideFuture, WebLoop


async def load(url: str) -> dict[str, int]:
    controller = AbortController.new()
    try:
        response: FetchResponse = await pyfetch(url, method="POST", headers={"a": "b"}, signal=controller.signal)
        response.raise_for_status()
    except (AbortError, HttpStatusError) as error:
        raise ValueError(url) from error
    data: bytes = await response.bytes()
    buffer: JsBuffer = await response.buffer()
    sizes: list[int] = [len(data), response.status, len(buffer.to_bytes())]
    plain = await fetch(url)
    text: str = await plain.text()
    return {text: sum(sizes), **(await response.json())}


def on_click(event: JsProxy) -> None:
    print(event.target)


def listen(element: JsDomElement) -> None:
    add_event_listener(element, "click", on_click)
    proxy: JsCallableDoubleProxy[[JsProxy], None] = create_proxy(on_click)
    element.addEventListener("click", proxy)
    proxy.destroy()
    timer = set_timeout(lambda: None, 10)
    js.clearTimeout(timer)
    setTimeout(create_once_callable(on_click), 5)
    document.title = "title"


def convert(numbers: JsArray[int], names: JsMap[str, int]) -> int:
    array: JsArray[object] = to_js([1, 2])
    array.append(3)
    typed: JsTypedArray = to_js(b"abc")
    held: JsDoubleProxy[list[int]] = create_proxy([1])
    first: int = held.unwrap()[0]
    total: int = sum(numbers) + sum(names.values()) + numbers[0] + len(numbers[1:])
    print(typed.to_memoryview(), array.to_py(), Uint8Array.new(3).byteLength, jsnull.typeof, Object.new())
    return total + first


def run() -> object:
    runner: CodeRunner = CodeRunner("1").compile()
    if should_quiet("1;"):
        return runner.run({})
    imports: list[str] = find_imports("import a")
    value: str = run_js("'x'")
    length: int = relaxed_call(len, "abc", 1)
    return eval_code("1", {}), imports, value, length


def wait(promise: JsPromise[str]) -> str:
    chained: JsPromise[int] = promise.then(len)
    print(chained)
    return run_sync(promise)


async def console(text: str) -> str | None:
    shell: Console = PyodideConsole(stdout_callback=print)
    future: ConsoleFuture = shell.push(text)
    await future
    completions, start = shell.complete("pri")
    print(completions[0], start + 1, await eval_code_async("1"))
    return future.formatted_error


def requests(url: str) -> io.StringIO:
    body: bytes = pyxhr.post(url, json={"a": 1}, auth=("me", "secret")).content
    print(body)
    return open_url(url)


async def main(loop: WebLoop) -> None:
    await pyodide_js.loadPackage(["numpy"])
    future: PyodideFuture[int] = loop.create_future()
    doubled: PyodideFuture[int] = future.then(lambda value: value * 2)
    try:
        print(JSON.stringify(to_js({"a": 1})), await asyncio.wait_for(doubled, 1))
    except JsException as error:
        print(error.name, error.message, error.js_error)
"""

WRONG = {
    'from pyodide.http import pyfetch\nasync def f() -> int: return (await pyfetch("")).status_text': "return-value",
    "from pyodide.ffi import create_proxy\ncreate_proxy([1]).unwrap().upper()": "attr-defined",
    "from pyodide.ffi import create_proxy\ndef f(x: int) -> None: ...\ncreate_proxy(f)('x')": "arg-type",
    "from pyodide.ffi import JsArray\ndef f(a: JsArray[int]) -> str: return a[0]": "return-value",
    "from pyodide.code import eval_code\neval_code(5)": "arg-type",
    "from pyodide.http import pyxhr\npyxhr.get('', timeout=5)": "call-arg",
    "from pyodide.ffi import nothing": "attr-defined",
    "import js\njs.clearTimeout('x')": "arg-type",
}


@pytest.fixture(scope="module")
def python(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing but the release's wheel in it; its interpreter."""
    place = tmp_path_factory.mktemp("environment")
    venv.create(place, with_pip=False)
    (wheel,) = dist.glob("pyodide_py-*.whl")
    (packages,) = place.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    return place / "bin/python"


def check(python: Path, folder: Path, program: str) -> str:
    """What mypy says about a program."""
    (folder / "program.py").write_text(program)
    options = ["--strict", "--python-executable", str(python), "--cache-dir", str(python.parent / "mypy"), "--no-color"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file=", *options, "program.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_a_program_is_accepted(python: Path, tmp_path: Path) -> None:
    assert "Success" in (said := check(python, tmp_path, PROGRAM)), said


@pytest.mark.parametrize("program", WRONG, ids=lambda program: program.splitlines()[-1][:40])
def test_mistakes_are_found(python: Path, tmp_path: Path, program: str) -> None:
    assert f"[{WRONG[program]}]" in (said := check(python, tmp_path, program)), said


def test_the_stub_has_the_names_of_the_module() -> None:
    folder = ROOT / "runtime/python/pyodide/ffi"
    stub, module = (ast.parse((folder / name).read_text()) for name in ("__init__.pyi", "__init__.py"))
    assert exported(stub) == exported(module)
    assert set(exported(stub)) <= {name for node in stub.body for name in defined(node)}


def exported(tree: ast.Module) -> list[str]:
    """`__all__`."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return names
    raise LookupError("no __all__")


def defined(node: ast.stmt) -> list[str]:
    """The names that a statement of a stub defines."""
    if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
        return [node.name]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def test_the_wheel_is_complete(python: Path) -> None:
    """What works on any Python works from the wheel."""
    code = "import pyodide; from pyodide.code import eval_code; print(pyodide.__version__, eval_code('1 + 1'))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[1:] == ["2"]
