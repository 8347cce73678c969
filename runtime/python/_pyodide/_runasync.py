"""`pyodide.runPythonAsync`: code whose outcome goes to a Promise."""

from __future__ import annotations

import _ast
import sys

from pyodide.code import CodeRunner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Settle = Callable[[Callable[[], Any]], object]
    """A function of JavaScript's: settles its Promise with what the function returns or raises."""


def prepare(
    source: str, globals: dict[str, Any] | None = None, locals: dict[str, Any] | None = None, **options: Any
) -> Callable[..., Any]:
    """Compile `source`. What this returns runs it; its attribute `awaits` says how. `options` are CodeRunner's.

    awaits: it is called with a Settle, returns at once, and the code is a task of asyncio's. Otherwise it takes nothing
    and returns the result, without importing asyncio.
    """
    flags = options.pop("flags", 0) | _ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    runner = CodeRunner(source, flags=flags, **options).compile()

    def schedule(settle: Settle) -> None:
        from ._pyproxy import schedule

        schedule(runner.run_async(globals, locals), settle)

    def run() -> Any:
        return runner.run(globals, locals)

    # Code that does not await may ask for its task all the same, if asyncio is there.
    awaits = runner.is_async or "asyncio" in sys.modules or "asyncio" in runner.code.co_names
    start: Callable[..., Any] = schedule if awaits else run
    start.awaits = awaits  # type: ignore[attr-defined]
    return start
