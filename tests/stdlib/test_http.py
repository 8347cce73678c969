"""pyodide.http."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harness.echo import EchoServer
from harness.runtime import Runtime

Run = Callable[[str], Any]


def archive(format: str) -> bytes:
    """An archive with a file `inner.txt` in it."""
    data = io.BytesIO()
    if format == "zip":
        with zipfile.ZipFile(data, "w") as zip_file:
            zip_file.writestr("inner.txt", "packed")
    else:
        with tarfile.open(fileobj=data, mode="w:gz") as tar:
            member = tarfile.TarInfo("inner.txt")
            member.size = 6
            tar.addfile(member, io.BytesIO(b"packed"))
    return data.getvalue()


@pytest.fixture(scope="module")
def server() -> Iterator[EchoServer]:
    files = {"a.zip": archive("zip"), "b.tar.gz": archive("tar"), "plain.txt": b"no archive"}
    with EchoServer(files) as started:
        yield started


PRELUDE = """
import asyncio, js
from pyodide.http import *
async def failure(start):
    "The kind and the text of the exception."
    try:
        await start()
    except BaseException as error:
        return [type(error).__name__, str(error)]
"""


@pytest.fixture
def run(runtime: Runtime, server: EchoServer) -> Run:
    """Runs Python in which `base` is the server's address."""
    head = f"{PRELUDE}\nbase = {json.dumps(server.url)}\n"
    return lambda code: runtime.run_python_async(head + code)


def test_an_answer(run: Run, server: EchoServer) -> None:
    code = """
r = await pyfetch(base + "/echo")
[r.ok, r.status, r.status_text, r.redirected, r.url, r.headers["x-test"], r.body_used, await r.json(), r.body_used]
"""
    echo = {"method": "GET", "path": "/echo", "headers": {}, "body": ""}
    assert run(code) == [True, 200, "OK", False, f"{server.url}/echo", "yes", False, echo, True]


def test_what_is_sent(run: Run) -> None:
    code = """
async def sent(*args, **kwargs):
    return await (await pyfetch(*args, **kwargs)).json()
[await sent(base + "/echo", method="PUT", headers={"X-Test": "1"}, body="text"),
 await sent(base + "/echo", method="POST", body=b"\\xff\\x00"),
 await sent(js.Request.new(base + "/echo", method="PATCH", body="own"), headers={"X-Test": "2"})]
"""
    text = {"content-type": "text/plain;charset=UTF-8"}
    assert run(code) == [
        {"method": "PUT", "path": "/echo", "headers": {**text, "x-test": "1"}, "body": "text"},
        {"method": "POST", "path": "/echo", "headers": {}, "body": "\xff\x00"},
        {"method": "PATCH", "path": "/echo", "headers": {"x-test": "2"}, "body": "own"},
    ]


def test_forms_of_the_body(run: Run) -> None:
    code = """
async def get(path="/bytes"): return await pyfetch(base + path)
every = bytes(range(256))
view = await (await get()).memoryview()
buffer = await (await get()).buffer()
[await (await get()).bytes() == every, view == every, buffer.to_bytes() == every,
 await (await get("/status/200")).text(), await (await get("/status/200")).string(),
 await (await get("/echo")).json(object_pairs_hook=len)]
"""
    assert run(code) == [True, True, True, "naïve", "naïve", 4]


def test_a_body_is_read_once(run: Run) -> None:
    code = """
r = await pyfetch(base + "/status/200")
copy = r.clone()
texts = [await r.text(), await copy.text()]
async def clone(): r.clone()
texts, [await failure(start) for start in (r.text, r.json, r.bytes, r.buffer, r.memoryview, r.unpack_archive, clone)]
"""
    texts, failures = run(code)
    assert texts == ["naïve", "naïve"]
    assert failures == [["BodyUsedError", "Response body is already used"]] * 7


def test_a_status_of_failure(run: Run, server: EchoServer) -> None:
    code = """
outcomes = []
for status in (404, 500):
    r = await pyfetch(f"{base}/status/{status}")
    async def check(): r.raise_for_status()
    outcomes.append([r.ok, await failure(check), await r.text()])
r = await pyfetch(base + "/redirect")
r.raise_for_status()
error = HttpStatusError(404, "Not Found", "there")
[*outcomes, [r.redirected, r.url], [error.status, error.status_text, error.url, isinstance(error, OSError)]]
"""
    missing, broken, redirected, attributes = run(code)
    text = f"404 Client Error: Not Found for url: {server.url}/status/404"
    assert missing == [False, ["HttpStatusError", text], "naïve"]
    assert broken[1][1].startswith("500 Server Error: Internal Server Error for url: ")
    assert redirected == [True, f"{server.url}/echo"]
    assert attributes == [404, "Not Found", "there", True]


