"""`pyodide.runPythonAsync`: code whose outcome goes to a Promise."""

from __future__ import annotations

import _ast

from pyodide.code import CodeRunner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Settle = Callable[[Callable[[], Any]], object]
    """A function of JavaScript's: settles its Promise with what the function returns or raises."""


def prepare(
    source: str, globals: dict[str, Any] | None = None, locals: dict[str, Any] | None = None, **options: Any
) -> Callable[[Settle], None]:
    """Compile `source`. What this returns starts it. `options` are CodeRunner's."""
    flags = options.pop("flags", 0) | _ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    runner = CodeRunner(source, flags=flags, **options).compile()

    def start(settle: Settle) -> None:
        if runner.is_async:
            from ._pyproxy import schedule

            schedule(runner.run_async(globals, locals), settle)
        else:
            # Without importing asyncio; in a context of its own, as a task would be.
            from _contextvars import copy_context

            settle(lambda: copy_context().run(runner.run, globals, locals))

    return start
