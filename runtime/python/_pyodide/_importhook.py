"""Imports that the interpreter's own finders do not answer."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any


class LeftOutFinder:
    """The last finder of start-up on sys.meta_path: says of a missing module why, or which package has it.

    It costs nothing until an import is about to fail.
    """

    @staticmethod
    def find_spec(
        fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None. Raises ModuleNotFoundError if an import statement asks for a module that was left out."""
        # importlib.util.find_spec() asks as well, to learn whether a module exists: it must get None.
        asker = sys._getframe(2).f_code.co_name
        if asker == "_find_and_load_unlocked":
            later = sys.meta_path[sys.meta_path.index(LeftOutFinder) + 1 :]
            for finder in later:
                spec = finder.find_spec(fullname, path, target)
                if spec is not None:
                    return spec
            reason = _reason(fullname)
            if reason is not None:
                raise ModuleNotFoundError(f"No module named {fullname!r}: {reason}.", name=fullname)
        return None


def _reason(module: str) -> str | None:
    from _pyodide._left_out import REASONS

    if module in REASONS:
        return f"this distribution leaves it out, because {REASONS[module]}"
    if module == "pyodide_js":  # this interpreter is not connected to JavaScript
        return None
    try:
        import pyodide_js
    except ModuleNotFoundError:
        return None
    package = pyodide_js._api.packageFor(module)
    if package is None:
        return None
    return (
        f"it is in the package {package!r}, which is not installed. Install it with "
        f'await micropip.install("{package}") in Python or await pyodide.loadPackage("{package}") in JavaScript'
    )


_FOLLOWERS = {
    "asyncio": "pyodide.webloop",
    "json": "_pyodide._json",
    "queue": "_pyodide._queue",
    "socket": "_pyodide._socket",
    "urllib.request": "_pyodide._urlopen",
}
"""What is imported after a module, to adapt it to the host. Start-up need not import any."""


class FollowFinder:
    """The first finder on sys.meta_path, until all modules with followers are imported.

    asyncio gets the host's event loop: before it is imported, nobody can want one.
    """

    @staticmethod
    def find_spec(
        fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in _FOLLOWERS:
            for finder in sys.meta_path:
                spec = None if finder is FollowFinder else finder.find_spec(fullname, path, target)
                if spec is not None:
                    spec.loader = FollowLoader(spec.loader)  # type: ignore[assignment]
                    return spec
        return None


class FollowLoader:
    """Loads a module as its own loader does, and then imports what follows it."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        __import__(_FOLLOWERS.pop(module.__name__))
        if not _FOLLOWERS:
            sys.meta_path.remove(FollowFinder)


def install() -> None:
    """Take this module's places on sys.meta_path."""
    sys.meta_path.insert(0, FollowFinder)
    sys.meta_path.append(LeftOutFinder)
