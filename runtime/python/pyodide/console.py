"""An interactive console: lines go in, results and texts come out. What shows them is up to the caller."""

from __future__ import annotations

import _ast
import asyncio
import codeop
import platform
import rlcompleter
import sys
import traceback
from contextlib import ExitStack, contextmanager
from functools import partial
from io import TextIOBase

from _pyodide_core import hold_signals

from pyodide.code import CodeRunner, _dedent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType
    from typing import Any, ClassVar, Literal

    SyntaxCheck = Literal["incomplete", "syntax-error", "complete"]

__all__ = ["BANNER", "Console", "ConsoleFuture", "PyodideConsole", "repr_shorten", "shorten"]

BANNER = (
    f"Python {platform.python_version()} ({', '.join(platform.python_build())}) on WebAssembly/Emscripten\n"
    'Type "help", "copyright", "credits" or "license" for more information.'
)
"""What an interactive interpreter says first."""

# How codeop asks the parser whether input is incomplete: nothing that is to be run is compiled with these.
_ASKING = 0x200 | 0x4000  # PyCF_DONT_IMPLY_DEDENT, PyCF_ALLOW_INCOMPLETE_INPUT


class ConsoleFuture(asyncio.Future["Any"]):
    """The outcome of a piece of input.

    Attributes
    ----------
    syntax_check
        ``"incomplete"`` (the result is None), ``"syntax-error"`` (it is in the exception) or ``"complete"``: the code
        is on its way.
    formatted_error
        The text to show for the exception, once there is one.
    """

    def __init__(self, syntax_check: SyntaxCheck) -> None:
        super().__init__()
        self.syntax_check = syntax_check
        self.formatted_error: str | None = None


class Console:
    """Runs input as Python's interactive interpreter does, one piece after another; top-level await is allowed.

    Parameters
    ----------
    globals
        The namespace the code runs in. Default: a new one.
    stdin_callback, stdout_callback, stderr_callback
        Take over Python's streams while code runs: the first returns a text of input, given how much is wanted at most
        (-1: any), the others are given each text that is written.
    persistent_stream_redirection
        Take them over now and for good.
    filename
        The name in tracebacks.
    dont_inherit, optimize
        As for ``compile()``.

    Attributes
    ----------
    buffer
        The lines that make no complete piece yet.
    completer_word_break_characters
        What ends the word to be completed.
    """

    _colours: ClassVar[dict[str, Any]] = {}
    """``{"colorize": True}`` for texts of errors with colours, which are escape sequences of terminals."""

    def __init__(
        self,
        globals: dict[str, Any] | None = None,
        *,
        stdin_callback: Callable[[int], str] | None = None,
        stdout_callback: Callable[[str], object] | None = None,
        stderr_callback: Callable[[str], object] | None = None,
        persistent_stream_redirection: bool = False,
        filename: str = "<console>",
        dont_inherit: bool = False,
        optimize: int = -1,
    ) -> None:
        self.globals = {"__name__": "__console__", "__doc__": None} if globals is None else globals
        self.stdin_callback = stdin_callback
        self.stdout_callback = stdout_callback
        self.stderr_callback = stderr_callback
        self.filename = filename
        self.buffer: list[str] = []
        self.completer_word_break_characters = " \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?"
        self._completer = rlcompleter.Completer(self.globals)
        self._options: dict[str, Any] = {"dont_inherit": dont_inherit, "optimize": optimize}
        self._check = codeop.CommandCompiler()  # remembers the __future__ statements
        self._check.compiler.flags |= _ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self._lock = asyncio.Lock()
        self._redirected = ExitStack()
        self._is_redirected = False
        if persistent_stream_redirection:
            self.persistent_redirect_streams()

    # Streams

    def persistent_redirect_streams(self) -> None:
        """Take over Python's streams until persistent_restore_streams()."""
        if not self._is_redirected:
            self._redirected.enter_context(self.redirect_streams())

    def persistent_restore_streams(self) -> None:
        """Give Python's streams back."""
        self._redirected.close()

    @contextmanager
    def redirect_streams(self) -> Iterator[None]:
        """Take over Python's streams for a while. Does nothing if they are taken over."""
        if self._is_redirected:
            yield
            return
        saved = (sys.stdin, sys.stdout, sys.stderr)
        self._is_redirected = True
        try:
            if self.stdin_callback is not None:
                sys.stdin = _Input(self.stdin_callback)
            if self.stdout_callback is not None:
                sys.stdout = _Output(self.stdout_callback, "<stdout>")
            if self.stderr_callback is not None:
                sys.stderr = _Output(self.stderr_callback, "<stderr>")
            yield
        finally:
            self._is_redirected = False
            sys.stdin, sys.stdout, sys.stderr = saved

    # Input

    def push(self, line: str) -> ConsoleFuture:
        """Add a line (without its end). What is in the buffer then runs, unless it is incomplete."""
        self.buffer.append(line)
        future = self.runsource("\n".join(self.buffer), self.filename)
        if future.syntax_check != "incomplete":
            self.buffer = []
        return future

    def runsource(self, source: str, filename: str = "<console>") -> ConsoleFuture:
        """Run a piece of input, if it is complete and correct."""
        source = _as_block(source)
        try:
            if self._check(source, filename) is None:
                future = ConsoleFuture("incomplete")
                future.set_result(None)
                return future
            flags = self._check.compiler.flags & ~_ASKING
            text = "pass" if _is_blank(source) else source  # as codeop has it
            code = CodeRunner(text, mode="single", filename=filename, flags=flags, dedent=False, **self._options)
            code.compile()
        except (SyntaxError, OverflowError, ValueError) as error:
            future = ConsoleFuture("syntax-error")
            future.formatted_error = self.formatsyntaxerror(error)
            future.set_exception(error)
            future.exception()  # that it is there is known: nobody need ask
            return future
        future = ConsoleFuture("complete")
        task = asyncio.ensure_future(self._run(source, code))
        # An interrupt in these would leave the future, or the task, undone.
        task.add_done_callback(partial(hold_signals, lambda task: self._settle(future, task)))
        future.add_done_callback(partial(hold_signals, lambda future: task.cancel() if future.cancelled() else None))
        return future

    async def runcode(self, source: str, code: CodeRunner) -> Any:
        """Run compiled input; its value. For subclasses that want to do something before or after."""
        return await code.run_async(self.globals)

    def complete(self, source: str) -> tuple[list[str], int]:
        """What the end of `source` can be completed to, and where in `source` what they replace begins."""
        start = max(map(source.rfind, self.completer_word_break_characters)) + 1
        word = source[start:]
        find = self._completer.attr_matches if "." in word else self._completer.global_matches
        return list(find(word)), start

    # Errors

    def formatsyntaxerror(self, e: BaseException) -> str:
        """The text to show for input that cannot be compiled."""
        _set_last_exception(e.with_traceback(None))
        return "".join(traceback.format_exception_only(e, **self._colours))

    def formattraceback(self, e: BaseException) -> str:
        """The text to show for an exception that input has raised: without our own frames."""
        _set_last_exception(e)
        limit = -self.num_frames_to_keep(e.__traceback__)
        return "".join(traceback.format_exception(e, limit=limit, **self._colours))

    def num_frames_to_keep(self, tb: TracebackType | None) -> int:
        """How many frames of a traceback are the input's: from the first that has its file name on."""
        names = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(tb)]
        return len(names) - names.index(self.filename) if self.filename in names else 0

    # Running

    async def _run(self, source: str, code: CodeRunner) -> Any:
        async with self._lock:
            with self.redirect_streams():
                try:
                    return await self.runcode(source, code)
                finally:
                    sys.stdout.flush()
                    sys.stderr.flush()

    def _settle(self, future: ConsoleFuture, task: asyncio.Task[Any]) -> None:
        if task.cancelled():
            future.cancel()
            return
        error = task.exception()
        if error is not None:
            future.formatted_error = self.formattraceback(error)
        if future.done():
            return
        if error is None:
            future.set_result(task.result())
        else:
            future.set_exception(error)


