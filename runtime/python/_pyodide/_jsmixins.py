"""Methods of JsProxy types that are written in Python: the families in runtime/core/jsproxy take them from here."""

from __future__ import annotations

import os

from _pyodide_core import js_ops, jsnull, operate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Callable, Generator
    from typing import IO, Any, Protocol, Self

    from _pyodide_core import JsProxy

    class Buffer(Protocol):
        """What the buffer families have besides this mixin."""

        byteLength: int

        def to_bytes(self) -> bytes: ...
        def assign(self, data: bytes | bytearray | memoryview, /) -> None: ...


def to_future(promise: JsProxy, convert: Callable[[Future[Any], Any], None] | None = None) -> Future[Any]:
    """A future of the running loop that is settled as the promise is; `convert` may settle it in another way."""
    # asyncio costs more than all of start-up, so whoever awaits first imports it.
    from asyncio import get_running_loop

    return _watch(promise, get_running_loop().create_future(), convert)


def call_result(promise: JsProxy) -> Future[Any]:
    """What a call that gives a promise gives in Python; runtime/core/jsproxy/async.c asks for it.

    It is watched from the start, so a rejection that nobody awaits is reported by asyncio, and ends no process.
    """
    from pyodide.webloop import PromiseFuture

    return _watch(promise, PromiseFuture(promise))


def _watch(
    promise: JsProxy, future: Future[Any], convert: Callable[[Future[Any], Any], None] | None = None
) -> Future[Any]:
    def resolve(value: Any) -> None:
        if future.done():
            return
        if convert is None:
            future.set_result(value)
        else:
            convert(future, value)

    def reject(rethrow: Callable[[], None]) -> None:
        if future.done():
            return
        try:
            rethrow()
        except BaseException as error:
            future.set_exception(error.with_traceback(None))

    operate(promise, js_ops["PROMISE_WATCH"], resolve, reject)
    return future


class Promise:
    """What has a `then`."""

    def __await__(self: Any) -> Generator[Any, None, Any]:
        return to_future(self).__await__()

    def then(
        self: Any,
        onfulfilled: Callable[[Any], Any] | None = None,
        onrejected: Callable[[Any], Any] | None = None,
        /,
    ) -> Any:
        """A promise of what one of the callbacks gives. They may be used once."""
        return operate(self, js_ops["PROMISE_THEN"], onfulfilled, onrejected)

    def catch(self: Any, onrejected: Callable[[Any], Any], /) -> Any:
        """A promise that the callback saves from being rejected."""
        return operate(self, js_ops["PROMISE_THEN"], None, onrejected)

    def finally_(self: Any, onfinally: Callable[[], Any], /) -> Any:
        """The same promise, with a callback for its end."""
        return operate(self, js_ops["PROMISE_FINALLY"], onfinally)


def _settle_step(future: Future[Any], step: Any) -> None:
    """What `next` of an asynchronous iterator has given."""
    if step is None or step is jsnull or isinstance(step, (int, float, str)):
        raise TypeError(f"An asynchronous iterator gave {step!r} instead of an object with `value` and `done`")
    value = getattr(step, "value", None)
    if getattr(step, "done", False):
        future.set_exception(StopAsyncIteration(value))
    else:
        future.set_result(value)


class AsyncIterable:
    """What has a `Symbol.asyncIterator`."""

    def __aiter__(self: Any) -> Any:
        return operate(self, js_ops["ASYNC_ITERATE"])


class AsyncIterator:
    """What has an asynchronous `next`."""

    def __aiter__(self) -> Self:
        return self

    def __anext__(self: Any) -> Future[Any]:
        return to_future(operate(self, js_ops["ASYNC_NEXT"]), _settle_step)

    def asend(self: Any, value: Any, /) -> Future[Any]:
        """The next value, after passing one to JavaScript's next()."""
        return to_future(operate(self, js_ops["ASYNC_NEXT"], value), _settle_step)


class AsyncGenerator:
    """An asynchronous generator."""

    def athrow(self: Any, *error: Any) -> Future[Any]:
        """Throw an exception into the generator."""
        return to_future(self._athrow(*error), _settle_step)

    async def aclose(self: Any) -> None:
        """End the generator."""
        await to_future(operate(self, js_ops["ASYNC_RETURN"]))


class AsyncDisposable:
    """What has a `Symbol.asyncDispose`."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self: Any, *_: object) -> None:
        await to_future(operate(self, js_ops["ASYNC_DISPOSE"]))


class BufferFiles:
    """What buffers do with files. A file is an open one with a `fileno()`."""

    def to_file(self: Buffer, file: IO[Any], /) -> None:
        """Write the whole buffer."""
        file.flush()
        rest = memoryview(self.to_bytes())
        while rest:
            rest = rest[os.write(file.fileno(), rest) :]

    def from_file(self: Buffer, file: IO[Any], /) -> None:
        """Fill the whole buffer. Raises ValueError if the file ends before that."""
        wanted = self.byteLength
        data = bytearray()
        while len(data) < wanted:
            more = os.read(file.fileno(), wanted - len(data))
            if not more:
                raise ValueError(f"The file has {len(data)} more bytes, the buffer wants {wanted}")
            data += more
        self.assign(data)

    def _into_file(self: Buffer, file: IO[Any], /) -> None:
        """The same as to_file; clients call it where the buffer is not used any more."""
        BufferFiles.to_file(self, file)
