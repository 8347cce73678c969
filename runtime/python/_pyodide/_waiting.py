"""Waiting for awaitables that Python's event loop runs: the part of run_sync() that needs asyncio."""

from __future__ import annotations

from asyncio import Future, current_task, ensure_future, isfuture
from functools import partial
from inspect import isawaitable, iscoroutine

from _pyodide_core import hold_signals, js_ops, operate, run_sync

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import Any, TypeVar

    T = TypeVar("T")


def run(awaitable: Awaitable[T], obstacle: str | None) -> T:
    """The result of `awaitable`, when it is there. `obstacle` says why the caller cannot wait.

    Raises TypeError if it is nothing to wait for, RuntimeError if there is an obstacle. What interrupts the wait
    cancels the awaitable.
    """
    if not isawaitable(awaitable):
        raise TypeError(f"object {type(awaitable).__name__} is not awaitable")
    if obstacle is not None and not (isfuture(awaitable) and awaitable.done()):
        if iscoroutine(awaitable):
            awaitable.close()
        raise RuntimeError(obstacle)
    future: Future[Any] = ensure_future(awaitable)
    if future is current_task():
        raise RuntimeError(f"Task cannot wait for itself: {future!r}")
    try:
        while not future.done():
            ended = operate(None, js_ops["DEFERRED"])
            # An interrupt in there would leave this waiting.
            future.add_done_callback(partial(hold_signals, lambda _, ended=ended: ended.resolve()))
            run_sync(ended)
    except BaseException:
        future.cancel()
        raise
    return future.result()  # type: ignore[no-any-return]
