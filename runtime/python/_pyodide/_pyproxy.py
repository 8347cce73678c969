"""What the JavaScript side of Python objects does in Python: called by name from runtime/glue/pyproxy."""

from __future__ import annotations

import builtins

from _pyodide_core import hold_signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, MutableSequence, Sequence
    from typing import Any


def splice(sequence: MutableSequence[Any], start: int, count: int, items: Sequence[Any]) -> list[Any]:
    """Replace `count` items from `start` on by `items`; the items that were there. Indices are in range."""
    if isinstance(sequence, (list, bytearray)):
        removed = list(sequence[start : start + count])
        sequence[start : start + count] = items
        return removed
    # Not every mutable sequence knows slices: collections.deque does not.
    removed = [sequence[index] for index in range(start, start + count)]
    for _ in range(count):
        del sequence[start]
    for offset, item in enumerate(items):
        sequence.insert(start + offset, item)
    return removed


def permute(sequence: MutableSequence[Any], order: Sequence[int]) -> None:
    """Move the item at `order[i]` to `i`."""
    items = [sequence[index] for index in order]
    for index, item in enumerate(items):
        sequence[index] = item


def copy_within(sequence: MutableSequence[Any], target: int, start: int, end: int) -> None:
    """Copy the items from `start` to `end` to `target` on, as far as there is room. Indices are in range."""
    items = [sequence[index] for index in range(start, end)]
    for index, item in zip(range(target, len(sequence)), items, strict=False):
        sequence[index] = item


def schedule(awaitable: Awaitable[Any], settle: Callable[[Callable[[], Any]], object]) -> None:
    """Run `awaitable` on the event loop; `settle` gets a function that returns or raises its outcome."""
    from asyncio import ensure_future
    from functools import partial

    # An interrupt in there would be nobody's.
    ensure_future(awaitable).add_done_callback(partial(hold_signals, lambda future: settle(future.result)))


def is_coroutine_of(function: Callable[..., Any], value: object) -> bool:
    """Whether `value` is the coroutine of the async function that was called: it does nothing until it is scheduled."""
    if type(value) is not _Coroutine:
        return False
    from inspect import iscoroutinefunction

    return iscoroutinefunction(function)


async def _nothing() -> None: ...


_coroutine = _nothing()
_Coroutine = type(_coroutine)
_coroutine.close()


# The steps of an asynchronous iterator: whether it has ended, and the value.


async def anext(iterator: AsyncIterator[Any], value: Any) -> tuple[bool, Any]:
    """The next item; `value` is sent to a generator."""
    try:
        if value is None:
            return False, await builtins.anext(iterator)
        return False, await iterator.asend(value)  # type: ignore[attr-defined]
    except StopAsyncIteration:
        return True, None


async def athrow(generator: AsyncGenerator[Any, Any], exception: BaseException) -> tuple[bool, Any]:
    """Raise an exception where the generator waits."""
    try:
        return False, await generator.athrow(exception)
    except StopAsyncIteration:
        return True, None


async def areturn(generator: AsyncGenerator[Any, Any], value: Any) -> tuple[bool, Any]:
    """End the generator where it waits, with `value`."""
    try:
        return False, await generator.athrow(GeneratorExit())
    except StopAsyncIteration:
        return True, None
    except GeneratorExit:
        return True, value
