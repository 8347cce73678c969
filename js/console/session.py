"""What the terminal of the console page asks of Python. The page runs this file."""

from __future__ import annotations

import ast
import os
import sys
from asyncio import CancelledError
from typing import TYPE_CHECKING, ClassVar

from pyodide.console import ConsoleFuture, PyodideConsole

import __main__

if TYPE_CHECKING:
    from collections.abc import Callable


class Session(PyodideConsole):
    """A console whose input is a block of lines, and which shows the outcome itself by means of `write`."""

    _colours: ClassVar = {"colorize": True}

    def __init__(self, write: Callable[[str], object]) -> None:
        super().__init__(
            vars(__main__), stdout_callback=write, stderr_callback=write, persistent_stream_redirection=True
        )
        self._write = write
        self._running: ConsoleFuture | None = None

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

    async def run(self, block: str) -> bool:
        """Run the block and show what comes of it. Whether all went well."""
        for piece in _statements(block):
            future = self._running = self.runsource(f"{piece}\n", self.filename)
            try:
                value = await future
            except CancelledError:
                self._write("KeyboardInterrupt\n")
                return False
            except BaseException:
                self._write(future.formatted_error or "")
                return False
            sys.displayhook(value)
        return True

    def interrupt(self) -> None:
        """Cancel what run() waits for."""
        if self._running is not None:
            self._running.cancel()


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
