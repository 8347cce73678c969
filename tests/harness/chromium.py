"""Chromium as a host: one page, or one module worker of a page, driven through Playwright.

Playwright's asynchronous interface runs in a loop of our own, so that every call has a
time limit: a page that computes for ever cannot be waited for in any other way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import Browser, ConsoleMessage, Page, Playwright, Worker, async_playwright
from playwright.async_api import Error as PlaywrightError

from harness.hosts import TIMEOUT, HostError, decode

FLAGS = (
    "--no-sandbox",  # required when running as root
    "--disable-gpu",
    # No traffic of its own: tests count requests and run without a network.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

FINISHED = """new Promise((resolve) => {
  const output = document.querySelector("#output");
  const look = () => document.title !== "pending" && resolve([document.title, output.textContent]);
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
  look();
})"""

Result = TypeVar("Result")


class Chromium:
    """A Chromium process, started on first use and again after `close`."""

    def __init__(self, executable: Path) -> None:
        self._executable = executable
        self._loop = asyncio.new_event_loop()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def call(self, work: Coroutine[Any, Any, Result], timeout: float = TIMEOUT) -> Result:
        """Run Playwright's coroutine to its end. Raises TimeoutError or PlaywrightError."""
        return self._loop.run_until_complete(asyncio.wait_for(work, timeout))

    def open(self, url: str, timeout: float = TIMEOUT) -> Tab:
        """A page in a fresh profile, loaded. Raises HostError."""
        tab = self.call(self._new_tab())
        tab.goto(url, timeout)
        return tab

    def close(self) -> None:
        """End the process, hung pages included."""
        browser, self._browser = self._browser, None
        playwright, self._playwright = self._playwright, None
        if browser is not None:
            self.call(browser.close())
        if playwright is not None:
            self.call(playwright.stop())

    async def _new_tab(self) -> Tab:
        return Tab(self, await self._new_page())  # in here because listening to a page takes a running event loop

    async def _new_page(self) -> Page:
        if self._browser is None:
            self._playwright = await async_playwright().start()
            self._browser = await self._playwright.chromium.launch(
                executable_path=self._executable, args=list(FLAGS), chromium_sandbox=False
            )
        context = await self._browser.new_context()
        return await context.new_page()


class Tab:
    """One page and what it said.

    messages: every console message, "type: text".
    errors:   uncaught errors, and console messages of type error.
    """

    def __init__(self, chromium: Chromium, page: Page) -> None:
        self.page = page
        self.messages: list[str] = []
        self.errors: list[str] = []
        self._chromium = chromium
        self._crashed = asyncio.Event()
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("crash", lambda _: self._crashed.set())

    def goto(self, url: str, timeout: float = TIMEOUT) -> None:
        """Load `url` and wait for its load event."""
        self._do(self.page.goto(url, timeout=timeout * 1000), timeout)

    def evaluate(self, expression: str, argument: object = None, timeout: float = TIMEOUT) -> Any:
        """The value of an expression, or of a function of `argument`; promises are awaited. Raises HostError."""
        return self._do(self.page.evaluate(expression, argument), timeout)

    def evaluate_in(self, worker: Worker, expression: str, argument: object = None, timeout: float = TIMEOUT) -> Any:
        """As `evaluate`, in one of the page's workers."""
        return self._do(worker.evaluate(expression, argument), timeout)

    def finished(self) -> str:
        """What the page shows in #output once its title is no longer "pending". Fails unless it is "done" then."""
        title, output = self.evaluate(FINISHED)
        assert title == "done", output
        return str(output)

    def output(self) -> str:
        """What the page said so far."""
        return "\n".join([*self.messages, *self.errors])

    def close(self) -> None:
        self._chromium.call(self.page.context.close())

    def _on_console(self, message: ConsoleMessage) -> None:
        line = f"{message.type}: {message.text}"
        self.messages.append(line)
        if message.type == "error":
            self.errors.append(line)

    def _do(self, work: Coroutine[Any, Any, Result], timeout: float) -> Result:
        """Run `work` unless the page crashes first, in which case Playwright would not answer any more."""

        async def race() -> Result:
            task = asyncio.ensure_future(work)
            crash = asyncio.ensure_future(self._crashed.wait())
            try:
                await asyncio.wait([task, crash], return_when=asyncio.FIRST_COMPLETED)
                if not task.done():
                    raise PlaywrightError("the page crashed")
                return await task
            finally:
                task.cancel()
                crash.cancel()

        try:
            return self._chromium.call(race(), timeout)
        except TimeoutError:
            self._chromium.close()
            raise HostError("chromium", f"did not answer within {timeout:g} s", self.output()) from None
        except PlaywrightError as error:
            raise HostError("chromium", f"failed: {error}", self.output()) from error


class PageHost:
    """The main thread of a page. See harness.hosts.Host."""

    def __init__(self, name: str, chromium: Chromium, url: str) -> None:
        self.name = name
        self._chromium = chromium
        self._url = url
        self._tab: Tab | None = None

    @property
    def alive(self) -> bool:
        return self._tab is not None

    def run(self, body: str, *, replace: bool = False, timeout: float = TIMEOUT) -> Any:
        try:
            tab = self._tab or self._start()
            return decode(self._evaluate(tab, "([body, replace]) => host.run(body, replace)", [body, replace], timeout))
        except HostError:
            self._tab = None
            raise

    def output(self) -> str:
        return self._tab.output() if self._tab else ""

    def close(self) -> None:
        tab, self._tab = self._tab, None
        if tab is not None:
            tab.close()

    def _start(self) -> Tab:
        self._tab = self._chromium.open(self._url)
        return self._tab

    def _evaluate(self, tab: Tab, expression: str, argument: object, timeout: float) -> Any:
        return tab.evaluate(expression, argument, timeout)


class WorkerHost(PageHost):
    """A module worker of a page."""

    def _start(self) -> Tab:
        tab = super()._start()
        tab.evaluate("ready")
        (self._worker,) = tab.page.workers
        return tab

    def _evaluate(self, tab: Tab, expression: str, argument: object, timeout: float) -> Any:
        return tab.evaluate_in(self._worker, expression, argument, timeout)
