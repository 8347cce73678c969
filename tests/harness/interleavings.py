"""A random program of many tasks, which logs what each of them sees of its own state.

It runs on CPython's event loop, where every wait is an `await`, and in the runtime, where `Blocking` does the same by
suspending stacks. The log of a task does not depend on how tasks interleave, so both logs must be equal.
"""

from __future__ import annotations

import asyncio
import contextvars
import random
import sys
from typing import Any

Op = tuple[Any, ...]

variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable", default=0)

WAITING = ["sleep", "nap", "wait"]
NESTING = ["handle", "finally", "call", "spawn", "generator", "border"]


class Failure(Exception):
    """What the program raises."""


def program(rng: random.Random, depth: int = 0) -> list[Op]:
    """Some operations: most wait, some contain others."""
    ops: list[Op] = []
    for _ in range(rng.randint(2, 6)):
        kind = rng.choice([*WAITING, "set", "look", "recurse", "cancel", *(NESTING if depth < 3 else [])])
        if kind in NESTING:
            ops.append((kind, rng.randrange(1000), program(rng, depth + 1)))
        else:
            ops.append((kind, rng.randrange(1000)))
    if rng.random() < 0.15:
        ops.append(("fail", rng.randrange(1000)))
    return ops


def look() -> list[Any]:
    """What must be a task's own."""
    task = asyncio.current_task()
    exception = sys.exception()
    return [variable.get(), task.get_name() if task else None, str(exception), str(exception and exception.__context__)]


async def forever() -> None:
    """Waits to be cancelled."""
    try:
        await asyncio.sleep(1000)
    finally:
        await asyncio.sleep(0)


class Awaiting:
    """Runs operations with `await`."""

    async def outcome(self, ops: list[Op]) -> list[Any]:
        """The log of a task, and how it ended."""
        log: list[Any] = []
        try:
            await self.run(ops, log)
        except Failure as error:
            log.append(["failed", str(error), str(error.__context__)])
        return log

    async def start(self, ops: list[Op], name: str) -> list[Any]:
        """A task of its own runs these, and is waited for."""
        return await asyncio.create_task(self.outcome(ops), name=name)

    async def run(self, ops: list[Op], log: list[Any]) -> None:  # noqa: PLR0912 - one for each operation
        for kind, value, *inner in ops:
            log.append([kind, *look()])
            if kind in ("sleep", "nap"):
                await asyncio.sleep(value % 3 / 1000)
            elif kind == "wait":
                await asyncio.sleep(0)
            elif kind == "set":
                variable.set(value)
            elif kind == "recurse":
                log.append(self.depth(value % 50))
            elif kind == "cancel":
                await self.cancel(log)
            elif kind == "fail":
                raise Failure(value)
            elif kind == "spawn":
                log.append(await self.start(inner[0], f"task {value}"))
            elif kind == "handle":
                try:
                    raise Failure(value)
                except Failure:
                    await self.run(inner[0], log)
            elif kind == "finally":
                try:
                    await self.run(inner[0], log)
                finally:
                    await asyncio.sleep(0)
                    log.append(look())
            elif inner:
                await self.run(inner[0], log)

    async def cancel(self, log: list[Any]) -> None:
        task = asyncio.create_task(forever())
        await asyncio.sleep(0)
        task.cancel()
        # Not `await task`: where that raises, CPython's coroutines lose sight of what their callers handle.
        await asyncio.wait([task])
        log.append(task.cancelled())

    def depth(self, levels: int) -> int:
        return self.depth(levels - 1) + 1 if levels else 0


async def main(seed: int, interpreters: list[Any]) -> list[Any]:
    """The logs of the tasks of one program, which take turns with the interpreters."""
    rng = random.Random(seed)
    programs = [program(rng) for _ in range(24)]
    starts = [interpreters[i % len(interpreters)].start(ops, f"root {i}") for i, ops in enumerate(programs)]
    return await asyncio.gather(*starts)


if sys.platform == "emscripten":
    import re
    import time

    from pyodide.ffi import create_proxy, run_sync

    import js

    class Blocking:
        """Runs operations by suspending stacks, with frames of C and JavaScript in between."""

        def __init__(self) -> None:
            self._awaiting = Awaiting()
            self.later = js.eval("async (f, x) => { await undefined; return f.callPromising(x); }")

        async def start(self, ops: list[Op], name: str) -> list[Any]:
            async def task() -> list[Any]:
                return self.outcome(ops)

            return await asyncio.create_task(task(), name=name)

        def outcome(self, ops: list[Op]) -> list[Any]:
            log: list[Any] = []
            try:
                self.run(ops, log)
            except Failure as error:
                log.append(["failed", str(error), str(error.__context__)])
            return log

        def run(self, ops: list[Op], log: list[Any]) -> None:  # noqa: PLR0912 - one for each operation
            for kind, value, *inner in ops:
                log.append([kind, *look()])
                if kind == "sleep":
                    time.sleep(value % 3 / 1000)
                elif kind == "nap":
                    run_sync(asyncio.sleep(value % 3 / 1000))
                elif kind == "wait":
                    assert run_sync(js.Promise.resolve(value)) == value
                elif kind == "set":
                    variable.set(value)
                elif kind == "recurse":
                    log.append(self._awaiting.depth(value % 50))
                elif kind == "cancel":
                    run_sync(self._awaiting.cancel(log))
                elif kind == "fail":
                    raise Failure(value)
                elif kind == "spawn":
                    log.append(run_sync(self.start(inner[0], f"task {value}")))
                elif kind == "handle":
                    try:
                        raise Failure(value)
                    except Failure:
                        sorted([0], key=lambda _, ops=inner[0]: self.run(ops, log) or 0)
                elif kind == "finally":
                    try:
                        re.sub("x", lambda _, ops=inner[0]: self.run(ops, log) or "", "x")
                    finally:
                        time.sleep(0)
                        log.append(look())
                elif kind == "generator":
                    next(self._generate(inner[0], log))
                elif kind == "border":
                    self._border(inner[0], log)
                elif inner:
                    list(map(lambda ops: self.run(ops, log), [inner[0]]))

        def _generate(self, ops: list[Op], log: list[Any]) -> Any:
            self.run(ops, log)
            yield

        def _border(self, ops: list[Op], log: list[Any]) -> None:
            """Another task runs an empty step meanwhile, entered through JavaScript."""
            step = create_proxy(lambda x: run_sync(asyncio.sleep(0, x)))
            assert run_sync(self.later(step, 7)) == 7
            step.destroy()
            self.run(ops, log)
