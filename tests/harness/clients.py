"""Python in Node as a client of servers: sockets, certificates, packages from PyPI, and what runs in the background."""

from __future__ import annotations

import json
from pathlib import Path

from harness.runtime import Runtime
from harness.wheels import WHEELS, fetch

INSTALL = """
const fs = await import("node:fs");
for (const path of PATHS) pyodide.unpackArchive(new Uint8Array(fs.readFileSync(path)), "whl");
await pyodide.useNodeSockFS();
"""


SHOUTING = """
import asyncio
async def serve(reader, writer):
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()
server = await asyncio.start_server(serve, "127.0.0.1", 0)
port = server.sockets[0].getsockname()[1]
async def ask(text):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text.encode() + b"\\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode()
answers = await asyncio.gather(*map(ask, ("one", "two", "three")))
server.close()
await server.wait_closed()
answers
"""
"""A server of asyncio's streams and three of its clients, all inside. The answers are in capitals."""


def install(runtime: Runtime, certificates: Path, *names: str) -> None:
    """Sockets, the named wheels and /tmp/good.crt and /tmp/other.crt."""
    paths = [str(fetch(WHEELS[name])) for name in names]
    runtime.run_js(INSTALL.replace("PATHS", json.dumps(paths)))
    for name in ("good", "other"):
        for kind in ("crt", "key"):
            runtime.write_file(f"/tmp/{name}.{kind}", (certificates / f"{name}.{kind}").read_bytes())


def start(runtime: Runtime, code: str) -> None:
    """Run Python in the background until it sets `js.ready`. finish() has its result."""
    source = json.dumps("import js\njs.ready = False\n" + code)
    runtime.run_js(f"""
        globalThis.ready = false;
        globalThis.running = pyodide.runPythonAsync({source});
        globalThis.running.catch(() => {{}});
        while (!globalThis.ready) {{
            await Promise.race([running, new Promise((done) => setTimeout(done, 1))]);
        }}
    """)


def finish(runtime: Runtime) -> object:
    return runtime.run_js("return await running;")
