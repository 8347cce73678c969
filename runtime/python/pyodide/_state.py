"""What test harnesses put back between tests: the names of `__main__`, and JavaScript modules."""

from __future__ import annotations

import gc
import sys

from _pyodide import _jsmodules

import __main__
from pyodide.ffi import JsProxy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["restore_state", "save_state"]


def save_state() -> dict[str, Any]:
    """A state for restore_state()."""
    return {
        "globals": vars(__main__).copy(),
        "js_modules": _jsmodules.registered(),
        "loaded_js_modules": {name: each for name, each in sys.modules.items() if isinstance(each, JsProxy)},
    }


def restore_state(state: dict[str, Any]) -> int:
    """Make names and JavaScript modules again what they were. Other modules stay. Returns what gc.collect() does."""
    vars(__main__).clear()
    vars(__main__).update(state["globals"])
    for name in [name for name, module in sys.modules.items() if isinstance(module, JsProxy)]:
        del sys.modules[name]
    sys.modules.update(state["loaded_js_modules"])
    _jsmodules.register_only(state["js_modules"])
    return gc.collect()
