"""TLS between memory buffers in Node: ssl.MemoryBIO and ssl.SSLObject, and anyio, which builds on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.clients import install
from harness.hosts import SOCKETS, JsError
from harness.runtime import Runtime
from harness.tcpserver import Echo, server_context, serving

pytestmark = pytest.mark.hosts(*SOCKETS)


@pytest.fixture(scope="module", autouse=True)
def sockets(module_runtime: Runtime, certificates: Path) -> None:
    install(module_runtime, certificates, "anyio", "idna", "typing-extensions")
    module_runtime.run_python("""
import socket, ssl
class End:
    def __init__(self, context, **options):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, **options)

def here(trusted="good"): return ssl.create_default_context(cafile=f"/tmp/{trusted}.crt")
def there():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("/tmp/good.crt", "/tmp/good.key")
    return context

def pair(trusted="good"):
    a = End(here(trusted), server_hostname="localhost")
    b = End(there(), server_side=True)
    return a, b

def move(a, b):
    b.incoming.write(a.outgoing.read())
    a.incoming.write(b.outgoing.read())

def tries(method, *args):
    try: return method(*args)
    except ssl.SSLWantReadError: return "wants more"

def shake(a, b):
    done = [None, None]
    while done != [True, True]:
        for i, end in enumerate((a, b)):
            if done[i] is None and tries(end.tls.do_handshake) is None: done[i] = True
            move(a, b)
""")


def test_a_conversation(runtime: Runtime) -> None:
    code = """
a, b = pair()
seen = [tries(a.tls.do_handshake), tries(b.tls.do_handshake), a.tls.version()]
shake(a, b)
seen += [a.tls.version(), b.tls.version(), a.tls.getpeercert()["subject"][0][0][1], tries(a.tls.read)]
a.tls.write(b"hello ")
a.tls.write(b"world")
move(a, b)
buffer = bytearray(4)
seen += [b.tls.read(2).decode(), b.tls.read(4, buffer), buffer.decode(), b.tls.pending(), b.tls.read().decode()]
seen += [tries(a.tls.unwrap)]
move(a, b)
try: b.tls.read()
except ssl.SSLZeroReturnError as error: seen.append(str(error))
b.tls.unwrap()
move(a, b)
seen += [a.tls.unwrap()]
seen
"""
    assert runtime.run_python_async(code) == [
        *("wants more", "wants more", None, "TLSv1.3", "TLSv1.3", "good", "wants more"),
        *("he", 4, "llo ", 5, "world", "wants more"),
        *("TLS/SSL connection has been closed (EOF)", None),
    ]


def test_much(runtime: Runtime) -> None:
    code = """
a, b = pair()
shake(a, b)
data = bytes(range(256)) * 20_000
a.tls.write(data)
move(a, b)
received = b""
while len(received) < len(data): received += b.tls.read(1 << 20)
received == data
"""
    assert runtime.run_python_async(code) is True


def test_a_certificate_that_is_refused(runtime: Runtime) -> None:
    code = """
a, b = pair("other")
try: shake(a, b)
except ssl.SSLCertVerificationError as error: result = str(error)
result
"""
    assert "self-signed certificate" in runtime.run_python_async(code)


def test_the_end_without_goodbye(runtime: Runtime) -> None:
    code = """
results = []
for shaken in False, True:
    a, b = pair()
    if shaken: shake(a, b)
    else: tries(a.tls.do_handshake)
    a.incoming.write_eof()
    try: a.tls.read()
    except ssl.SSLError as error: results.append(type(error).__name__)
results
"""
    assert runtime.run_python_async(code) == ["SSLEOFError", "SSLEOFError"]


def test_where_python_cannot_wait(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="RuntimeError: Cannot stack switch because the Python entrypoint"):
        runtime.run_python("pair()[0].tls.do_handshake()")


def test_over_a_socket(runtime: Runtime, certificates: Path) -> None:
    """The server is outside, and OpenSSL's own."""
    code = """
a = End(here(), server_hostname="localhost")
plain = socket.create_connection(("localhost", PORT))
def until_done(method, *args):
    while True:
        result = tries(method, *args)
        if data := a.outgoing.read(): plain.sendall(data)
        if result != "wants more": return result
        a.incoming.write(plain.recv(65536))
until_done(a.tls.do_handshake)
until_done(a.tls.write, b"hello" * 10_000)
received = b""
while len(received) < 50_000: received += until_done(a.tls.read, 4096)
plain.close()
received == b"hello" * 10_000
"""
    with serving(Echo, server_context(certificates)) as port:
        assert runtime.run_python_async(code.replace("PORT", str(port))) is True


def test_anyio(runtime: Runtime, certificates: Path) -> None:
    code = """
import anyio
async with await anyio.connect_tcp("localhost", PORT, tls=True, ssl_context=here(), tls_standard_compatible=False) as s:
    async with anyio.create_task_group() as group:
        group.start_soon(s.send, b"hello" * 100_000)
        received = b""
        while len(received) < 500_000: received += await s.receive()
received == b"hello" * 100_000
"""
    with serving(Echo, server_context(certificates)) as port:
        assert runtime.run_python_async(code.replace("PORT", str(port))) is True
