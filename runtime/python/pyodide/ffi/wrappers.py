"""Listeners and timers: they hold on to a Python callable as long as JavaScript may call it, and no longer."""

from __future__ import annotations

from inspect import iscoroutinefunction, markcoroutinefunction  # type: ignore[attr-defined] # of Python 3.12

import js
from pyodide.ffi import create_once_callable, create_proxy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pyodide.ffi import JsDomElement, JsProxy

    Listeners = list[tuple[str, Callable[[Any], Any], Any]]

__all__ = [
    "add_event_listener",
    "clear_interval",
    "clear_timeout",
    "remove_event_listener",
    "set_interval",
    "set_timeout",
]

# For each target the list of its listeners and their proxies. Only the target holds it: they go when the target goes.
_listeners = js.WeakMap.new()

# The proxies of the timers that may still fire.
_timers: dict[int, Any] = {}


def add_event_listener(elt: JsDomElement, event: str, listener: Callable[[Any], Any]) -> None:
    """Have `listener` called for each event of that name. Adding it a second time does nothing, as in JavaScript.

    Raises TypeError if `listener` cannot be called, AttributeError if `elt` dispatches no events.
    """
    _require_callable("listener", listener)
    add = elt.addEventListener
    holder = _listeners.get(elt)
    if holder is None:
        holder = create_proxy([])
        _listeners.set(elt, holder)
    known: Listeners = holder.unwrap()
    if any((event, listener) == entry[:2] for entry in known):
        return
    proxy = create_proxy(listener)
    add(event, proxy)
    known.append((event, listener, proxy))


def remove_event_listener(elt: JsDomElement, event: str, listener: Callable[[Any], Any]) -> None:
    """Undo add_event_listener(). Raises KeyError if that was not done."""
    holder = _listeners.get(elt)
    known: Listeners = [] if holder is None else holder.unwrap()
    for index, (*entry, proxy) in enumerate(known):
        if entry == [event, listener]:
            elt.removeEventListener(event, proxy)
            proxy.destroy()
            del known[index]
            if not known:
                _listeners.delete(elt)
                holder.destroy()
            return
    raise KeyError(f"{listener!r} was not added for {event!r} by add_event_listener()")


def set_timeout(callback: Callable[[], Any], timeout: float) -> int | JsProxy:
    """Have `callback` called after `timeout` milliseconds. What is returned is for clear_timeout()."""
    _require_callable("callback", callback)

    def fire() -> Any:
        del _timers[_number(timer)]
        return callback()

    if iscoroutinefunction(callback):
        markcoroutinefunction(fire)  # its coroutine is started, as JavaScript's call of `callback` would
    proxy = create_once_callable(fire)
    timer: int | JsProxy = js.setTimeout(proxy, timeout)
    _timers[_number(timer)] = proxy
    return timer


def clear_timeout(timeout_retval: int | JsProxy) -> None:
    """Undo set_timeout(). Does nothing if it has fired."""
    js.clearTimeout(timeout_retval)
    _forget(timeout_retval)


def set_interval(callback: Callable[[], Any], interval: float) -> int | JsProxy:
    """Have `callback` called every `interval` milliseconds. What is returned is for clear_interval()."""
    _require_callable("callback", callback)
    proxy = create_proxy(callback)
    timer: int | JsProxy = js.setInterval(proxy, interval)
    _timers[_number(timer)] = proxy
    return timer


def clear_interval(interval_retval: int | JsProxy) -> None:
    """Undo set_interval()."""
    js.clearInterval(interval_retval)
    _forget(interval_retval)


def _forget(timer: int | JsProxy) -> None:
    proxy = _timers.pop(_number(timer), None)
    if proxy is not None:
        proxy.destroy()


def _number(timer: int | JsProxy) -> int:
    """The number of a timer: in Node timers are objects that stand for one."""
    number: int = timer if isinstance(timer, int) else js.Number(timer)
    return number


def _require_callable(name: str, value: object) -> None:
    if not callable(value):
        raise TypeError(f"{name} must be callable, not {type(value).__name__}")
