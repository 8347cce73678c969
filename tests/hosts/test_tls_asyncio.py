"""TLS by asyncio in Node: streams, servers, upgrades."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.clients import SHOUTING
from harness.hosts import SOCKETS
from harness.runtime import Runtime
from harness.tcpserver import Echo, Flood, Silent, server_context, serving

pytestmark = pytest.mark.hosts(*SOCKETS)


@pytest.fixture(scope="module", autouse=True)
def sockets(module_runtime: Runtime, certificates: Path) -> None:
    module_runtime.run_js("await pyodide.useNodeSockFS();")
    for file in certificates.iterdir():
        module_runtime.write_file(f"/tmp/{file.name}", file.read_bytes())
    module_runtime.run_python("""
import asyncio, ssl
def here():
    context = ssl.create_default_context(cafile="/tmp/good.crt")
    context.set_alpn_protocols(["one"])
    return context
def there(name="good"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"/tmp/{name}.crt", f"/tmp/{name}.key")
    return context
None""")


def test_streams(runtime: Runtime, certificates: Path) -> None:
    code = """
async def ask(i):
    reader, writer = await asyncio.open_connection("localhost", PORT, ssl=here(), limit=1 << 20)
    writer.write(b"x" * 200_000 + str(i).encode() + b"\\n")
    await writer.drain()
    line = await reader.readline()
    about = writer.get_extra_info("ssl_object")
    facts = [about.version(), about.selected_alpn_protocol(), writer.get_extra_info("peercert")["subject"][0][0][1],
        isinstance(about, ssl.SSLObject), writer.can_write_eof()]
    writer.close()
    await writer.wait_closed()
    return [len(line), line[200_000:].decode().strip(), *facts]
await asyncio.gather(*map(ask, range(3)))
"""
    with serving(Echo, server_context(certificates)) as port:
        facts = ["TLSv1.3", "one", "good", True, False]
        expected = [[200_002, str(i), *facts] for i in range(3)]
        assert runtime.run_python_async(code.replace("PORT", str(port))) == expected


def test_fifty_megabytes(runtime: Runtime, certificates: Path) -> None:
    code = """
reader, writer = await asyncio.open_connection("localhost", PORT, ssl=here())
total = 0
while part := await reader.read(1 << 20): total += len(part)
writer.close()
total
"""
    with serving(Flood, server_context(certificates)) as port:
        assert runtime.run_python_async(code.replace("PORT", str(port))) == 50 << 20


def test_serving(runtime: Runtime) -> None:
    """Both ends are inside."""
    code = SHOUTING.replace('"127.0.0.1", 0', '"127.0.0.1", 0, ssl=there()')
    code = code.replace('"127.0.0.1", port', '"127.0.0.1", port, ssl=here()')
    assert runtime.run_python_async(code) == ["ONE\n", "TWO\n", "THREE\n"]


def test_upgrading(runtime: Runtime) -> None:
    """Both ends begin in the clear; the client says more at once than the server expects."""
    code = """
async def serve(reader, writer):
    assert await reader.readline() == b"STARTTLS\\n"
    writer.write(b"go ahead\\n")
    await writer.start_tls(there())
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()
server = await asyncio.start_server(serve, "127.0.0.1", 0)
reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
writer.write(b"STARTTLS\\n")
line = await reader.readline()
await writer.start_tls(here(), server_hostname="localhost")
writer.write(b"secret\\n")
answer = await reader.read()
writer.close()
await writer.wait_closed()
server.close()
await server.wait_closed()
[line.decode(), answer.decode(), writer.get_extra_info("cipher")[1]]
"""
    assert runtime.run_python_async(code) == ["go ahead\n", "SECRET\n", "TLSv1.3"]


FAILURES = [
    ("other", "here()", "localhost", "SSLCertVerificationError: self-signed certificate"),
    ("good", "True", "localhost", "SSLCertVerificationError: self-signed certificate"),
    ("good", "here()", "other.example", "SSLCertVerificationError: Hostname mismatch"),
]


@pytest.mark.parametrize("case", FAILURES, ids=["authority", "defaults", "name"])
def test_certificates_that_are_refused(runtime: Runtime, certificates: Path, case: tuple[str, ...]) -> None:
    name, context, host, expected = case
    code = f"""
try: await asyncio.open_connection("127.0.0.1", PORT, ssl={context}, server_hostname={host!r})
except ssl.SSLCertVerificationError as error: result = f"SSLCertVerificationError: {{error.verify_message}}"
result
"""
    with serving(Echo, server_context(certificates, name)) as port:
        assert runtime.run_python_async(code.replace("PORT", str(port))).startswith(expected)


def test_a_client_that_refuses_ours(runtime: Runtime) -> None:
    """It costs the server nothing but that connection."""
    code = """
async def serve(reader, writer):
    writer.write(b"served")
    writer.close()
server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=there("other"))
port = server.sockets[0].getsockname()[1]
results = []
for context in here(), ssl._create_unverified_context():
    try: reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    except OSError as error: results.append(type(error).__name__)
    else:
        results.append((await reader.read()).decode())
        writer.close()
        await writer.wait_closed()
server.close()
await server.wait_closed()
results
"""
    assert runtime.run_python_async(code) == ["SSLCertVerificationError", "served"]


def test_a_server_that_does_not_answer(runtime: Runtime) -> None:
    code = """
results = []
try: await asyncio.open_connection("127.0.0.1", PORT, ssl=here(), ssl_handshake_timeout=0.05)
except ConnectionAbortedError as error: results.append(str(error))
try: await asyncio.wait_for(asyncio.open_connection("127.0.0.1", PORT, ssl=here()), 0.05)
except TimeoutError as error: results.append("timed out")
results
"""
    with serving(Silent) as port:
        assert runtime.run_python_async(code.replace("PORT", str(port))) == [
            "SSL handshake is taking longer than 0.05 seconds: aborting the connection",
            "timed out",
        ]


def test_a_server_that_speaks_no_tls(runtime: Runtime) -> None:
    code = """
try: await asyncio.open_connection("127.0.0.1", PORT, ssl=here())
except ssl.SSLError as error: result = "SSLError"
result
"""
    with serving(Echo) as port:
        assert runtime.run_python_async(code.replace("PORT", str(port))) == "SSLError"


def test_what_cannot_be_upgraded(runtime: Runtime) -> None:
    code = """
loop = asyncio.get_running_loop()
results = []
for arguments in (None, asyncio.Protocol(), "context"), (asyncio.Transport(), asyncio.Protocol(), here()):
    try: await loop.start_tls(*arguments)
    except TypeError as error: results.append(str(error).partition(" <")[0])
results
"""
    assert runtime.run_python_async(code) == [
        "sslcontext is expected to be an instance of ssl.SSLContext, got 'context'",
        "transport",
    ]


def test_sending_a_file(runtime: Runtime, certificates: Path) -> None:
    code = """
reader, writer = await asyncio.open_connection("localhost", PORT, ssl=here())
with open("/tmp/good.crt", "rb") as file:
    sent = await asyncio.get_running_loop().sendfile(writer.transport, file)
    file.seek(0)
    same = await reader.readexactly(sent) == file.read()
writer.close()
await writer.wait_closed()
[sent > 0, same]
"""
    with serving(Echo, server_context(certificates)) as port:
        assert runtime.run_python_async(code.replace("PORT", str(port))) == [True, True]
