"""pyfetch: the host's fetch(), for Python."""

from __future__ import annotations

import builtins
import json

from pyodide.ffi import JsException, JsProxy, to_js

from ._exceptions import AbortError, BodyUsedError, HttpStatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO, Any

    from js import AbortController, AbortSignal, Request
    from pyodide.ffi import JsBuffer, JsFetchResponse


async def pyfetch(
    request: str | Request, /, *, signal: Any = None, fetcher: Any = None, **kwargs: Any
) -> FetchResponse:
    """Ask for a URL, or send a JavaScript Request.

    Cancelling the task that awaits aborts the request. A status of failure is no error here: see raise_for_status().

    Raises AbortError if the request was aborted, OSError if there is no answer, TypeError if `request` is neither of
    the two, and JsException if ``fetch`` does not take the options or the URL.

    Parameters
    ----------
    request
        The URL or the Request.
    signal
        An AbortSignal that aborts the request, and the reading of its answer.
    fetcher
        Is called instead of ``fetch``, with a Request and an object of options.
    kwargs
        The options of JavaScript's ``fetch``: ``method="POST"``, ``headers={…}``, ``body=…`` and so on.
        What they are made of is converted by ``pyodide.ffi.to_js()``.
    """
    import js

    if not isinstance(request, (str, JsProxy)):
        raise TypeError(f"pyfetch() takes a URL as a str, or a JavaScript Request, not {type(request).__name__}")
    controller = js.AbortController.new()
    either = controller.signal if signal is None else js.AbortSignal.any(to_js([controller.signal, signal]))
    options = to_js({**kwargs, "signal": either}, dict_converter=js.Object.fromEntries)
    made = js.Request.new(request, options)
    fetch = js.fetch if fetcher is None else fetcher
    return FetchResponse(made, await _outcome(lambda: fetch(made, options), controller, either), controller, either)