def test_no_answer_is_an_oserror(run: Run) -> None:
    kind, text = run('await failure(lambda: pyfetch("http://127.0.0.1:9/"))')
    assert (kind, text[:5].lower()) in {("OSError", "fetch"), ("OSError", "faile")}


def test_a_request_that_is_none(run: Run) -> None:
    code = '[await failure(lambda: pyfetch(5)), await failure(lambda: pyfetch("http://[", method="GET"))]'
    number, url = run(code)
    assert number == ["TypeError", "pyfetch() takes a URL as a str, or a JavaScript Request, not int"]
    assert url[0] == "JsException" and "http://[" in url[1]


def test_cancelling_aborts(run: Run) -> None:
    code = """
seen = []
async def fetcher(request, options):
    options.signal.addEventListener("abort", js.eval("(seen => () => seen.push(1))")(js_seen))
    return await js.fetch(request, options)
js_seen = js.Array.new()
outcomes = [await failure(lambda: asyncio.wait_for(pyfetch(base + "/silent", fetcher=fetcher), 0.05))]
r = await pyfetch(base + "/stalled")
outcomes.append(await failure(lambda: asyncio.wait_for(r.text(), 0.05)))
outcomes.append((await failure(r.text))[0])
outcomes.append(len(js_seen))
outcomes
"""
    assert run(code) == [["TimeoutError", ""], ["TimeoutError", ""], "AbortError", 1]


def test_abort(run: Run) -> None:
    code = """
outcomes = []
for reason in (None, "enough", js.Error.new("mine"), ValueError("yours")):
    r = await pyfetch(base + "/stalled")
    reading = asyncio.ensure_future(r.text())
    await asyncio.sleep(0)
    r.abort() if reason is None else r.abort(reason)
    outcomes.append([await failure(lambda: reading), await failure(r.text)])
outcomes
"""
    given, *named = run(code)
    assert given[0] == given[1] and given[0][0] == "AbortError"
    assert named == [[["AbortError", text]] * 2 for text in ("enough", "mine", "yours")]


def test_a_signal_of_the_callers(run: Run) -> None:
    code = """
controller = js.AbortController.new()
waiting = asyncio.ensure_future(pyfetch(base + "/silent", signal=controller.signal))
r = await pyfetch(base + "/stalled", signal=controller.signal)
controller.abort(js.Error.new("mine"))
[await failure(lambda: waiting), await failure(r.text),
 await failure(lambda: pyfetch(base + "/echo", signal=controller.signal))]
"""
    assert run(code) == [["AbortError", "mine"]] * 3


def test_a_fetcher(run: Run) -> None:
    code = """
async def fetcher(request, options):
    return js.Response.new(f"{request.method} {request.url} {options.method}")
r = await pyfetch("http://nowhere/", method="DELETE", fetcher=fetcher)
async def failing(request, options): raise KeyError("own")
throwing = js.eval("async () => { throw new TypeError('thrown') }")
[await r.text(), r.url, await failure(lambda: pyfetch("http://nowhere/", fetcher=failing)),
 await failure(lambda: pyfetch("http://nowhere/", fetcher=throwing))]
"""
    assert run(code) == [
        "DELETE http://nowhere/ DELETE",
        "http://nowhere/",
        ["KeyError", "'own'"],
        ["OSError", "thrown"],
    ]


def test_archives(run: Run) -> None:
    code = """
from pathlib import Path
from tempfile import TemporaryDirectory
outcomes = []
for name, format in (("a.zip", None), ("b.tar.gz", None), ("a.zip?query", "zip")):
    with TemporaryDirectory() as folder:
        r = await pyfetch(f"{base}/files/{name}")
        await r.unpack_archive(extract_dir=folder, format=format)
        outcomes.append((Path(folder) / "inner.txt").read_text())
for name, format in (("plain.txt", None), ("plain.txt", "zip"), ("plain.txt", "rar")):
    r = await pyfetch(f"{base}/files/{name}")
    outcomes.append((await failure(lambda: r.unpack_archive(format=format)))[0])
outcomes
"""
    assert run(code) == ["packed", "packed", "packed", "ValueError", "ReadError", "ValueError"]


