"""What can go wrong. All of it is an OSError, as the failures of Python's own network modules are."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyodide.ffi import JsException


class HttpStatusError(OSError):
    """The server answered with a status of failure.

    Attributes
    ----------
    status, status_text
        Its number and its text.
    url
        What was asked for, after redirections.
    """

    def __init__(self, status: int, status_text: str, url: str) -> None:
        self.status = status
        self.status_text = status_text
        self.url = url
        if 400 <= status < 500:
            kind = "Client Error"
        elif 500 <= status < 600:
            kind = "Server Error"
        else:
            kind = "Invalid error code not between 400 and 599"
        super().__init__(f"{status} {kind}: {status_text} for url: {url}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.status, self.status_text, self.url)


class BodyUsedError(OSError):
    """The body of a response can be read once; clone() before that gives another to read."""

    def __init__(self, *args: Any) -> None:
        super().__init__("Response body is already used")


class AbortError(OSError):
    """The request was aborted: by abort(), or by the `signal` that it was given."""

    def __init__(self, reason: JsException) -> None:
        super().__init__(getattr(reason, "message", None) or str(reason))


class XHRError(OSError):
    """A request of pyxhr failed."""


class XHRNetworkError(XHRError):
    """There was no answer."""

    def __init__(self, message: str = "Network error occurred") -> None:
        super().__init__(message)


class XHRTimeoutError(XHRError):
    """There was no answer in time, in milliseconds."""

    def __init__(self, timeout: int) -> None:
        self.timeout = timeout
        super().__init__(f"Request timed out after {timeout}ms")