class FetchResponse:
    """The answer to a request. Its body is read by one of the asynchronous methods, once.

    Cancelling the task that awaits one of them aborts the transfer. They raise BodyUsedError if the body has been
    read, AbortError if the request was aborted, and OSError if the connection broke.

    Attributes
    ----------
    js_response, js_request
        The Response of JavaScript and its Request.
    """

    def __init__(
        self,
        request: str | Request,
        js_response: JsFetchResponse,
        abort_controller: AbortController | None = None,
        abort_signal: AbortSignal | None = None,
    ) -> None:
        self.js_request = request
        self.js_response: Any = js_response
        self.abort_controller: Any = abort_controller
        self.abort_signal: Any = abort_signal
        self._url: str = request if isinstance(request, str) else request.url

    @property
    def body_used(self) -> bool:
        """Whether the body has been read, or is being read."""
        used: bool = self.js_response.bodyUsed
        return used

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer, their names in lower case."""
        import js

        headers: dict[str, str] = js.Object.fromEntries(self.js_response.headers).to_py()
        return headers

    @property
    def ok(self) -> bool:
        """Whether the status is one of success, 200 to 299."""
        ok: bool = self.js_response.ok
        return ok

    @property
    def redirected(self) -> bool:
        """Whether the answer comes from another URL than the one that was asked for."""
        redirected: bool = self.js_response.redirected
        return redirected

    @property
    def status(self) -> int:
        """The number of the status."""
        status: int = self.js_response.status
        return status

    @property
    def status_text(self) -> str:
        """The text of the status."""
        text: str = self.js_response.statusText
        return text

    @property
    def type(self) -> str:
        """``"basic"``, ``"cors"`` and so on: the `type of a Response <https://fetch.spec.whatwg.org/#responses>`_."""
        name: str = self.js_response.type
        return name

    @property
    def url(self) -> str:
        """Where the answer comes from, after redirections."""
        return self.js_response.url or self._url

    def raise_for_status(self) -> None:
        """Raise HttpStatusError if the status is one of failure, 400 to 599."""
        if 400 <= self.status < 600:
            raise HttpStatusError(self.status, self.status_text, self.url)

    def clone(self) -> FetchResponse:
        """A second response to the same request, whose body can be read as well. Raises BodyUsedError."""
        self._raise_if_used()
        return FetchResponse(self.js_request, self.js_response.clone(), self.abort_controller, self.abort_signal)

    async def buffer(self) -> JsBuffer:
        """The body, as JavaScript's ArrayBuffer."""
        buffer: JsBuffer = await self._body("arrayBuffer")
        return buffer

    async def text(self) -> str:
        """The body, decoded as UTF-8."""
        text: str = await self._body("text")
        return text

    async def string(self) -> str:
        """The older name of text()."""
        return await self.text()

    async def json(self, **kwargs: Any) -> Any:
        """What ``json.loads()`` makes of the body, which is given `kwargs`."""
        return json.loads(await self.text(), **kwargs)

    async def memoryview(self) -> builtins.memoryview:
        """The body, copied into Python's memory."""
        view: builtins.memoryview = (await self._body("arrayBuffer")).to_memoryview()
        return view

    async def bytes(self) -> builtins.bytes:
        """The body."""
        data: builtins.bytes = (await self._body("arrayBuffer")).to_bytes()
        return data

    async def unpack_archive(self, *, extract_dir: str | None = None, format: str | None = None) -> None:
        """Unpack the body, an archive, into `extract_dir` (default: the working directory).

        `format` is a name or an ending that ``pyodide.unpackArchive`` takes; by default, that of the URL.
        Raises ValueError if it takes no such format, ``shutil.ReadError`` if the body is none.
        """
        import pyodide_js

        buffer = await self._body("arrayBuffer")
        options = {} if extract_dir is None else {"extractDir": extract_dir}
        try:
            pyodide_js.unpackArchive(buffer, _ending(self.url) if format is None else format, **options)
        except JsException as error:
            raise ValueError(error.message) from None

    def abort(self, reason: Any = None) -> None:
        """Break off the transfer. `reason` is a text or an error of JavaScript's; it goes into the AbortError."""
        if self.abort_controller is None:
            raise ValueError("This FetchResponse was made without an abort_controller: it cannot abort its request")
        if reason is not None and not isinstance(reason, JsProxy):
            import js

            reason = js.DOMException.new(str(reason), "AbortError")
        if reason is None:
            self.abort_controller.abort()
        else:
            self.abort_controller.abort(reason)

    async def _into_file(self, file: IO[builtins.bytes] | IO[str]) -> None:
        """Write the body into an open file."""
        (await self._body("arrayBuffer"))._into_file(file)

    async def _create_file(self, path: str) -> None:
        """Write the body into a new file."""
        with open(path, "wb") as file:  # noqa: PTH123
            await self._into_file(file)

    async def _body(self, method: str) -> Any:
        signal = self.abort_signal
        if signal is not None and signal.aborted:
            raise AbortError(signal.reason)
        self._raise_if_used()
        return await _outcome(getattr(self.js_response, method), self.abort_controller, signal)

    def _raise_if_used(self) -> None:
        if self.body_used:
            raise BodyUsedError


async def _outcome(start: Callable[[], Any], controller: Any, signal: Any) -> Any:
    """What the promise that `start` makes comes to. Whoever stops waiting for it aborts it by `controller`."""
    try:
        return await start()
    except JsException as error:
        if signal is not None and signal.aborted:
            raise AbortError(error) from error
        raise OSError(_message(error)) from error
    except Exception:  # a fetcher's own
        raise
    except BaseException:  # cancelled, closed or interrupted
        if controller is not None:
            controller.abort()
        raise


def _message(error: JsException) -> str:
    """The message; with that of the cause, which is where Node says what happened."""
    cause = getattr(error, "cause", None)
    told: str = getattr(cause, "message", None) or ""
    return f"{error.message}: {told}" if told else error.message


def _ending(url: str) -> str:
    """What a file's name ends in, so that it says how the file is packed: "zip", "tar.gz"."""
    from urllib.parse import unquote, urlsplit

    name = unquote(urlsplit(url).path).rpartition("/")[2]
    stem, _, last = name.rpartition(".")
    return f"tar.{last}" if stem.endswith(".tar") else last
