"""What the terminal of the console page asks of Python. The page runs this file."""

from __future__ import annotations

import ast
import os
import signal
import sys
from asyncio import CancelledError, Task, current_task, get_running_loop
from typing import TYPE_CHECKING, ClassVar

from pyodide.console import PyodideConsole
from pyodide.ffi import can_run_sync, run_sync

import __main__

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from pyodide.code import CodeRunner


class Session(PyodideConsole):
    """A console whose input is a block of lines, and which shows the outcome itself by means of `write`.

    Where Python computes for long it awaits `pause()`, so that the page can hear Ctrl-C. `signal_later()` gives another
    chance to a SIGINT that came while other code than the block's was running.
    """

    _colours: ClassVar = {"colorize": True}

    def __init__(
        self, write: Callable[[str], object], pause: Callable[[], Awaitable[None]], signal_later: Callable[[], object]
    ) -> None:
        super().__init__(
            vars(__main__), stdout_callback=write, stderr_callback=write, persistent_stream_redirection=True
        )
        self._write = write
        self._pause = pause
        self._signal_later = signal_later
        # The task of the block that runs, and the one it awaits: that of a statement.
        self._block: Task[bool] | None = None
        self._statement: Task[Any] | None = None
        self._computing: Task[Any] | None = None  # that has paused last: asyncio.run() and the like have their own
        signal.signal(signal.SIGVTALRM, self._on_alarm)
        signal.signal(signal.SIGINT, self._on_interrupt)

    def is_complete(self, block: str) -> bool:
        """Whether the block can run, or is wrong however it goes on."""
        try:
            return self._check(block.rstrip(" \t"), self.filename) is not None
        except (SyntaxError, OverflowError, ValueError):
            return True

    def completion(self, block: str) -> tuple[str, list[str]]:
        """What all completions of the end of the block have in common beyond it, and the completions."""
        candidates, start = self.complete(block)
        common = os.path.commonprefix(candidates)  # noqa: RUF071 - of texts, not of paths
        return common[len(block) - start :], candidates

    def run(self, block: str) -> Task[bool]:
        """Run the block and show what comes of it. Whether all went well."""
        # Eager, so that from now on there is something to interrupt.
        self._block = Task(self._run_block(block), loop=get_running_loop(), eager_start=True)  # type: ignore[call-arg]
        return self._block

    async def _run_block(self, block: str) -> bool:
        for piece in _statements(block):
            future = self.runsource(f"{piece}\n", self.filename)
            try:
                sys.displayhook(await future)
            except CancelledError:
                self._write("KeyboardInterrupt\n")
                return False
            except BaseException as error:
                self._write(future.formatted_error or self.formattraceback(error))
                return False
        return True

    async def runcode(self, source: str, code: CodeRunner) -> Any:
        self._statement = current_task()
        return await super().runcode(source, code)

    def interrupt(self) -> bool:
        """End the block by cancelling what it awaits. False if it is on a stack: then a SIGINT has to do it."""
        if self._block is None or self._block.done():
            return True
        if any(task is not None and task.get_coro().cr_running for task in (self._block, self._statement)):  # type: ignore[union-attr]
            return False
        self._block.cancel()
        return True

    def _on_alarm(self, *_: object) -> None:
        self._computing = current_task()
        if can_run_sync():
            run_sync(self._pause())

    def _on_interrupt(self, *_: object) -> None:
        if (task := current_task()) is not None and task in (self._block, self._statement, self._computing):
            raise KeyboardInterrupt
        if not self.interrupt():
            self._signal_later()


def _statements(block: str) -> list[str]:
    """The block in pieces that an interactive interpreter takes: one statement each, or one line of several."""
    try:
        tree = ast.parse(block)
    except (SyntaxError, ValueError):
        return [block]
    lines = block.split("\n")
    pieces: list[str] = []
    end = 0
    for node in tree.body:
        assert node.end_lineno is not None
        if node.lineno > end:
            pieces.append("\n".join(lines[end : node.end_lineno]))
        else:
            pieces[-1] += "".join(f"\n{line}" for line in lines[end : node.end_lineno])
        end = node.end_lineno
    return pieces or [block]
