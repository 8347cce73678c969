"""Redis over TLS, by redis-py, which waits or is awaited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness import daemons
from harness.clients import finish, install, start
from harness.daemons import PASSWORD, Server
from harness.hosts import SOCKETS
from harness.runtime import Runtime
from harness.tcpserver import Silent, serving

pytestmark = pytest.mark.hosts(*SOCKETS)
KIND = daemons.redis

CONNECT = f"""
def connect(port=PORT, trusted="good", host="localhost", password={PASSWORD!r}, timeout=None, kind=redis.Redis):
    return kind(host=host, port=port, password=password, socket_timeout=timeout,
        socket_connect_timeout=timeout, ssl=True, ssl_ca_certs=f"/tmp/{{trusted}}.crt",
        retry=retry.Retry(backoff.NoBackoff(), 0))

def connect_async(**options):
    return connect(kind=redis.asyncio.Redis, **options)
None
"""


@pytest.fixture(scope="module", autouse=True)
def client(module_runtime: Runtime, server: Server, certificates: Path) -> None:
    install(module_runtime, certificates, "redis")
    imports = "import hashlib, redis.asyncio\nfrom redis import backoff, retry"
    module_runtime.run_python(imports + CONNECT.replace("PORT", str(server.port)))


def test_a_transaction(runtime: Runtime) -> None:
    code = """
with connect() as client:
    client.set("key", "old")
    with client.pipeline(transaction=True) as batch:
        batch.watch("key")
        client.set("key", "from elsewhere")
        batch.multi()
        batch.set("key", "lost")
        try: batch.execute()
        except redis.WatchError: result = ["refused"]
    with client.pipeline(transaction=True) as batch:
        result += batch.set("key", "new").get("key").execute()
[str(value) for value in result]
"""
    assert runtime.run_python_async(code) == ["refused", "True", "b'new'"]


def test_a_transaction_awaited(runtime: Runtime) -> None:
    code = """
async with connect_async() as client:
    async with client.pipeline(transaction=True) as batch:
        result = await batch.set("key", "awaited").get("key").execute()
[str(value) for value in result]
"""
    assert runtime.run_python_async(code) == ["True", "b'awaited'"]


def test_ten_thousand_rows(runtime: Runtime) -> None:
    code = """
rows = {str(i): hashlib.md5(str(i).encode()).hexdigest() for i in range(10_000)}
with connect() as client:
    client.hset("rows", mapping=rows)
    got = client.hgetall("rows")
async with connect_async() as client:
    again = await client.hgetall("rows")
got == again == {key.encode(): value.encode() for key, value in rows.items()}
"""
    assert runtime.run_python_async(code) is True


def test_much_in_one_value(runtime: Runtime) -> None:
    code = """
data = bytes(range(256)) * (50 << 12)
with connect() as client:
    client.set("much", data)
    got = client.get("much")
async with connect_async() as client:
    again = await client.get("much")
got == again == data
"""
    assert runtime.run_python_async(code) is True


FAILURES = [
    ("password='wrong'", "AuthenticationError: invalid username-password pair"),
    ("trusted='other'", "self-signed certificate"),
    ("host='127.0.0.2'", "Hostname mismatch"),
    ("port=1", "ConnectionError: "),
]


@pytest.mark.parametrize("case", FAILURES, ids=["password", "certificate", "name", "refused"])
def test_connections_that_cannot_be_made(runtime: Runtime, case: tuple[str, str]) -> None:
    arguments, message = case
    code = f"""
results = []
with connect({arguments}) as client:
    try: client.ping()
    except redis.RedisError as error: results.append(type(error).__name__ + ": " + str(error))
async with connect_async({arguments}) as client:
    try: await client.ping()
    except redis.RedisError as error: results.append(type(error).__name__ + ": " + str(error))
results
"""
    results = runtime.run_python_async(code)
    assert [message in result for result in results] == [True, True], results


def test_a_server_that_does_not_answer(runtime: Runtime) -> None:
    code = """
results = []
with connect(port=PORT, timeout=0.05) as client:
    try: client.ping()
    except redis.TimeoutError as error: results.append(str(error))
async with connect_async(port=PORT, timeout=0.05) as client:
    try: await client.ping()
    except redis.TimeoutError as error: results.append(str(error))
results
"""
    with serving(Silent) as port:
        results = runtime.run_python_async(code.replace("PORT", str(port)))
        assert ["imed out" in result or "Timeout" in result for result in results] == [True, True], results


def test_a_server_that_is_killed(runtime: Runtime, make: Callable[..., Server]) -> None:
    code = """
import asyncio
async def wait_awaited():
    async with connect_async(port=PORT) as client:
        try: await client.blpop("nothing")
        except redis.ConnectionError as error: return str(error)

with connect(port=PORT) as client:
    client.ping()
    waiting = asyncio.create_task(wait_awaited())
    while len(client.client_list()) < 2 or client.info()["blocked_clients"] < 1:
        await asyncio.sleep(0.001)
    js.ready = True
    try: client.blpop("nothing")
    except redis.ConnectionError as error: result = [str(error)]
result.append(await waiting)
" / ".join(result)
"""
    with make(KIND) as doomed:
        start(runtime, code.replace("PORT", str(doomed.port)))
        doomed.kill()
        for message in str(finish(runtime)).split(" / "):
            assert "onnection closed" in message or "reset by peer" in message  # as Bun has it
