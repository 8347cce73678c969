"""Python's sockets in Node, after useNodeSockFS, against servers of the test's own."""

from __future__ import annotations

import http.server
import json
import socket
import socketserver
import struct

import pytest

from harness.clients import SHOUTING
from harness.hosts import SOCKETS, JsError
from harness.runtime import Runtime
from harness.tcpserver import SERVING_AT, Echo, Flood, Silent, serving

pytestmark = pytest.mark.hosts(*SOCKETS)


@pytest.fixture(scope="module", autouse=True)
def sockets(module_runtime: Runtime) -> None:
    module_runtime.run_js("await pyodide.useNodeSockFS();")


class Reset(socketserver.BaseRequestHandler):
    """Sends a little and then breaks the connection."""

    def handle(self) -> None:
        self.request.sendall(b"some")
        self.request.recv(1)
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.request.close()


class Page(http.server.BaseHTTPRequestHandler):
    """Answers with what was asked."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"] or 0))
        answer = json.dumps([self.command, self.path, len(body)]).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST

    def log_message(self, *args: object) -> None:
        """Nothing."""


def test_a_connection(runtime: Runtime) -> None:
    code = """
import socket
with socket.create_connection(("localhost", {port})) as s:
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    s.sendall(b"hello ")
    s.send(b"world")
    received = b""
    while len(received) < 11:
        received += s.recv(5)
    peer = s.getpeername()
    s.shutdown(socket.SHUT_WR)
    end = s.recv(1)
[received.decode(), *peer, len(end)]
"""
    with serving(Echo) as port:
        assert runtime.run_python_async(code.format(port=port)) == ["hello world", "127.0.0.1", port, 0]


def test_makefile_and_peek(runtime: Runtime) -> None:
    code = """
import socket
s = socket.create_connection(("127.0.0.1", {port}))
with s.makefile("rw", newline="\\n") as file:
    file.write("one\\ntwo\\n")
    file.flush()
    peeked = s.recv(3, socket.MSG_PEEK).decode()
    lines = [file.readline(), file.readline()]
s.close()
[peeked, *lines]
"""
    with serving(Echo) as port:
        assert runtime.run_python_async(code.format(port=port)) == ["one", "one\n", "two\n"]


def test_more_than_any_buffer_holds(runtime: Runtime) -> None:
    code = """
import hashlib, random, socket
data = random.Random(1).randbytes(5_000_000)
with socket.create_connection(("127.0.0.1", {port})) as s:
    import asyncio
    sender = asyncio.ensure_future(asyncio.to_thread(s.sendall, data))
    received = bytearray()
    while len(received) < len(data):
        received += s.recv(100_000)
    await sender
received == data
"""
    with serving(Echo) as port:
        assert runtime.run_python_async(code.format(port=port)) is True


def test_fifty_megabytes(runtime: Runtime) -> None:
    code = """
import socket
total = 0
with socket.create_connection(("127.0.0.1", {port})) as s:
    while part := s.recv(1 << 16):
        total += len(part)
total
"""
    with serving(Flood) as port:
        assert runtime.run_python_async(code.format(port=port)) == 50 << 20


def test_http(runtime: Runtime) -> None:
    code = """
import http.client, json, urllib.request
connection = http.client.HTTPConnection("localhost", {port})
results = []
for _ in range(2):
    connection.request("POST", "/path", bytes(100_000))
    results.append(json.loads(connection.getresponse().read()))
connection.close()
with urllib.request.urlopen("http://127.0.0.1:{port}/other") as response:
    results.append(json.loads(response.read()))
results
"""
    with serving(Page) as port:
        expected = [["POST", "/path", 100_000], ["POST", "/path", 100_000], ["GET", "/other", 0]]
        assert runtime.run_python_async(code.format(port=port)) == expected


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("('127.0.0.1', 1)", "ConnectionRefusedError"),
        ("('host.invalid', 1)", "gaierror"),
    ],
)
def test_connections_that_cannot_be_made(runtime: Runtime, address: str, error: str) -> None:
    with pytest.raises(JsError, match=error):
        runtime.run_python_async(f"import socket\nsocket.create_connection({address})")


def test_a_server_that_breaks_the_connection(runtime: Runtime) -> None:
    code = """
import socket
with socket.create_connection(("127.0.0.1", {port})) as s:
    data = s.recv(100)
    s.send(b"x")
    try: data += s.recv(100)
    except ConnectionResetError as error: data += type(error).__name__.encode()
