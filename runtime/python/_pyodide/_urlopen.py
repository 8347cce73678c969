"""urllib.request by the host's own HTTP: no program in a browser may open a socket.

Importing urllib.request imports this module. After `pyodide.useNodeSockFS()` there are sockets, and they are used;
and so is a class of connections that the program brings itself.
"""

from __future__ import annotations

import sys
from http.client import HTTPConnection, HTTPMessage, HTTPSConnection
from io import BytesIO
from urllib.error import URLError
from urllib.request import AbstractHTTPHandler
from urllib.response import addinfourl

from pyodide.ffi import can_run_sync, run_sync

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
    from urllib.request import Request

_FORBIDDEN = {"host", "connection", "content-length", "accept-encoding"}
"""Headers that are the host's own business."""

_by_sockets = AbstractHTTPHandler.do_open


def do_open(self: AbstractHTTPHandler, http_class: Any, req: Request, **options: Any) -> Any:
    """The response to a request, whatever its status. Raises URLError and http.client.InvalidURL.

    Waits in a task if it can, so that others run meanwhile. Otherwise it blocks, which only browsers allow.
    """
    if "_pyodide._selector" in sys.modules or http_class not in (HTTPConnection, HTTPSConnection):
        return _by_sockets(self, http_class, req, **options)
    if not req.host:
        raise URLError("no host given")
    HTTPConnection(req.host)._validate_path(req.selector)  # type: ignore[attr-defined] # the host would mend it silently
    headers = {
        name: value
        for name, value in {**req.unredirected_hdrs, **req.headers}.items()
        if name.lower() not in _FORBIDDEN
    }
    body = req.data if req.data is None or isinstance(req.data, bytes) else _joined(req.data)
    try:
        answer = run_sync(_fetch(req, headers, body)) if can_run_sync() else _request(req, headers, body)
    except URLError:
        raise
    except OSError as error:
        raise URLError(error) from error
    data, url, status, reason, pairs = answer
    message = HTTPMessage()
    for name, value in pairs.items():
        message[name] = value
    response: Any = addinfourl(BytesIO(data), message, url, status)
    response.msg = response.reason = reason
    return response


def _joined(data: Any) -> bytes:
    return bytes(data.read()) if hasattr(data, "read") else b"".join(data)


async def _fetch(req: Request, headers: dict[str, str], body: bytes | None) -> Any:
    from asyncio import timeout

    from pyodide.ffi import to_js
    from pyodide.http import pyfetch

    given = {} if body is None else {"body": to_js(body)}
    seconds = getattr(req, "timeout", None)
    async with timeout(seconds if isinstance(seconds, (int, float)) else None):
        response = await pyfetch(req.full_url, method=req.get_method(), headers=headers, **given)
        data = await response.bytes()
    return data, response.url, response.status, response.status_text, response.headers


def _request(req: Request, headers: dict[str, str], body: bytes | None) -> Any:
    from pyodide.http import pyxhr

    import js

    if not hasattr(js, "XMLHttpRequest"):
        run_sync(_fetch(req, headers, body))  # says why it cannot wait
    send = getattr(pyxhr, req.get_method().lower(), None)
    if send is None:
        raise URLError(f"method {req.get_method()} is not supported where Python cannot wait; use pyodide.http.pyfetch")
    response = send(req.full_url, headers=headers, data=body)
    return response.content, response.url, response.status_code, "", response.headers


AbstractHTTPHandler.do_open = do_open  # type: ignore[method-assign]
