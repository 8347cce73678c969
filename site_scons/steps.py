"""How SCons runs this build's Python: one step, one line at its start, one at its end.

A step is a function without parameters that reads its sources and writes its targets.
SCons sees no more of a Python function than its bytecode, so a step's parameters are
given as `values`, and the buildlib modules behind it become dependencies by themselves.
"""

from __future__ import annotations

import ast
import errno
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import buildlib
from buildlib.errors import BuildError

# Change how a step reports, not what it makes.
WITHOUT_EFFECT = {"errors", "paths", "process", "filelock"}
BUILDLIB = Path(buildlib.__file__).parent
_printing = threading.Lock()


def say(message: str) -> None:
    """One line to the user, whole even when steps run in parallel."""
    with _printing:
        print(message, flush=True)


class Step:
    """The SCons action of a step. `title` is empty for the quick ones, which say nothing."""

    def __init__(self, title: str, work: Callable[[], None]) -> None:
        self.title, self.work = title, work

    def __call__(self, target: Sequence[Any], source: Sequence[Any], env: Any) -> int:
        if self.title:
            say(f"→ {self.title}")
        start = time.monotonic()
        try:
            self.work()
        except BuildError as error:
            return self.failed(str(error))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                return self.failed(f"{error.strerror}: {error.filename or target[0]}\n  Make room, then build again.")
            raise
        if self.title:
            say(f"✓ {self.title}, {time.monotonic() - start:.0f} s")
        return 0

    def failed(self, message: str) -> int:
        with _printing:
            print(f"✗ {self.title or 'build'}: {message}", file=sys.stderr, flush=True)
        return 1


def step(
    env: Any,
    targets: str | Sequence[Any],
    sources: Iterable[Any],
    work: Callable[[], None],
    *,
    title: str = "",
    values: Iterable[object] = (),
    modules: Iterable[str] = (),
    precious: bool = False,
) -> Any:
    """Add a step to the graph and return its target nodes.

    values:   everything but the sources that the result depends on.
    modules:  names of the buildlib modules that do the work.
    precious: SCons must not delete the targets before the step runs, because it updates them.
    """
    nodes = env.Command(
        targets,
        [*sources, *(env.Value(repr(value)) for value in values)],
        env.Action(Step(title, work), cmdstr=None),
    )
    for path in sorted({path for name in modules for path in module_files(name)}):
        env.Depends(nodes, env.File(str(path)))
    if precious:
        env.Precious(nodes)
    return nodes


@cache
def module_files(name: str) -> frozenset[Path]:
    """The files of a buildlib module and of all buildlib modules it imports."""
    found: set[Path] = set()
    waiting = [name]
    while waiting:
        module = waiting.pop()
        if module.split(".")[0] in WITHOUT_EFFECT:
            continue
        path = BUILDLIB.joinpath(*module.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if path in found:
            continue
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("buildlib."):
                waiting.append(str(node.module).removeprefix("buildlib."))
            elif isinstance(node, ast.ImportFrom) and node.module == "buildlib":
                waiting.extend(alias.name for alias in node.names)
    return frozenset(found)
