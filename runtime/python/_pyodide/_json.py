"""json that knows JavaScript's null. Importing json imports this module."""

from __future__ import annotations

from functools import update_wrapper
from json import encoder

from _pyodide_core import jsnull

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _knowing(make: Callable[..., Any]) -> Callable[..., Any]:
    """`make` of json.encoder, whose encoders ask `default` what becomes of objects that JSON has no word for."""

    def make_encoder(markers: Any, default: Callable[[Any], Any], *rest: Any, **options: Any) -> Any:
        def ask(value: Any) -> Any:
            return None if value is jsnull else default(value)

        return make(markers, ask if callable(default) else default, *rest, **options)

    return update_wrapper(make_encoder, make)


encoder.c_make_encoder = _knowing(encoder.c_make_encoder)  # type: ignore[attr-defined]
encoder._make_iterencode = _knowing(encoder._make_iterencode)  # type: ignore[attr-defined]
