"""Imports that the interpreter's own finders do not answer."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


class LeftOutFinder:
    """The last finder on sys.meta_path: says why a module of the standard library is missing.

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
            from _pyodide._left_out import REASONS

            reason = REASONS.get(fullname)
            if reason is not None:
                raise ModuleNotFoundError(
                    f"No module named {fullname!r}: this distribution leaves it out, because {reason}.", name=fullname
                )
        return None


def install() -> None:
    """Take this module's place on sys.meta_path."""
    sys.meta_path.append(LeftOutFinder)
