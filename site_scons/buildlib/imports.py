"""What the modules of the standard library import when they are imported, read from their sources.

Only what every import of a module needs counts: not what functions import, what may fail (try … except ImportError),
or what is for type checkers, other systems or the module as a program.

A program as well: only a Python of the version that is built can read all of its library. Arguments: an archive of
sources, and a JSON object {starts, absent}. It prints the chain as a JSON list, or null.
"""

from __future__ import annotations

import ast
import json
import sys
import zipfile
from collections import deque
from collections.abc import Iterable, Mapping

FORGIVING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
OTHER_SYSTEMS = (
    "TYPE_CHECKING",
    "'nt'",
    "__main__",
    "WINDOWS",
    "win32",
    "_mswindows",
    "darwin",
    "ios",
    "android",
    "wasi",
    "vxworks",
)


def imported_by(source: bytes, module: str, *, file: str = "") -> list[str]:
    """The modules that `module` cannot be imported without, in the order of its statements.

    `from a import b` gives "a" and, as it may be a module, "a.b". `file` tells packages and is named in errors.
    """
    found: list[str] = []
    base = module.split(".") if file.endswith("__init__.py") else module.split(".")[:-1]
    for statement in _unconditional(ast.parse(source, file).body):
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                found += _with_parents(alias.name)
        elif isinstance(statement, ast.ImportFrom):
            parents = base[: len(base) - statement.level + 1] if statement.level else []
            name = ".".join([*parents, *([statement.module] if statement.module else [])])
            found += [*_with_parents(name), *(f"{name}.{alias.name}" for alias in statement.names)]
    return list(dict.fromkeys(found))


def chain(members: Mapping[str, bytes], starts: Iterable[str], absent: frozenset[str]) -> tuple[str, ...] | None:
    """The shortest chain of imports from one of `starts` to a top-level module in `absent`, None if there is none.

    `members` are the sources by their names in the archive.
    """
    waiting: deque[tuple[str, ...]] = deque((start,) for start in starts)
    seen = {path[0] for path in waiting}
    while waiting:
        path = waiting.popleft()
        if path[-1].split(".")[0] in absent:
            return path
        for name in _needs(members, path[-1]):
            if name not in seen:
                seen.add(name)
                waiting.append((*path, name))
    return None


def _needs(members: Mapping[str, bytes], module: str) -> list[str]:
    stem = module.replace(".", "/")
    for file in (f"{stem}/__init__.py", f"{stem}.py"):
        if file in members:
            return imported_by(members[file], module, file=file)
    return []


def _unconditional(body: list[ast.stmt]) -> Iterable[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.If):
            if not any(word in ast.unparse(statement.test) for word in OTHER_SYSTEMS):
                yield from _unconditional(statement.body)
            yield from _unconditional(statement.orelse)
        elif isinstance(statement, ast.Try):
            if not any(_forgives(handler) for handler in statement.handlers):
                yield from _unconditional(statement.body)
            yield from _unconditional(statement.finalbody)
        elif isinstance(statement, (ast.With, ast.ClassDef)):
            yield from _unconditional(statement.body)
        else:
            yield statement


def _forgives(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(isinstance(node, ast.Name) and node.id in FORGIVING for node in ast.walk(handler.type))


def _with_parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]


def main() -> None:
    with zipfile.ZipFile(sys.argv[1]) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    question = json.loads(sys.argv[2])
    print(json.dumps(chain(members, question["starts"], frozenset(question["absent"]))))


if __name__ == "__main__":
    main()
