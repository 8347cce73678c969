"""asyncio's event loop, as a guest in the host's.

The host's event loop can be neither started nor stopped from here, so there is one WebLoop, it is always running, and
what would run or close it does nothing. It is CPython's own BaseEventLoop with another engine: instead of waiting in a
selector it asks the host for a *turn* when the next callback is due. All callbacks that are ready run in one turn;
those that they add run in the next, after the host had its chance. Between turns an idle loop holds no object of
JavaScript's, and none of its own is held there.

Importing this module gives asyncio its loop, and importing asyncio imports this module (`_pyodide._importhook`).
"""

from __future__ import annotations

import asyncio
import sys
import threading
from asyncio import events, format_helpers, runners, tasks
from contextvars import ContextVar
from functools import partial, update_wrapper
from heapq import heappop
from inspect import isawaitable
from math import inf

import pyodide_js
from _pyodide_core import can_run_sync, heed_signals, hold_signals, run_sync

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Awaitable, Callable, Coroutine, Generator
    from contextvars import Context
    from typing import Any, NoReturn, TypeVar, TypeVarTuple

    from _pyodide_core import JsProxy

    T = TypeVar("T")
    Ts = TypeVarTuple("Ts")
    Link = Callable[[Any], Any]

__all__ = ["PyodideFuture", "PyodideTask", "WebLoop", "WebLoopPolicy"]

_CANCELLED_MIN = 100
"""Cancelled timers are swept out when there are more than this many, and more of them than others."""


class PyodideFuture(asyncio.Future["T"]):
    """A Future that can also be used like a Promise of JavaScript.

    The results of its methods can be cancelled, which leaves the future itself alone.
    """

    __slots__ = ()

    def then(self, onfulfilled: Link | None, onrejected: Link | None = None) -> PyodideFuture[Any]:
        """The future of what `onfulfilled` makes of the result, or `onrejected` of the exception.

        What they return is awaited if it can be. None stands for a function that passes on what it is given.
        Cancellation is no exception here: it is passed on.
        """

        async def link() -> Any:
            await asyncio.wait((self,))
            try:
                value = self.result()
            except Exception as error:
                if onrejected is None:
                    raise
                return await _settled(onrejected(error))
            return value if onfulfilled is None else await _settled(onfulfilled(value))

        return _loop.create_task(link())

    def catch(self, onrejected: Link) -> PyodideFuture[Any]:
        """The future of the result, or of what `onrejected` makes of the exception."""
        return self.then(None, onrejected)

    def finally_(self, onfinally: Callable[[], Any]) -> PyodideFuture[T]:
        """The future of the same outcome, after `onfinally` was called and what it returned awaited."""

        async def link() -> T:
            await asyncio.wait((self,))
            await _settled(onfinally())
            return self.result()

        return _loop.create_task(link())


class PromiseFuture(PyodideFuture["T"]):
    """The future of a promise that a call of JavaScript has given. To JavaScript it is that promise again."""

    __slots__ = ("_promise",)

    def __init__(self, promise: JsProxy) -> None:
        super().__init__(loop=events.get_running_loop())
        self._promise: JsProxy | None = promise

    def cancel(self, msg: Any = None) -> bool:
        """From now on it is not that promise, which knows no cancellation, and may keep this alive for ever."""
        cancelled = super().cancel(msg)
        if cancelled:
            self._promise = None
        return cancelled


class PyodideTask(asyncio.Task["T"], PyodideFuture["T"]):
    """A Task that can also be used like a Promise of JavaScript."""

    __slots__ = ()


