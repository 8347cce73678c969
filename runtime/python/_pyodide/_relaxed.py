"""Which arguments a callable takes, for pyodide.code.relaxed_call."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from inspect import Parameter, signature
from typing import Any


def accepted(
    func: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Those of `args` and `kwargs` that `func` takes; all of them if it has no signature."""
    try:
        positional, keywords = _limits(func)
    except TypeError:  # not hashable, so not cached either
        positional, keywords = _limits.__wrapped__(func)
    if keywords is not None:
        kwargs = {name: value for name, value in kwargs.items() if name in keywords}
    return args[:positional], kwargs


@lru_cache
def _limits(func: Callable[..., object]) -> tuple[int | None, frozenset[str] | None]:
    """How many positional arguments `func` takes and the keyword arguments it knows. None is no limit."""
    try:
        parameters = signature(func).parameters.values()
    except ValueError:
        return None, None
    kinds = {parameter.kind for parameter in parameters}
    positional = [p for p in parameters if p.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)]
    keywords = [p.name for p in parameters if p.kind in (Parameter.KEYWORD_ONLY, Parameter.POSITIONAL_OR_KEYWORD)]
    return (
        None if Parameter.VAR_POSITIONAL in kinds else len(positional),
        None if Parameter.VAR_KEYWORD in kinds else frozenset(keywords),
    )
