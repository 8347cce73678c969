"""Mail over STARTTLS, by smtplib, to aiosmtpd."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import daemons
from harness.clients import finish, install, start
from harness.daemons import PASSWORD, USER, Server
from harness.hosts import SOCKETS
from harness.runtime import Runtime
from harness.tcpserver import Silent, serving

pytestmark = pytest.mark.hosts(*SOCKETS)

CONNECT = f"""
import smtplib, ssl
def connect(port=PORT, trusted="good", host="localhost", password={PASSWORD!r}, **options):
    client = smtplib.SMTP(host, port, **options)
    try:
        client.starttls(context=ssl.create_default_context(cafile=f"/tmp/{{trusted}}.crt"))
        client.login({USER!r}, password)
    except BaseException:
        client.close()
        raise
    return client
None
"""


@pytest.fixture(scope="module")
def server(certificates: Path) -> Iterator[Server]:
    with daemons.mail(certificates) as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def client(module_runtime: Runtime, server: Server, certificates: Path) -> None:
    install(module_runtime, certificates)
    module_runtime.run_python(CONNECT.replace("PORT", str(server.port)))


def test_a_message(runtime: Runtime) -> None:
    code = """
from email.message import EmailMessage
message = EmailMessage()
message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Grüße"
message.set_content("Hello.\\n.\\nGoodbye.")
with connect() as client:
    refused = client.send_message(message)
    try: client.sendmail("a@example.org", [], "nothing")
    except smtplib.SMTPException: pass
[len(refused), client.sock]
"""
    assert runtime.run_python_async(code) == [0, None]


def test_ten_thousand_lines(runtime: Runtime) -> None:
    code = """
line = b"x" * 98 + b"\\r\\n"
with connect() as client:
    client.mail("a@example.org")
    client.rcpt("b@example.org")
    code, answer = client.data(line * 10_000)
[code, answer.decode()]
"""
    assert runtime.run_python_async(code) == [250, "1000000"]


FAILURES = [
    ("password='wrong'", "SMTPAuthenticationError: (535"),
    ("trusted='other'", "self-signed certificate"),
    ("host='127.0.0.2'", "Hostname mismatch"),
    ("port=1", "ConnectionRefusedError"),
]


@pytest.mark.parametrize("case", FAILURES, ids=["password", "certificate", "name", "refused"])
def test_connections_that_cannot_be_made(runtime: Runtime, case: tuple[str, str]) -> None:
    arguments, message = case
    code = f"""
try: connect({arguments})
except OSError as error: result = type(error).__name__ + ": " + str(error)
result
"""
    assert message in runtime.run_python_async(code)


def test_a_server_that_does_not_answer(runtime: Runtime) -> None:
    code = """
try: connect(PORT, timeout=0.05)
except OSError as error: result = str(error)
result
"""
    with serving(Silent) as port:
        assert "timed out" in runtime.run_python_async(code.replace("PORT", str(port)))


def test_a_server_that_is_killed(runtime: Runtime, certificates: Path) -> None:
    code = """
client = connect(PORT)
client.docmd("MAIL", "FROM:<a@example.org>")
client.docmd("RCPT", "TO:<b@example.org>")
client.docmd("DATA")
js.ready = True
try: client.getreply()
except smtplib.SMTPServerDisconnected as error: result = str(error)
result
"""
    with daemons.mail(certificates) as doomed:
        start(runtime, code.replace("PORT", str(doomed.port)))
        doomed.kill()
        assert "onnection" in str(finish(runtime))