class WebLoop(asyncio.BaseEventLoop):
    """The event loop.

    Three attributes are for a program that ends when its work does: `_no_in_progress_handler()` is called when nothing
    is left to do, `_system_exit_handler(code)` and `_keyboard_interrupt_handler()` for what the callbacks raise.
    """

    # BaseEventLoop's own state.
    _ready: deque[events.Handle]
    _scheduled: list[events.TimerHandle]
    _timer_cancelled_count: int
    _clock_resolution: float
    _thread_id: int | None
    _current_handle: events.Handle | None
    _debug: bool
    _check_callback: Callable[[object, str], None]

    _no_in_progress_handler: Callable[[], object] | None = None
    _system_exit_handler: Callable[[Any], object] | None = None
    _keyboard_interrupt_handler: Callable[[], object] | None = None

    def __init__(self) -> None:
        super().__init__()
        # When the host is going to give us a turn, on the clock of time(). -inf: at once, or this is it.
        self._turn_at = inf
        # No interrupt in what is the loop's own: it would lose a callback.
        self._held_turn = partial(hold_signals, self._turn)
        self.call_soon = update_wrapper(partial(hold_signals, self.call_soon), self.call_soon)  # type: ignore[assignment, method-assign]
        self._hooked = False
        self._thread_id = threading.get_ident()  # this is how BaseEventLoop notes that it is running

    def __del__(self) -> None:
        """Nothing: at the interpreter's end, BaseEventLoop would miss a close()."""

    # Being the guest

    def run_forever(self) -> None:
        """Nothing: it does."""

    def stop(self) -> None:
        """Nothing: it cannot."""

    def close(self) -> None:
        """Nothing: it cannot."""

    def run_until_complete(self, future: Generator[Any, None, T] | Awaitable[T]) -> T:
        """The result of a future: run_sync(), with what it raises where Python cannot wait.

        Under the option `enableRunUntilComplete: false` the future itself is returned for the caller to await, unless
        it is done.
        """
        events._set_running_loop(self)  # Runner.run() has taken it away
        if asyncio.isfuture(future) and future.done():
            return future.result()  # type: ignore[no-any-return]
        if pyodide_js._api.config.enableRunUntilComplete:
            return run_sync(future)  # type: ignore[no-any-return]
        return asyncio.ensure_future(future, loop=self)  # type: ignore[arg-type, return-value]

    # Scheduling

    def call_soon(self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None) -> events.Handle:
        if self._debug:
            self._check_callback(callback, "call_soon")
        handle = events.Handle(callback, args, self, context)
        self._write_to_self()  # first: what fails here is not in the queue
        self._ready.append(handle)
        return handle

    def call_at(
        self, when: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> events.TimerHandle:
        if when < self._turn_at:
            self._ask_for_turn(when)
        return super().call_at(when, callback, *args, context=context)

    def _write_to_self(self) -> None:
        """BaseEventLoop calls this for what another thread may have added."""
        if self._turn_at > -inf:
            self._ask_for_turn(-inf)

    def _timer_handle_cancelled(self, handle: events.TimerHandle) -> None:
        """Called by TimerHandle.cancel()."""
        self._timer_cancelled_count += 1
        # The turn that was asked for it would come for nothing, and keep a process alive until then.
        if self._scheduled and self._scheduled[0] is handle:
            self._write_to_self()

    def _ask_for_turn(self, when: float) -> None:
        """Have the host call _turn() at `when` instead of any later time it was going to."""
        pyodide_js._api.requestTurn(self._held_turn, max(0.0, (when - self.time()) * 1000))
        self._turn_at = when  # had that failed for want of memory, whoever comes next would ask again

    def _turn(self) -> float | None:
        """Run what is due. Returns the milliseconds until the next turn; None if there is nothing to wait for."""
        self._turn_at = -inf
        if not self._hooked:
            self._hook_asyncgens()
        self._queue_due_timers()
        # What the callbacks add waits for the next turn. One that waits (run_sync) lets others take its rest.
        for _ in range(len(self._ready)):
            if not self._ready:
                break
            handle = self._ready.popleft()
            if not handle.cancelled():
                self._run_handle(handle)
        if self._no_in_progress_handler is not None and self._in_progress == 0:
            self._no_in_progress_handler()
        if self._ready:
            return 0.0
        self._drop_cancelled_timers()
        self._turn_at = self._scheduled[0].when() if self._scheduled else inf
        return None if self._turn_at == inf else max(0.0, (self._turn_at - self.time()) * 1000)

    def _hook_asyncgens(self) -> None:
        """As run_forever() does, but once: what merely imports asyncio sees none."""
        self._hooked = True
        sys.set_asyncgen_hooks(
            firstiter=self._asyncgen_firstiter_hook,  # type: ignore[attr-defined]
            finalizer=self._asyncgen_finalizer_hook,  # type: ignore[attr-defined]
        )

    def _run_handle(self, handle: events.Handle) -> None:
        self._current_handle = handle
        start = self.time() if self._debug else 0.0
        task = getattr(handle._callback, "__self__", None)  # type: ignore[attr-defined]
        try:
            # As handle._run(), in which a signal would be noticed.
            heed_signals(handle._context.run, handle._callback, *handle._args)  # type: ignore[attr-defined]
        except SystemExit as error:
            if self._system_exit_handler is not None:
                self._system_exit_handler(error.code)
            elif not _is_outcome(error, task):
                raise
        except KeyboardInterrupt as error:
            if self._keyboard_interrupt_handler is not None:
                self._keyboard_interrupt_handler()
            elif not _is_outcome(error, task):
                raise
        except BaseException as error:
            self._report(handle, error)
        finally:
            self._current_handle = None
        if self._debug and self.time() - start >= self.slow_callback_duration:
            from asyncio.log import logger

            logger.warning("Executing %r took %.3f seconds", handle, self.time() - start)

    def _report(self, handle: events.Handle, error: BaseException) -> None:
        """As events.Handle._run() does."""
        source = format_helpers._format_callback_source(handle._callback, handle._args, debug=self._debug)  # type: ignore[attr-defined, call-arg]
        context = {"message": f"Exception in callback {source}", "exception": error, "handle": handle}
        if handle._source_traceback:  # type: ignore[attr-defined]
            context["source_traceback"] = handle._source_traceback  # type: ignore[attr-defined]
        self.call_exception_handler(context)

    def _queue_due_timers(self) -> None:
        end = self.time() + self._clock_resolution
        while self._scheduled and self._scheduled[0].when() < end:
            timer = heappop(self._scheduled)
            timer._scheduled = False  # type: ignore[attr-defined]
            self._ready.append(timer)

    def _drop_cancelled_timers(self) -> None:
        """Leave no cancelled timer at the head of the queue, nor too many elsewhere."""
        if self._timer_cancelled_count > max(_CANCELLED_MIN, len(self._scheduled) // 2):
            # A sorted list is a heap.
            self._scheduled = sorted(timer for timer in self._scheduled if not timer.cancelled())
            self._timer_cancelled_count = 0
        while self._scheduled and self._scheduled[0].cancelled():
            heappop(self._scheduled)
            self._timer_cancelled_count -= 1

    @property
    def _in_progress(self) -> int:
        """The number of callbacks and tasks that are not done."""
        timers = sum(not timer.cancelled() for timer in self._scheduled)
        return len(self._ready) + timers + len(tasks.all_tasks(self))

    # Futures and tasks

    def create_future(self) -> PyodideFuture[Any]:
        return PyodideFuture(loop=self)

    def create_task(self, coro: Generator[Any, None, T] | Coroutine[Any, Any, T], **kwargs: Any) -> PyodideTask[T]:
        factory = self.get_task_factory()
        if factory is not None:
            return factory(self, coro, **kwargs)  # type: ignore[return-value]
        return PyodideTask(coro, loop=self, **kwargs)

    # Threads: there are none

    def run_in_executor(  # type: ignore[override]
        self, executor: object, func: Callable[..., T], *args: Any
    ) -> PyodideFuture[T]:
        """Call the function in a turn of the loop, where it can wait. The executor is ignored.

        Where the caller cannot wait, the function could not either: it is called now, and the future is done when this
        returns.
        """
        future = self.create_future()

        def run() -> None:
            if future.cancelled():
                return
            try:
                result = func(*args)
            except Exception as error:
                if not future.done():
                    future.set_exception(error)
            else:
                if not future.done():
                    future.set_result(result)

        if can_run_sync():
            self.call_soon(run)
        else:
            run()
        return future

    def set_default_executor(self, executor: object) -> None:
        """Nothing: no executor is ever used."""


class WebLoopPolicy(events._AbstractEventLoopPolicy):
    """There is one event loop, whoever asks and however."""

    def get_event_loop(self) -> WebLoop:
        return _loop

    def set_event_loop(self, loop: object) -> None:
        """Nothing: there is no choice."""

    def new_event_loop(self) -> WebLoop:
        return _loop


async def _settled(value: Any) -> Any:
    return await value if isawaitable(value) else value


def _is_outcome(error: BaseException, task: object) -> bool:
    """Whether an exception left a task that has noted it: whoever awaits the task gets it, or else it is logged."""
    return isinstance(task, asyncio.Task) and task.done() and not task.cancelled() and task._exception is error


def _refuse(name: str, missing: str) -> Callable[..., NoReturn]:
    def method(self: WebLoop, *args: object, **kwargs: object) -> NoReturn:
        raise NotImplementedError(f"WebLoop.{name}() needs {missing}, which WebAssembly has not")

    return _named(method, name)


def _refuse_coroutine(name: str, missing: str) -> Callable[..., Coroutine[Any, Any, NoReturn]]:
    refuse = _refuse(name, missing)

    async def method(self: WebLoop, *args: object, **kwargs: object) -> NoReturn:
        refuse(self)

    return _named(method, name)


def _named(method: Callable[..., T], name: str) -> Callable[..., T]:
    """Let the method pass for the one of that name."""
    method.__name__ = name
    method.__qualname__ = f"WebLoop.{name}"
    method.__wrapped__ = getattr(asyncio.AbstractEventLoop, name)  # type: ignore[attr-defined]
    return method


for _name in ("add_reader", "remove_reader", "add_writer", "remove_writer"):
    setattr(WebLoop, _name, _refuse(_name, "file descriptors to wait for"))
for _name in ("add_signal_handler", "remove_signal_handler"):
    setattr(WebLoop, _name, _refuse(_name, "signals of a process"))
for _name in ("connect_read_pipe", "connect_write_pipe", "subprocess_exec", "subprocess_shell"):
    setattr(WebLoop, _name, _refuse_coroutine(_name, "processes"))
for _name in (
    *("create_connection", "create_datagram_endpoint", "create_server", "create_unix_connection", "create_unix_server"),
    *("connect_accepted_socket", "sendfile", "start_tls"),
    *("sock_accept", "sock_connect", "sock_recv", "sock_recv_into", "sock_recvfrom", "sock_recvfrom_into"),
    *("sock_sendall", "sock_sendfile", "sock_sendto"),
):
    setattr(WebLoop, _name, _refuse_coroutine(_name, "sockets"))

_loop = WebLoop()


_runner: ContextVar[Runner | None] = ContextVar("_runner", default=None)
"""The Runner whose run() has, at one remove or more, started the current task."""


class Runner(runners.Runner):  # type: ignore[misc]
    """asyncio's Runner on the one loop there is, which stays open. What it ends is what was started in it."""

    _state: object
    _context: Context

    def _lazy_init(self) -> None:
        super()._lazy_init()  # type: ignore[misc]
        self._context.run(_runner.set, self)

    def run(self, coro: Coroutine[Any, Any, T], *, context: Context | None = None) -> T:
        """The result of a coroutine. Raises RuntimeError if Python cannot wait here."""
        if not can_run_sync():
            run_sync(coro)  # says why
        if context is not None:
            context.run(_runner.set, self)
        events._set_running_loop(None)  # it is running, but so it is for everybody
        try:
            return super().run(coro, context=context)
        finally:
            events._set_running_loop(_loop)

    def close(self) -> None:
        """Cancel the tasks that run() has left behind, and wait for their end."""
        if self._state is runners._State.INITIALIZED:  # type: ignore[attr-defined]
            self._state = runners._State.CLOSED  # type: ignore[attr-defined]
            left = [task for task in tasks.all_tasks(_loop) if task.get_context().get(_runner) is self]  # type: ignore[attr-defined]
            for task in left:
                task.cancel()
            if left:
                run_sync(tasks.gather(*left, return_exceptions=True))


def _run(main: Coroutine[Any, Any, T], *, debug: bool | None = None, loop_factory: object = None) -> T:
    """asyncio.run(); under `enableRunUntilComplete: false` it gives a task to be awaited."""
    if not pyodide_js._api.config.enableRunUntilComplete:
        if debug is not None:
            _loop.set_debug(debug)
        return _loop.run_until_complete(main)
    with Runner(debug=debug) as runner:
        return runner.run(main)


def _install() -> None:
    """Make the loop that of asyncio, and the running one."""
    events._set_event_loop_policy(WebLoopPolicy())  # type: ignore[abstract, attr-defined]
    events._set_running_loop(_loop)
    asyncio.run = runners.run = _run
    asyncio.Runner = runners.Runner = Runner  # type: ignore[misc]


_install()
