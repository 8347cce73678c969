"""Node, and what can take its place, as a host: one process, spoken to in JSON lines over a socket pair."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from harness.hosts import TIMEOUT, HostError, decode

DRIVER = Path(__file__).with_name("node_driver.mjs")

WORDS = {"deno": ("run", "--allow-all"), "bun": ("run",)}
"""What comes before the program."""


class NodeHost:
    """A process of Node, Deno or Bun. See harness.hosts.Host."""

    def __init__(self, name: str, node: Path, dist: Path) -> None:
        self.name = name
        self._node = node
        self._dist = dist
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        return self._process is not None

    def run(self, body: str, *, replace: bool = False, timeout: float = TIMEOUT) -> Any:
        if not self.alive:
            self._start()
        self._socket.settimeout(timeout)
        try:
            self._socket.sendall(json.dumps({"body": body, "replace": replace}).encode() + b"\n")
            answer = self._reader.readline()
        except TimeoutError:
            raise self._failure(f"did not answer within {timeout:g} s") from None
        except ConnectionError:
            answer = b""
        if not answer:
            raise self._failure("died")
        return decode(answer.decode())

    def output(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            self._reader.close()
            self._socket.close()
            process.kill()
            process.wait()

    def _start(self) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._socket, theirs = socket.socketpair()
        self._reader = self._socket.makefile("rb")
        with theirs:
            self._process = subprocess.Popen(
                [self._node, *WORDS.get(self.name, ()), DRIVER, str(theirs.fileno()), self._dist],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=subprocess.STDOUT,
            )

    def _failure(self, what: str) -> HostError:
        self.close()
        return HostError(self.name, what, self.output())
