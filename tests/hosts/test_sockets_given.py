"""Sockets on connections of the caller's own: `useNodeSockFS({ connect })`."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.hosts import SOCKETS
from harness.runtime import Runtime
from harness.tcpserver import Echo, server_context, serving

pytestmark = pytest.mark.hosts(*SOCKETS)

CONNECT = """
globalThis.asked = [];
const net = process.getBuiltinModule("node:net"), { Duplex } = process.getBuiltinModule("node:stream");
const connect = (address, options) => {
    asked.push({ ...address, ...options });
    const socket = net.connect({ host: "127.0.0.1", port: address.port, allowHalfOpen: true });
    const opened = new Promise((resolve, reject) => socket.once("connect", () => resolve({})).once("error", reject));
    const { readable, writable } = Duplex.toWeb(socket);
    return { readable, writable, opened, closed: opened, close: async () => socket.destroy() };
};
await pyodide.useNodeSockFS({ connect });
"""


@pytest.fixture(scope="module", autouse=True)
def sockets(module_runtime: Runtime, certificates: Path) -> None:
    module_runtime.run_js(CONNECT)
    module_runtime.write_file("/tmp/good.crt", (certificates / "good.crt").read_bytes())
    module_runtime.run_python("import socket, ssl")


def test_a_connection(runtime: Runtime) -> None:
    """The name is left to `connect`: nobody else knows this one."""
    code = """
with socket.create_connection(("server.invalid", PORT)) as s:
    data = bytes(range(256)) * 10_000
    s.sendall(data)
    s.shutdown(socket.SHUT_WR)
    received = b""
    while part := s.recv(100_000): received += part
received == data
"""
    with serving(Echo) as port:
        runtime.run_js("asked.length = 0;")
        assert runtime.run_python_async(code.replace("PORT", str(port))) is True
        expected = {"hostname": "server.invalid", "port": port, "secureTransport": "starttls", "allowHalfOpen": True}
        assert runtime.run_js("return asked;") == [expected]


def test_tls(runtime: Runtime, certificates: Path) -> None:
    code = """
import asyncio
context = ssl.create_default_context(cafile="/tmp/good.crt")
with context.wrap_socket(socket.create_connection(("here", PORT)), server_hostname="localhost") as s:
    s.sendall(b"hello")
    received = [s.recv(9).decode(), s.version()]
reader, writer = await asyncio.open_connection("here", PORT, ssl=context, server_hostname="localhost")
writer.write(b"again\\n")
received.append((await reader.readline()).decode())
writer.close()
try: context.wrap_socket(socket.create_connection(("here", PORT)), server_hostname="elsewhere")
except ssl.SSLCertVerificationError as error: received.append(error.verify_message)
received
"""
    with serving(Echo, server_context(certificates)) as port:
        expected = ["hello", "TLSv1.3", "again\n", "Hostname mismatch, certificate is not valid for 'elsewhere'."]
        assert runtime.run_python_async(code.replace("PORT", str(port))) == expected


def test_a_refused_connection(runtime: Runtime) -> None:
    code = """
try: socket.create_connection(("here", 1))
except ConnectionRefusedError as error: result = "refused"
result
"""
    assert runtime.run_python_async(code) == "refused"
