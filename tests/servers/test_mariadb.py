"""MariaDB over TLS, by PyMySQL."""

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
KIND = daemons.mariadb

CONNECT = f"""
def connect(port=PORT, trusted="good", host="localhost", password={PASSWORD!r}, timeout=10):
    context = ssl.create_default_context(cafile=f"/tmp/{{trusted}}.crt")
    return pymysql.connect(user={USER!r}, host=host, port=port, password=password, database="test", ssl=context,
        read_timeout=timeout)
None
"""


@pytest.fixture(scope="module", autouse=True)
def client(module_runtime: Runtime, server: Server, certificates: Path) -> None:
    install(module_runtime, certificates, "pymysql")
    module_runtime.run_python("import pymysql, ssl" + CONNECT.replace("PORT", str(server.port)))


def test_a_transaction(runtime: Runtime) -> None:
    code = """
with connect() as connection, connection.cursor() as cursor:
    cursor.execute("create temporary table t (n int, text varchar(20)) engine=innodb")
    cursor.execute("insert into t values (%s, %s)", (1, "kept"))
    connection.commit()
    cursor.execute("insert into t values (%s, %s)", (2, "not kept"))
    connection.rollback()
    cursor.execute("select * from t")
    rows = [list(row) for row in cursor.fetchall()]
    cursor.execute("show status like 'ssl_version'")
    rows.append(cursor.fetchone()[1])
rows
"""
    assert runtime.run_python_async(code) == [[1, "kept"], "TLSv1.3"]


def test_ten_thousand_rows(runtime: Runtime) -> None:
    code = """
import hashlib
with connect() as connection, connection.cursor() as cursor:
    cursor.execute("select seq, md5(seq) from seq_1_to_10000")
    rows = cursor.fetchall()
rows == tuple((i, hashlib.md5(str(i).encode()).hexdigest()) for i in range(1, 10_001))
"""
    assert runtime.run_python_async(code) is True


def test_much_in_one_row(runtime: Runtime) -> None:
    code = """
with connect() as connection, connection.cursor() as cursor:
    cursor.execute("select repeat('x', 52428800), %s", "y" * 5_000_000)
    sizes = [len(value) for value in cursor.fetchone()]
sizes
"""
    assert runtime.run_python_async(code) == [50 << 20, 5_000_000]


FAILURES = [
    ("password='wrong'", "OperationalError: (1045"),
    ("trusted='other'", "self-signed certificate"),
    ("host='127.0.0.2'", "Hostname mismatch"),
    ("port=1", "OperationalError: (2003, \"Can't connect to MySQL server on 'localhost'"),
]


@pytest.mark.parametrize("case", FAILURES, ids=["password", "certificate", "name", "refused"])
def test_connections_that_cannot_be_made(runtime: Runtime, case: tuple[str, str]) -> None:
    arguments, message = case
    code = f"""
try: connect({arguments})
except Exception as error: result = type(error).__name__ + ": " + str(error)
result
"""
    assert message in runtime.run_python_async(code)


def test_a_server_that_does_not_answer(runtime: Runtime) -> None:
    code = """
try: connect(PORT, timeout=0.05)
except pymysql.OperationalError as error: result = repr(error)
result
"""
    with serving(Silent) as port:
        assert "timed out" in runtime.run_python_async(code.replace("PORT", str(port)))


def test_a_server_that_is_killed(runtime: Runtime, make: Callable[..., Server]) -> None:
    code = """
connection = connect(PORT)
js.ready = True
try: connection.cursor().execute("select sleep(600)")
except (OSError, pymysql.OperationalError) as error: result = repr(error)
try: connection.close()
except pymysql.Error: pass
result
"""
    with make(KIND) as doomed:
        start(runtime, code.replace("PORT", str(doomed.port)))
        doomed.kill()
        assert "Lost connection" in str(finish(runtime))