class PyodideConsole(Console):
    """A Console that first loads the packages that its input imports."""

    async def runcode(self, source: str, code: CodeRunner) -> Any:
        import pyodide_js

        await pyodide_js.loadPackagesFromImports(source)
        return await super().runcode(source, code)


class _Stream(TextIOBase):
    """A stream that is no file: it has no descriptor."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        return "strict"

    def isatty(self) -> bool:
        return True


class _Output(_Stream):
    def __init__(self, callback: Callable[[str], object], name: str) -> None:
        self._callback = callback
        self.name = name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._callback(text)
        return len(text)


class _Input(_Stream):
    name = "<stdin>"

    def __init__(self, callback: Callable[[int], str]) -> None:
        self._callback = callback
        self._rest = ""  # what the callback gave beyond what was asked for

    def readable(self) -> bool:
        return True

    def readline(self, size: int | None = -1) -> str:  # type: ignore[override]
        limit = sys.maxsize if size is None or size < 0 else size
        text = self._rest
        while "\n" not in text and len(text) < limit:
            more = self._callback(-1 if limit == sys.maxsize else limit - len(text))
            if not more:
                break
            text += more
        end = min(text.find("\n") + 1 or len(text), limit)
        self._rest = text[end:]
        return text[:end]

    def read(self, size: int | None = -1) -> str:
        limit = sys.maxsize if size is None or size < 0 else size
        text = ""
        while len(text) < limit:
            line = self.readline(-1 if limit == sys.maxsize else limit - len(text))
            if not line:
                break
            text += line
        return text


def shorten(text: str, limit: int = 1000, split: int | None = None, separator: str = "...") -> str:
    """The text; of one longer than `limit`, the first and last `split` (default: half of `limit`) characters.

    Raises ValueError if `limit` is less than 2.
    """
    if limit < 2:
        raise ValueError(f"limit must be at least 2, not {limit}")
    if len(text) <= limit:
        return text
    split = min(limit // 2 if split is None else split, len(text) // 2)
    return f"{text[:split]}{separator}{text[len(text) - split :]}"


def repr_shorten(value: Any, limit: int = 1000, split: int | None = None, separator: str = "...") -> str:
    """repr(), shortened."""
    return shorten(repr(value), limit=limit, split=split, separator=separator)


def _as_block(source: str) -> str:
    """The source without common indentation, and with a last line of white space as an empty one: it ends a block."""
    lines = _dedent(source).split("\n")
    if len(lines) > 1 and not lines[-1].strip():
        lines[-1] = ""
    return "\n".join(lines)


def _is_blank(source: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in source.split("\n"))


def _set_last_exception(error: BaseException) -> None:
    """What an interactive interpreter leaves for pdb.pm()."""
    sys.last_exc = sys.last_value = error  # type: ignore[attr-defined]
    sys.last_type = type(error)
    sys.last_traceback = error.__traceback__