data.decode()
"""
    with serving(Reset) as port:
        assert runtime.run_python_async(code.format(port=port)) == "someConnectionResetError"


def test_timeouts(runtime: Runtime) -> None:
    code = """
import socket
with socket.create_connection(("127.0.0.1", {port}), timeout=0.05) as s:
    try: s.recv(1)
    except TimeoutError as error: result = str(error)
result
"""
    with serving(Silent) as port:
        assert runtime.run_python_async(code.format(port=port)) == "timed out"


def test_without_blocking(runtime: Runtime) -> None:
    code = """
import select, socket
s = socket.socket()
s.setblocking(False)
results = []
try: s.connect(("127.0.0.1", {port}))
except BlockingIOError: results.append("connecting")
results.append([len(ready) for ready in select.select([s], [s], [], 9)])
results.append(s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
try: s.recv(1)
except BlockingIOError: results.append("nothing yet")
s.send(b"x")
poll = select.poll()
poll.register(s, select.POLLIN)
results.append([event for _, event in poll.poll(9000)])
results.append(s.recv(9).decode())
s.close()
results
"""
    with serving(Echo) as port:
        expected = ["connecting", [0, 1, 0], 0, "nothing yet", [1], "x"]
        assert runtime.run_python_async(code.format(port=port)) == expected


def test_a_refused_connection_without_blocking(runtime: Runtime) -> None:
    code = """
import errno, select, socket
s = socket.socket()
s.setblocking(False)
s.connect_ex(("127.0.0.1", 1))
select.select([], [s], [], 9)
error = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
s.close()
errno.errorcode[error]
"""
    assert runtime.run_python_async(code) == "ECONNREFUSED"


def test_listening(runtime: Runtime) -> None:
    """The client is outside, in this process."""
    code = """
import js, socket
with socket.create_server(("127.0.0.1", 0)) as server:
    js.serving_at = server.getsockname()[1]
    connection, address = server.accept()
    with connection:
        data = connection.recv(100)
        connection.sendall(data.upper())
[data.decode(), address[0], server.fileno()]
"""
    running = f"globalThis.running = pyodide.runPythonAsync({json.dumps(code)});"
    runtime.run_js(running)
    with socket.create_connection(("127.0.0.1", runtime.run_js(SERVING_AT)), timeout=60) as client:
        client.sendall(b"hello")
        assert client.recv(100) == b"HELLO"
    body = "const list = await running; const values = list.toJs(); list.destroy(); return values;"
    assert runtime.run_js(body) == ["hello", "127.0.0.1", -1]


def test_an_address_in_use(runtime: Runtime) -> None:
    code = """
import errno, socket
a, b = socket.socket(), socket.socket()
a.bind(("127.0.0.1", 0))
try: b.bind(a.getsockname())
except OSError as error: result = errno.errorcode[error.errno]
a.close()
b.close()
result
"""
    assert runtime.run_python_async(code) == "EADDRINUSE"


def test_datagrams(runtime: Runtime) -> None:
    code = """
import socket
a, b = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
a.bind(("127.0.0.1", 0))
b.connect(a.getsockname())
b.send(b"there")
data, address = a.recvfrom(100)
a.sendto(data + b" and back", address)
back = b.recv(100)
a.close()
b.close()
back.decode()
"""
    assert runtime.run_python_async(code) == "there and back"


def test_several_descriptors_of_a_connection(runtime: Runtime) -> None:
    """It is closed with the last one."""
    code = """
import os, socket
one = socket.create_connection(("127.0.0.1", {port}))
two = one.dup()
one.close()
three = socket.socket(fileno=os.dup(two.fileno()))
two.close()
three.sendall(b"there")
result = [three.recv(9).decode(), three.family.name, three.type.name, three.proto]
three.close()
result
"""
    with serving(Echo) as port:
        assert runtime.run_python_async(code.format(port=port)) == ["there", "AF_INET", "SOCK_STREAM", 6]


def test_a_pair(runtime: Runtime) -> None:
    code = """
import socket
for _ in range(20):
    a, b = socket.socketpair()
    with a, b:
        a.sendall(b"there")
        b.sendall(b.recv(9) + b" and back")
        result = a.recv(99).decode()
result
"""
    assert runtime.run_python_async(code) == "there and back"


def test_how_much_can_be_read(runtime: Runtime) -> None:
    """FIONREAD: all of a connection's bytes, the first of the datagrams. FIONBIO is what setblocking() does."""
    code = """
import fcntl, select, socket, struct, termios
def pending(s): return struct.unpack("i", fcntl.ioctl(s, termios.FIONREAD, bytes(4)))[0]
results = []
with socket.create_connection(("127.0.0.1", {port})) as s:
    results.append(pending(s))
    s.sendall(b"12345")
    s.recv(5, socket.MSG_PEEK | socket.MSG_WAITALL)
    s.sendall(b"67")
    while pending(s) < 7: select.select([], [], [], 0.001)
    s.recv(3)
    results.append(pending(s))
    fcntl.ioctl(s, termios.FIONBIO, struct.pack("i", 1))
    s.recv(9)
    try: s.recv(1)
    except BlockingIOError: results.append("would block")
a, b = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
with a, b:
    a.bind(("127.0.0.1", 0))
    for data in b"123", b"456": b.sendto(data, a.getsockname())
    select.select([a], [], [])
    results.append(pending(a))
results
"""
    with serving(Echo) as port:
        assert runtime.run_python_async(code.format(port=port)) == [0, 4, "would block", 3]


def test_an_interrupt_ends_a_read(runtime: Runtime) -> None:
    code = """
import socket
with socket.create_connection(("127.0.0.1", {port})) as s:
    js.connected = True
    try: s.recv(1)
    except KeyboardInterrupt: result = "interrupted"
result
"""
    with serving(Silent) as port:
        body = f"""
            const buffer = new Uint8Array(1);
            pyodide.setInterruptBuffer(buffer);
            try {{
                const running = pyodide.runPythonAsync({json.dumps("import js" + code.format(port=port))});
                while (!globalThis.connected) await new Promise((done) => setImmediate(done));
                buffer[0] = 2;
                return await running;
            }} finally {{ pyodide.setInterruptBuffer(undefined); }}
        """
        assert runtime.run_js(body) == "interrupted"


def test_where_python_cannot_wait(runtime: Runtime) -> None:
    code = """
import errno, socket
s = socket.socket()
try: s.connect(("127.0.0.1", 1))
except OSError as error: result = error.errno == errno.EDEADLK
s.close()
result
"""
    assert runtime.run_python(code) is True
    assert "Cannot wait for a file or socket" in runtime.host.output()


def test_asyncio_streams(runtime: Runtime) -> None:
    code = """
import asyncio
async def ask(i):
    reader, writer = await asyncio.open_connection("localhost", {port})
    writer.write(b"x" * 50_000 + str(i).encode() + b"\\n")
    await writer.drain()
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return [len(line), line[50_000:].decode().strip()]
await asyncio.gather(*(ask(i) for i in range(5)))
"""
    with serving(Echo) as port:
        assert runtime.run_python_async(code.format(port=port)) == [[50_002, str(i)] for i in range(5)]


def test_asyncio_server(runtime: Runtime) -> None:
    assert runtime.run_python_async(SHOUTING) == ["ONE\n", "TWO\n", "THREE\n"]


def test_asyncio_sock_methods(runtime: Runtime) -> None:
    code = """
import asyncio, socket
loop = asyncio.get_running_loop()
s = socket.socket()
s.setblocking(False)
await loop.sock_connect(s, ("127.0.0.1", {port}))
await loop.sock_sendall(s, b"hello")
first = await asyncio.wait_for(loop.sock_recv(s, 100), 9)
try: await asyncio.wait_for(loop.sock_recv(s, 100), 0.02)
except TimeoutError: second = "timed out"
s.close()
[first.decode(), second]
"""
    with serving(Echo) as port:
        assert runtime.run_python_async(code.format(port=port)) == ["hello", "timed out"]


def test_asyncio_datagrams(runtime: Runtime) -> None:
    code = """
import asyncio
class Protocol(asyncio.DatagramProtocol):
    def __init__(self): self.received = asyncio.get_running_loop().create_future()
    def datagram_received(self, data, address): self.received.set_result((data, address))
loop = asyncio.get_running_loop()
server, there = await loop.create_datagram_endpoint(Protocol, local_addr=("127.0.0.1", 0))
client, here = await loop.create_datagram_endpoint(Protocol, remote_addr=server.get_extra_info("sockname"))
client.sendto(b"there")
data, address = await there.received
server.sendto(data + b" and back", address)
data, _ = await here.received
server.close()
client.close()
data.decode()
"""
    assert runtime.run_python_async(code) == "there and back"


def test_asyncio_connection_refused(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="ConnectionRefusedError"):
        runtime.run_python_async("import asyncio\nawait asyncio.open_connection('127.0.0.1', 1)")