def test_into_a_file(run: Run) -> None:
    code = """
import tempfile
from pathlib import Path
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "f")
    await (await pyfetch(base + "/bytes"))._create_file(str(path))
    created = path.read_bytes()
    with path.open("r+b") as file:
        await (await pyfetch(base + "/status/200"))._into_file(file)
    outcome = [created == bytes(range(256)), path.read_bytes()[:6] == "naïve".encode()]
outcome
"""
    assert run(code) == [True, True]


PAGES = pytest.mark.hosts("chromium", "chromium-worker")


@pytest.mark.hosts("node20", "node24", "node26")
def test_waiting_requests_need_an_xmlhttprequest(run: Run) -> None:
    code = """
async def opened(): open_url(base)
async def got(): pyxhr.get(base)
[await failure(opened), await failure(got)]
"""
    text = "This host has no XMLHttpRequest, only pages and workers have; use pyodide.http.pyfetch"
    assert run(code) == [["RuntimeError", text]] * 2


@PAGES
def test_open_url(run: Run) -> None:
    code = '[open_url(base + "/status/200").read(), open_url(base + "/status/404").read()]'
    assert run(code) == ["naïve", "naïve"]


@PAGES
def test_methods_that_wait(run: Run) -> None:
    names = ["get", "post", "put", "delete", "patch", "options"]
    code = f"""
[[getattr(pyxhr, name)(base + "/echo").json()["method"] for name in {names}], pyxhr.head(base + "/echo").content == b""]
"""
    assert run(code) == [[name.upper() for name in names], True]


@PAGES
def test_what_waiting_requests_send(run: Run) -> None:
    code = """
def sent(**kwargs):
    echo = pyxhr.post(base + "/echo", **kwargs).json()
    return [echo["path"], echo["headers"], echo["body"]]
[sent(data="text", headers={"X-Test": "1"}), sent(data=b"\\xff\\x00"), sent(json={"a": 1}),
 sent(json=[], headers={"Content-Type": "a/b"}), sent(params={"q": "x y", "z": 1}), sent(auth=("me", "secret")),
 pyxhr.get(base + "/echo?a=1#part", params={"b": 2}).json()["path"]]
"""
    text = {"content-type": "text/plain;charset=UTF-8"}
    assert run(code) == [
        ["/echo", {**text, "x-test": "1"}, "text"],
        ["/echo", {}, "\xff\x00"],
        ["/echo", {"content-type": "application/json"}, '{"a": 1}'],
        ["/echo", {"content-type": "a/b"}, "[]"],
        ["/echo?q=x+y&z=1", {}, ""],
        ["/echo", {"authorization": "Basic bWU6c2VjcmV0"}, ""],
        "/echo?a=1&b=2",
    ]


@PAGES
def test_answers_that_were_waited_for(run: Run, server: EchoServer) -> None:
    code = """
r = pyxhr.get(base + "/status/404")
async def check(): r.raise_for_status()
[r.ok, r.status_code, r.text, r.url, r.headers["x-test"], await failure(check),
 pyxhr.get(base + "/bytes").content == bytes(range(256)), pyxhr.get(base + "/latin").text]
"""
    url = f"{server.url}/status/404"
    error = ["HttpStatusError", f"404 Client Error: Not Found for url: {url}"]
    assert run(code) == [False, 404, "naïve", url, "yes", error, True, "é"]


@PAGES
def test_waiting_requests_that_fail(run: Run) -> None:
    code = """
async def refused(): pyxhr.get("http://127.0.0.1:9/")
async def both(): pyxhr.post(base, data="", json={})
async def unknown(): pyxhr.get(base, timeout=1)
async def wrong(): pyxhr.post(base, data={"a": 1})
[await failure(start) for start in (refused, both, unknown, wrong)]
"""
    refused, both, unknown, wrong = run(code)
    assert refused == ["XHRNetworkError", "Network error for GET http://127.0.0.1:9/"]
    assert both == ["TypeError", "A request takes either data or json, not both"]
    assert unknown[0] == "TypeError" and "'timeout'" in unknown[1]
    assert wrong == ["TypeError", "data must be a str or bytes, not dict; json takes what JSON can carry"]
