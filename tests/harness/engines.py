"""Firefox and WebKitGTK as hosts: a page of each, driven through the engine's own WebDriver.

Playwright drives builds of its own only, which cannot be had from Debian. Firefox speaks Marionette, JSON over TCP;
WebKitGTK's driver W3C WebDriver, JSON over HTTP. Both run a script and wait for what it hands to its last argument.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from harness.hosts import TIMEOUT, HostError, decode
from harness.tcpserver import free_port

PACKAGES: Mapping[str, Sequence[str]] = {"firefox": ("firefox-esr",), "webkit": ("webkit2gtk-driver", "xvfb")}
"""Debian's, by host."""
PROGRAMS: Mapping[str, Sequence[str]] = {"firefox": ("firefox-esr",), "webkit": ("WebKitWebDriver", "Xvfb")}

MINI_BROWSERS = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"

START = 60.0
"""Seconds an engine may take to start."""
PATIENCE = 3_600_000
"""Milliseconds a script may take; the time limit is the connection's."""

RUN = """
const [body, replace, done] = arguments;
const run = () => window.host ? window.host.run(body, replace).then(done) : setTimeout(run, 10);
run(); // WebKit's driver calls a page loaded whose modules are not
"""


class EngineError(Exception):
    """What the driver answered instead of a value."""


class Engine(Protocol):
    """A running browser with one page. The connection's failures are OSErrors."""

    def navigate(self, url: str) -> None:
        """Load `url` and wait for its load event."""

    def run(self, script: str, arguments: Sequence[object], timeout: float) -> Any:
        """Run the body of a function; its value is what it hands to its last argument, a callback."""

    def output(self) -> str:
        """What the browser printed."""

    def close(self) -> None:
        """End it."""


class Firefox:
    """See Engine. The protocol: `length:[0, id, command, parameters]`, and likewise [1, id, error, value] back."""

    def __init__(self) -> None:
        self._profile = tempfile.TemporaryDirectory()
        folder = Path(self._profile.name)
        folder.joinpath("user.js").write_text('user_pref("marionette.port", 0);\n', encoding="ascii")
        words = ["firefox-esr", "--headless", "--no-remote", "--marionette", "--profile", str(folder)]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(words, stdout=self._log, stderr=subprocess.STDOUT)
        port = int(_written(folder / "MarionetteActivePort", self._process))
        self._socket = socket.create_connection(("127.0.0.1", port), START)
        self._reader = self._socket.makefile("rb")
        self._ids = itertools.count(1)
        self._receive()  # what it is
        self._call("WebDriver:NewSession")
        self._call("WebDriver:SetTimeouts", script=PATIENCE)

    def navigate(self, url: str) -> None:
        self._call("WebDriver:Navigate", url=url)

    def run(self, script: str, arguments: Sequence[object], timeout: float) -> Any:
        self._socket.settimeout(timeout)
        words = {"script": script, "args": arguments, "sandbox": None}
        return self._call("WebDriver:ExecuteAsyncScript", **words)["value"]

    def output(self) -> str:
        return _text(self._log)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.close()
        self._socket.close()
        self._profile.cleanup()

    def _call(self, command: str, **parameters: object) -> Any:
        message = json.dumps([0, next(self._ids), command, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, value = self._receive()
        if error:
            raise EngineError(error["message"])
        return value

    def _receive(self) -> Any:
        length = b""
        while (character := self._reader.read(1)) != b":":
            if not character:
                raise ConnectionError("the browser has hung up")
            length += character
        return json.loads(self._reader.read(int(length)))


class WebKit:
    """See Engine. MiniBrowser needs a display, which Xvfb is."""

    def __init__(self) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._home = tempfile.TemporaryDirectory()
        ours, theirs = os.pipe()
        screen = ["Xvfb", "-displayfd", str(theirs), "-nolisten", "tcp", "-screen", "0", "1024x768x24"]
        self._screen = subprocess.Popen(screen, pass_fds=[theirs], stderr=subprocess.DEVNULL)
        os.close(theirs)
        with os.fdopen(ours, encoding="ascii") as written:
            display = written.readline().strip()
        self._port = free_port()
        self._process = subprocess.Popen(
            ["WebKitWebDriver", f"--port={self._port}"],
            env={**os.environ, "DISPLAY": f":{display}", "HOME": self._home.name},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        (browser, *_) = sorted(Path("/").glob(MINI_BROWSERS[1:]), reverse=True)
        options = {"webkitgtk:browserOptions": {"binary": str(browser), "args": ["--automation"]}}
        session = self._started({"capabilities": {"alwaysMatch": options}})
        self._path = f"/session/{session['sessionId']}"
        self._call(f"{self._path}/timeouts", {"script": PATIENCE})

    def navigate(self, url: str) -> None:
        self._call(f"{self._path}/url", {"url": url})

    def run(self, script: str, arguments: Sequence[object], timeout: float) -> Any:
        return self._call(f"{self._path}/execute/async", {"script": script, "args": arguments}, timeout)

    def output(self) -> str:
        return _text(self._log)

    def close(self) -> None:
        for process in (self._process, self._screen):
            process.terminate()  # the driver ends its browser then
            process.wait()
        self._home.cleanup()

    def _started(self, wishes: object) -> Any:
        """The session, as soon as the driver listens."""
        until = time.monotonic() + START
        while True:
            try:
                return self._call("/session", wishes)
            except ConnectionRefusedError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    def _call(self, path: str, body: object, timeout: float = START) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=timeout)
        try:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            value = json.loads(connection.getresponse().read())["value"]
        finally:
            connection.close()
        if isinstance(value, dict) and "error" in value:
            raise EngineError(f"{value['error']}: {value.get('message')}")
        return value


ENGINES: Mapping[str, Callable[[], Engine]] = {"firefox": Firefox, "webkit": WebKit}


class EngineHost:
    """The main thread of a page. See harness.hosts.Host."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self._url = url
        self._engine: Engine | None = None
        self._said = ""

    @property
    def alive(self) -> bool:
        return self._engine is not None

    def run(self, body: str, *, replace: bool = False, timeout: float = TIMEOUT) -> Any:
        try:
            if self._engine is None:
                self._engine = ENGINES[self.name]()
                self._engine.navigate(self._url)
            answer = self._engine.run(RUN, [body, replace], timeout)
        except (OSError, EngineError) as error:
            self.close()
            what = f"did not answer within {timeout:g} s" if isinstance(error, TimeoutError) else f"failed: {error}"
            raise HostError(self.name, what, self._said) from error
        return decode(answer)

    def output(self) -> str:
        return self._engine.output() if self._engine else self._said

    def close(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            self._said = engine.output()
            engine.close()


def _written(path: Path, process: subprocess.Popen[bytes]) -> str:
    """What a process writes into a file when it is ready. Raises OSError if it does not."""
    until = time.monotonic() + START
    while not (path.exists() and (text := path.read_text(encoding="ascii"))):
        if time.monotonic() > until or process.poll() is not None:
            process.kill()
            raise OSError(f"{path.name} was not written")
        time.sleep(0.05)
    return text


def _text(log: Any) -> str:
    log.seek(0)
    return str(log.read().decode(errors="replace"))
