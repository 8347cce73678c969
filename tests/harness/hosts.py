"""Hosts: long-lived processes or pages that run JavaScript for the tests.

A host is started on first use and again after it died. Whatever goes wrong in it
becomes an exception here: JsError for an error of the code under test, HostError
for a host that crashed, hung or could not start, with what it last printed.
"""

from __future__ import annotations

import json
from typing import Any, Protocol

TIMEOUT = 120.0
"""Seconds one call may take. Far above any call's need: it only ends hangs."""

NODES = ("node20", "node24", "node26")
HOSTS = (*NODES, "chromium", "chromium-worker")
"""Where every test runs that does not say otherwise."""

SWITCHING = ("node24", "node26", "chromium", "chromium-worker")
"""The hosts of all tests whose engine can switch stacks (JSPI)."""

LIKE_NODE = ("deno", "bun")
ENGINES = ("firefox", "webkit")
"""Pages of other engines than Chromium's."""

FURTHER = (*LIKE_NODE, *ENGINES)
"""Hosts of those tests only that name them, unless --host asks for one."""

ABLE_TO_SWITCH = (*SWITCHING, *LIKE_NODE, "firefox")
"""All that can switch stacks."""

SOCKETS = ("node24", "node26", *LIKE_NODE)
"""The hosts that have sockets and can wait for them."""

OUTPUT_TAIL = 4000
"""Characters of a dead host's output that are shown."""


class JsError(Exception):
    """An error that JavaScript threw. `name` and `message` are those of the Error, `stack` is its trace."""

    def __init__(self, name: str, message: str, stack: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.stack = stack


class HostError(Exception):
    """The host itself failed."""

    def __init__(self, host: str, what: str, output: str) -> None:
        tail = output[-OUTPUT_TAIL:].strip() or "(nothing)"
        super().__init__(f"{host} {what}. Its last output:\n{tail}")


class Host(Protocol):
    """One host. Owned by a session; serves one call at a time."""

    name: str

    @property
    def alive(self) -> bool:
        """Whether an interpreter loaded earlier can still be there."""

    def run(self, body: str, *, replace: bool = False, timeout: float = TIMEOUT) -> Any:
        """Run an async function body, `pyodide` and `loadPyodide` in scope; its JSON value.

        `replace` makes the value the interpreter of later calls instead.
        Raises JsError, or HostError, after which the host is not alive.
        """

    def output(self) -> str:
        """What the host printed since it started."""

    def close(self) -> None:
        """End the host. Safe to call twice."""


def decode(answer: str) -> Any:
    """The value in an answer of host.mjs. Raises JsError if it carries an error."""
    record = json.loads(answer)
    if "error" in record:
        raise JsError(**record["error"])
    return record["value"]
