"""The one exception a user of the build is meant to see."""

from __future__ import annotations


class BuildError(Exception):
    """A failure with a cause the user can act on.

    `what` says what is wrong and where; `hint` says what to do. It is printed
    as text, never as a traceback.
    """

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what}\n  {self.hint}" if self.hint else self.what
