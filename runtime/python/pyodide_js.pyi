"""The API object of this interpreter; js/src/types/api.ts describes it."""

from typing import Any

def __getattr__(name: str) -> Any: ...
