"""Requests that wait: nothing else runs until the answer is there. For pages and workers, which have XMLHttpRequest.

One function for each method of HTTP. All take a URL and the keyword arguments of ``XHRRequestParams``, and return
an ``XHRResponse`` whatever the status. They raise XHRNetworkError if there is no answer, RuntimeError where there
is no XMLHttpRequest, JsException for a URL that is none, and TypeError for arguments that are wrong.
"""

from __future__ import annotations

import json as _json
import re

from pyodide.ffi import JsException, to_js

from ._exceptions import HttpStatusError, XHRError, XHRNetworkError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, TypedDict, Unpack

    class XHRRequestParams(TypedDict, total=False):
        """Keyword arguments of a request.

        headers: sent along. params: appended to the URL as its query.
        data: the body as it is, or json: what is sent as JSON; only one of them.
        auth: name and password for HTTP's basic authentication.
        """

        headers: Mapping[str, str]
        params: Mapping[str, Any] | Sequence[tuple[str, Any]]
        data: str | bytes | bytearray | memoryview
        json: Any
        auth: tuple[str, str] | list[str]
else:

    class XHRRequestParams(dict):
        """Keyword arguments of a request: headers, params, data, json, auth."""


__all__ = [
    "XHRError",
    "XHRNetworkError",
    "XHRRequestParams",
    "XHRResponse",
    "delete",
    "get",
    "head",
    "options",
    "patch",
    "post",
    "put",
]

# Makes the text of an answer its bytes: each is a code of which it is the lower half.
_AS_BYTES = "text/plain; charset=x-user-defined"


class XHRResponse:
    """The answer to a request."""

    def __init__(self, xhr: Any) -> None:
        self._xhr = xhr

    @property
    def status_code(self) -> int:
        """The number of the status."""
        status: int = self._xhr.status
        return status

    @property
    def content(self) -> bytes:
        """The body."""
        text: str = self._xhr.responseText
        return text.encode("utf-16-le")[::2]

    @property
    def text(self) -> str:
        """The body, decoded as its Content-Type says, or else as UTF-8."""
        named = re.search(r"charset=\"?([^\s;\"]+)", self.headers.get("content-type", ""), re.IGNORECASE)
        try:
            return self.content.decode(named[1] if named else "utf-8-sig", "replace")
        except LookupError:  # a charset that nobody knows
            return self.content.decode("utf-8-sig", "replace")

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer, their names in lower case."""
        lines = self._xhr.getAllResponseHeaders().splitlines()
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}

    @property
    def ok(self) -> bool:
        """Whether the status is one of success, 200 to 299."""
        return 200 <= self.status_code < 300

    @property
    def url(self) -> str:
        """Where the answer comes from, after redirections."""
        url: str = self._xhr.responseURL
        return url

    def json(self, **kwargs: Any) -> Any:
        """What ``json.loads()`` makes of the body, which is given `kwargs`."""
        return _json.loads(self.text, **kwargs)

    def raise_for_status(self) -> None:
        """Raise HttpStatusError if the status is one of failure, 400 to 599."""
        if 400 <= self.status_code < 600:
            raise HttpStatusError(self.status_code, self._xhr.statusText, self.url)


def get(url: str, **kwargs: Unpack[XHRRequestParams]) -> XHRResponse:
    """Send a GET request."""
    return _request("GET", url, **kwargs)


def post(url: str, **kwargs: Unpack[XHRRequestParams]) -> XHRResponse:
    """Send a POST request."""
    return _request("POST", url, **kwargs)


def put(url: str, **kwargs: Unpack[XHRRequestParams]) -> XHRResponse:
    """Send a PUT request."""
    return _request("PUT", url, **kwargs)


def delete(url: str, **kwargs: Unpack[XHRRequestParams]) -> XHRResponse:
    """Send a DELETE request."""
    return _request("DELETE", url, **kwargs)


def head(url: str, **kwargs: Unpack[XHRRequestParams]) -> XHRResponse:
    """Send a HEAD request."""
    return _request("HEAD", url, **kwargs)


def patch(url: str, **kwargs: Unpack[XHRRequestParams]) -> XHRResponse:
    """Send a PATCH request."""
    return _request("PATCH", url, **kwargs)


def options(url: str, **kwargs: Unpack[XHRRequestParams]) -> XHRResponse:
    """Send an OPTIONS request."""
    return _request("OPTIONS", url, **kwargs)


def _request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, Any] | Sequence[tuple[str, Any]] | None = None,
    data: str | bytes | bytearray | memoryview | None = None,
    json: Any = None,
    auth: tuple[str, str] | list[str] | None = None,
) -> XHRResponse:
    sent = {name.lower(): value for name, value in (headers or {}).items()}
    if json is not None:
        if data is not None:
            raise TypeError("A request takes either data or json, not both")
        data = _json.dumps(json)
        sent.setdefault("content-type", "application/json")
    if not isinstance(data, (str, bytes, bytearray, memoryview, type(None))):
        raise TypeError(f"data must be a str or bytes, not {type(data).__name__}; json takes what JSON can carry")
    if auth is not None:
        sent["authorization"] = _basic(*auth)
    xhr = _new_xhr()
    xhr.open(method, _with_query(url, params) if params else url, False)
    xhr.overrideMimeType(_AS_BYTES)
    for name, value in sent.items():
        xhr.setRequestHeader(name, value)
    try:
        xhr.send(to_js(data))
    except JsException as error:
        raise XHRNetworkError(f"Network error for {method} {url}") from error
    return XHRResponse(xhr)


def _new_xhr() -> Any:
    import js

    if not hasattr(js, "XMLHttpRequest"):
        raise RuntimeError("This host has no XMLHttpRequest, only pages and workers have; use pyodide.http.pyfetch")
    return js.XMLHttpRequest.new()


def _with_query(url: str, params: Mapping[str, Any] | Sequence[tuple[str, Any]]) -> str:
    from urllib.parse import urlencode

    address, hash, fragment = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(params)}{hash}{fragment}"


def _basic(name: str, password: str) -> str:
    from base64 import b64encode

    return f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"
