"""Sockets for the event loop: asyncio's own, on a selector that the host serves.

`pyodide.useNodeSockFS()` installs it.
"""

from __future__ import annotations

import socket
import ssl
from asyncio import Protocol, constants, sslproto
from asyncio.base_events import BaseEventLoop
from asyncio.selector_events import BaseSelectorEventLoop, _SelectorSocketTransport  # type: ignore[attr-defined]
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE, SelectorKey, _BaseSelectorImpl
from weakref import WeakValueDictionary

import pyodide_js
from _pyodide_core import hold_signals
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

    It is asked again when the callbacks have run. So it reports what is ready as select() does: as long as it is. No
    interrupt in there: nobody would ask again.
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
        pyodide_js._api.watchDescriptor(key.fd, wanted, partial(hold_signals, self._ready))

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
        _loop.call_soon(hold_signals, self._watch_again, fd)

    def _watch_again(self, fd: int) -> None:
        key = self._fd_to_key.get(fd)
        if key is not None:
            self._watch(key)


class TcpTransport(_SelectorSocketTransport):  # type: ignore[misc]
    """A TCP connection. From start_tls() on the socket encrypts, and this carries the plain text as before."""

    _extra: dict[str, Any]

    def can_write_eof(self) -> bool:
        """TLS has no half-closed connections."""
        return "ssl_object" not in self._extra

    def write_eof(self) -> None:
        if not self.can_write_eof():
            raise NotImplementedError("a TLS connection cannot be closed for writing only")
        super().write_eof()


class _Handshake(Protocol):
    """The protocol of a TLS connection until that stands."""

    def __init__(self, protocol: Protocol, waiter: Any, context: ssl.SSLContext, options: dict[str, Any]) -> None:
        self._protocol = protocol
        self._waiter = waiter
        self._context = context
        self._options = options

    def connection_made(self, transport: Any) -> None:
        transport.pause_reading()
        self._task = _loop.create_task(self._upgrade(transport))

    async def _upgrade(self, transport: Any) -> None:
        try:
            await _loop.start_tls(transport, self._protocol, self._context, **self._options)
            self._protocol.connection_made(transport)
        except BaseException as error:
            transport.abort()
            if not self._waiter.done():
                self._waiter.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            if not self._waiter.done():
                self._waiter.set_result(None)


class TlsMethods:
    """What the event loop does about TLS, which is the socket's own (`_pyodide._tls`), not asyncio's."""

    def _make_socket_transport(
        self, sock: Any, protocol: Any, waiter: Any = None, *, extra: Any = None, server: Any = None
    ) -> TcpTransport:
        self._ensure_fd_no_transport(sock)  # type: ignore[attr-defined]
        return TcpTransport(self, sock, protocol, waiter, extra, server)

    def _make_ssl_transport(
        self,
        rawsock: Any,
        protocol: Any,
        sslcontext: ssl.SSLContext | None,
        waiter: Any = None,
        *,
        server_side: bool = False,
        server_hostname: str | None = None,
        extra: Any = None,
        server: Any = None,
        ssl_handshake_timeout: float | None = None,
        ssl_shutdown_timeout: float | None = None,
    ) -> TcpTransport:
        context = sslcontext or sslproto._create_transport_context(server_side, server_hostname)
        options = {
            "server_side": server_side,
            "server_hostname": server_hostname,
            "ssl_handshake_timeout": ssl_handshake_timeout,
        }
        handshake = _Handshake(protocol, waiter, context, options)
        return self._make_socket_transport(rawsock, handshake, extra=extra, server=server)

    async def start_tls(
        self,
        transport: Any,
        protocol: Any,
        sslcontext: ssl.SSLContext,
        *,
        server_side: bool = False,
        server_hostname: str | None = None,
        ssl_handshake_timeout: float | None = None,
        ssl_shutdown_timeout: float | None = None,
    ) -> TcpTransport:
        """Encrypt a connection from here on. Returns the same transport, which is `protocol`'s then.

        The time limit for closing is ignored: the host closes in the background.
        """
        from _pyodide._tls import TlsSocket

        if not isinstance(sslcontext, ssl.SSLContext):
            raise TypeError(f"sslcontext is expected to be an instance of ssl.SSLContext, got {sslcontext!r}")
        if not isinstance(transport, TcpTransport):
            raise TypeError(f"transport {transport!r} is not supported by start_tls()")
        seconds = constants.SSL_HANDSHAKE_TIMEOUT if ssl_handshake_timeout is None else ssl_handshake_timeout
        if seconds <= 0:
            raise ValueError(f"ssl_handshake_timeout should be a positive number, got {seconds}")
        tls = TlsSocket(sslcontext, transport._sock, server_side, server_hostname)
        transport.pause_reading()
        try:
            await transport._make_empty_waiter()
            transport._reset_empty_waiter()
            await tls.shake_hands(seconds, _take_early(protocol) if server_side else b"")
        except TimeoutError:
            transport.abort()
            raise ConnectionAbortedError(
                f"SSL handshake is taking longer than {seconds} seconds: aborting the connection"
            ) from None
        except BaseException:
            transport.abort()
            raise
        transport._extra.update(
            sslcontext=sslcontext,
            ssl_object=_ssl_object(tls),
            peercert=tls.getpeercert(),
            cipher=tls.cipher(),
            compression=None,
        )
        transport.set_protocol(protocol)
        transport.resume_reading()
        return transport


def _take_early(protocol: Any) -> bytes:
    """What a stream has read before the server was ready for TLS."""
    buffer = getattr(getattr(protocol, "_stream_reader", None), "_buffer", bytearray())
    early = bytes(buffer)
    buffer.clear()
    return early


def _ssl_object(tls: Any) -> ssl.SSLObject:
    """What programs ask about a connection."""
    about = ssl.SSLObject.__new__(ssl.SSLObject)
    about._sslobj = tls  # type: ignore[attr-defined]
    return about


def install() -> None:
    """Give the event loop sockets. Nothing if it has them."""
    if hasattr(_loop, "_selector"):
        return
    socket.SO_REUSEADDR = 2  # type: ignore[misc]  # CPython leaves it out on Emscripten; Node's sockets have it set
    for name, value in vars(BaseSelectorEventLoop).items():
        if callable(value) and name not in _OWN:
            setattr(WebLoop, name, value)
    for name in (
        *("create_connection", "create_datagram_endpoint", "create_server", "connect_accepted_socket"),
        *("sendfile", "sock_sendfile"),
    ):
        setattr(WebLoop, name, getattr(BaseEventLoop, name))
    for name, value in vars(TlsMethods).items():
        if callable(value):
            setattr(WebLoop, name, value)
    _loop._transports = WeakValueDictionary()  # type: ignore[attr-defined]
    _loop._selector = HostSelector()  # type: ignore[attr-defined]
