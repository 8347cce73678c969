"""Sockets for the event loop: asyncio's own, on a selector that the host serves.

`pyodide.useNodeSockFS()` installs it.
"""

from __future__ import annotations

import socket
from asyncio.base_events import BaseEventLoop
from asyncio.selector_events import BaseSelectorEventLoop
from selectors import EVENT_READ, EVENT_WRITE, SelectorKey, _BaseSelectorImpl
from weakref import WeakValueDictionary

import pyodide_js
from pyodide.webloop import WebLoop, _loop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_POLLIN, _POLLOUT, _POLLERR, _POLLHUP = 1, 4, 8, 16

_OWN = {
    "__init__",
    "close",
    "_close_self_pipe",
    "_make_self_pipe",
    "_process_self_data",
    "_read_from_self",
    "_write_to_self",
}
"""What a selector event loop has for waiting in its selector, which the host does for ours."""


class HostSelector(_BaseSelectorImpl):
    """Keeps what to wait for; the host calls back once for each descriptor that is ready.

    It is asked again when the callbacks have run. So it reports what is ready as select() does: as long as it is.
    """

    _fd_to_key: dict[int, SelectorKey]

    def register(self, fileobj: Any, events: int, data: Any = None) -> SelectorKey:
        key: SelectorKey = super().register(fileobj, events, data)
        self._watch(key)
        return key

    def unregister(self, fileobj: Any) -> SelectorKey:
        key: SelectorKey = super().unregister(fileobj)
        pyodide_js._api.unwatchDescriptor(key.fd)
        return key

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Nothing: nobody waits here."""
        return []

    def _watch(self, key: SelectorKey) -> None:
        wanted = (_POLLIN if key.events & EVENT_READ else 0) | (_POLLOUT if key.events & EVENT_WRITE else 0)
        pyodide_js._api.watchDescriptor(key.fd, wanted, self._ready)

    def _ready(self, fd: int, found: int) -> None:
        """The host's call."""
        key = self._fd_to_key.get(fd)
        if key is None:
            return
        events = 0
        if found & (_POLLIN | _POLLHUP | _POLLERR):
            events |= EVENT_READ
        if found & (_POLLOUT | _POLLHUP | _POLLERR):
            events |= EVENT_WRITE
        _loop._process_events([(key, events & key.events)])  # type: ignore[attr-defined]
        _loop.call_soon(self._watch_again, fd)

    def _watch_again(self, fd: int) -> None:
        key = self._fd_to_key.get(fd)
        if key is not None:
            self._watch(key)


def install() -> None:
    """Give the event loop sockets. Nothing if it has them."""
    if hasattr(_loop, "_selector"):
        return
    socket.SO_REUSEADDR = 2  # type: ignore[misc]  # CPython leaves it out on Emscripten; Node's sockets have it set
    for name, value in vars(BaseSelectorEventLoop).items():
        if callable(value) and name not in _OWN:
            setattr(WebLoop, name, value)
    for name in ("create_connection", "create_datagram_endpoint", "create_server", "connect_accepted_socket"):
        setattr(WebLoop, name, getattr(BaseEventLoop, name))
    _loop._transports = WeakValueDictionary()  # type: ignore[attr-defined]
    _loop._selector = HostSelector()  # type: ignore[attr-defined]
