"""What an interrupt does to who waits for the network: KeyboardInterrupt, and the transfer is given up."""

from __future__ import annotations

import json
import socketserver
import threading

import pytest

from harness.hosts import SWITCHING
from harness.runtime import Runtime
from harness.tcpserver import serving

switching = pytest.mark.hosts(*SWITCHING)
sockets = pytest.mark.hosts("node24", "node26")


class Silent(socketserver.BaseRequestHandler):
    """Notes the first bytes, and that the client has gone."""

    asked: threading.Event
    gone: threading.Event

    def handle(self) -> None:
        try:
            while self.request.recv(65536):
                self.asked.set()
        except ConnectionResetError:
            pass
        self.gone.set()


def silent() -> type[Silent]:
    return type("Fresh", (Silent,), {"asked": threading.Event(), "gone": threading.Event()})


def interrupted(runtime: Runtime, code: str, asked: threading.Event | None = None) -> object:
    """Run Python that waits. It is interrupted when `js.waiting` is set, or the server has heard of it."""
    program = f"import js\ntry:\n    {code}\nexcept KeyboardInterrupt: result = 'interrupted'\nresult"
    runtime.run_js(f"""
        globalThis.waiting = false;
        globalThis.buffer = new Uint8Array(1);
        pyodide.setInterruptBuffer(buffer);
        globalThis.running = pyodide.runPythonAsync({json.dumps(program)});
        running.catch(() => {{}});
    """)
    if asked is not None:
        assert asked.wait(60)
    else:
        runtime.run_js("while (!waiting) await new Promise((done) => setTimeout(done, 1));")
    return runtime.run_js("""
        buffer[0] = 2;
        try { return await running; } finally { pyodide.setInterruptBuffer(undefined); }
    """)


FETCHES = {
    "pyfetch": "from pyodide.ffi import run_sync; from pyodide.http import pyfetch; run_sync(pyfetch('URL'))",
    "urllib": "import urllib.request; urllib.request.urlopen('URL')",
    "asyncio.run": "import asyncio; from pyodide.http import pyfetch; asyncio.run(pyfetch('URL'))",
}


@switching
@pytest.mark.parametrize("name", FETCHES)
def test_a_request(runtime: Runtime, name: str) -> None:
    kind = silent()
    with serving(kind) as port:
        code = FETCHES[name].replace("URL", f"http://127.0.0.1:{port}/")
        assert interrupted(runtime, code, kind.asked) == "interrupted"
        assert kind.gone.wait(60)


READS = {
    "recv": "s.recv(1)",
    "recv with a timeout": "s.settimeout(60); s.recv(1)",
    "readline": "s.makefile().readline()",
    "select": "import select; select.select([s], [], [])",
    "poll": "import select; p = select.poll(); p.register(s, 1); p.poll()",
    "handshake": "import ssl; s = ssl.create_default_context().wrap_socket(s, server_hostname='localhost')",
    "a stream": "import asyncio; asyncio.run(read(s))",
    "http": "import http.client; c = http.client.HTTPConnection('127.0.0.1', PORT); c.request('GET', '/'); "
    "c.getresponse()",
}


@sockets
@pytest.mark.parametrize("name", READS)
def test_a_socket(runtime: Runtime, name: str) -> None:
    kind = silent()
    with serving(kind) as port:
        runtime.run_js("await pyodide.useNodeSockFS();")
        runtime.run_python("""
import asyncio, socket
async def read(s):
    reader, writer = await asyncio.open_connection(sock=s)
    try: await reader.read()
    finally: writer.close()
""")
        connect = f"s = socket.create_connection(('127.0.0.1', {port})); s.send(b'x')"
        code = f"{connect}; {READS[name].replace('PORT', str(port))}"
        assert interrupted(runtime, code, kind.asked) == "interrupted"
        runtime.run_python("try: s.close(); del s\nexcept NameError: pass\nimport sys; sys.last_exc = None")
        assert kind.gone.wait(60)


@sockets
def test_who_waits_for_a_client(runtime: Runtime) -> None:
    code = "import socket; s = socket.create_server(('127.0.0.1', 0)); js.waiting = True; s.accept()"
    runtime.run_js("await pyodide.useNodeSockFS();")
    assert interrupted(runtime, code) == "interrupted"
    runtime.run_python("s.close()")


@sockets
def test_by_a_callback(runtime: Runtime) -> None:
    """Nobody has told the socket to end its wait."""
    runtime.run_js("await pyodide.useNodeSockFS();")
    code = """
import asyncio, socket
def raises(): raise KeyboardInterrupt
with socket.create_server(('127.0.0.1', 0)) as s:
    asyncio.get_event_loop().call_soon(raises)
    try: s.accept()
    except KeyboardInterrupt: result = 'interrupted'
result"""
    body = f"""
        pyodide.setInterruptBuffer(new Uint8Array(1));
        try {{ return await pyodide.runPythonAsync({json.dumps(code)}); }} finally {{ pyodide.setInterruptBuffer(); }}
    """
    assert runtime.run_js(body) == "interrupted"


@sockets
def test_what_the_host_tells_the_event_loop(runtime: Runtime) -> None:
    """That a descriptor is ready is passed on, and asked again, wherever the look for signals falls."""
    runtime.run_js("await pyodide.useNodeSockFS();")
    body = """
        const buffer = new Uint8Array(1);
        const { watchDescriptor } = pyodide._api;
        const asked = [];
        pyodide._api.watchDescriptor = (fd, _events, ready) => asked.push([fd, ready.copy()]);
        pyodide.setInterruptBuffer(buffer);
        try {
          pyodide.runPython(`
            import asyncio, socket
            s = socket.socket()
            ran = []
            asyncio.get_event_loop().add_reader(s, ran.append, None)`);
          for (let offset = 0; offset < 50; offset++) {
            pyodide.runPython(`for _ in range(${offset}): pass`);
            const [fd, ready] = asked.at(-1);
            buffer[0] = 2;
            ready(fd, 1);
            while (asked.length < offset + 2) await new Promise((resolve) => setTimeout(resolve));
            buffer[0] = 0;
          }
          return pyodide.runPython("asyncio.get_event_loop().remove_reader(s); s.close(); len(ran)");
        } finally {
          pyodide.setInterruptBuffer();
          pyodide._api.watchDescriptor = watchDescriptor;
          for (const [, ready] of asked) ready.destroy();
        }
    """
    assert runtime.run_js(body) == 50
