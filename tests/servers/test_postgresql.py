"""PostgreSQL over TLS, by pg8000."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness import daemons
from harness.clients import finish, install, start
from harness.daemons import PASSWORD, USER, Server
from harness.hosts import SOCKETS
from harness.runtime import Runtime
from harness.tcpserver import Silent, serving

pytestmark = pytest.mark.hosts(*SOCKETS)
KIND = daemons.postgresql

CONNECT = f"""
def connect(port=PORT, trusted="good", host="localhost", password={PASSWORD!r}, timeout=None):
    context = ssl.create_default_context(cafile=f"/tmp/{{trusted}}.crt")
    return pg8000.dbapi.connect({USER!r}, host=host, port=port, password=password, database="postgres",
        ssl_context=context, timeout=timeout)
None
"""


@pytest.fixture(scope="module", autouse=True)
def client(module_runtime: Runtime, server: Server, certificates: Path) -> None:
    install(module_runtime, certificates, "pg8000", "scramp", "asn1crypto", "python-dateutil")
    module_runtime.run_python("import pg8000.dbapi, ssl" + CONNECT.replace("PORT", str(server.port)))


def test_a_transaction(runtime: Runtime) -> None:
    code = """
connection = connect()
cursor = connection.cursor()
cursor.execute("create temporary table t (n int, text varchar)")
connection.commit()
cursor.execute("insert into t values (%s, %s)", (1, "kept"))
connection.commit()
cursor.execute("insert into t values (%s, %s)", (2, "not kept"))
connection.rollback()
cursor.execute("select n, text from t")
rows = [list(row) for row in cursor.fetchall()]
cursor.execute("select ssl, version from pg_stat_ssl where pid = pg_backend_pid()")
tls = list(cursor.fetchone())
connection.close()
[rows, tls]
"""
    assert runtime.run_python_async(code) == [[[1, "kept"]], [True, "TLSv1.3"]]


def test_ten_thousand_rows(runtime: Runtime) -> None:
    code = """
connection = connect()
cursor = connection.cursor()
cursor.execute("select n, md5(n::text) from generate_series(1, 10000) n")
rows = cursor.fetchall()
connection.close()
import hashlib
all(list(row) == [i, hashlib.md5(str(i).encode()).hexdigest()] for i, row in enumerate(rows, 1)) and len(rows)
"""
    assert runtime.run_python_async(code) == 10_000


FAILURES = [
    ("password='wrong'", "DatabaseError", "password authentication failed"),
    ("trusted='other'", "SSLCertVerificationError", "self-signed certificate"),
    ("host='127.0.0.2'", "SSLCertVerificationError", "Hostname mismatch"),
    ("port=1", "InterfaceError", "Can't create a connection"),
]


@pytest.mark.parametrize("case", FAILURES, ids=["password", "certificate", "name", "refused"])
def test_connections_that_cannot_be_made(runtime: Runtime, server: Server, case: tuple[str, ...]) -> None:
    arguments, name, message = case
    code = f"""
try: connect({arguments})
except Exception as error: result = type(error).__name__ + ": " + str(error)
result
"""
    result = runtime.run_python_async(code)
    assert result.startswith(f"{name}: ")
    assert message in result


def test_a_server_that_does_not_answer(runtime: Runtime) -> None:
    code = """
try: connect(PORT, timeout=0.05)
except OSError as error: result = repr(error)
except pg8000.exceptions.InterfaceError as error: result = repr(error) + repr(error.__cause__)
result
"""
    with serving(Silent) as port:
        assert "timed out" in runtime.run_python_async(code.replace("PORT", str(port)))


def test_a_server_that_is_killed(runtime: Runtime, make: Callable[..., Server]) -> None:
    code = """
connection = connect(PORT)
js.ready = True
try: connection.cursor().execute("select pg_sleep(600)")
except Exception as error: result = isinstance(error, (OSError, pg8000.exceptions.InterfaceError)) or repr(error)
try: connection.close()
except Exception as error: pass
result
"""
    with make(KIND) as doomed:
        start(runtime, code.replace("PORT", str(doomed.port)))
        doomed.kill()
        assert finish(runtime) is True
