"""Before a memory snapshot is made and after it was restored.

What the heap holds of the host it was made on, of its clock and its entropy, is made new here. Python's hash secret
cannot be: dictionaries are ordered by it.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from importlib.machinery import FileFinder
from math import inf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

__all__ = ["prepare", "resume"]


def _loaded(name: str) -> Any:
    return sys.modules.get(name)


def prepare() -> str | None:
    """Make nothing depend on what comes next. Returns what keeps a snapshot from being made."""
    if (webloop := _loaded("pyodide.webloop")) and webloop._loop._in_progress:
        return "the event loop has callbacks or tasks that are not done: await or cancel them first"
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    gc.collect()
    return None


def resume(environment: Iterable[tuple[str, str]], arguments: Iterable[str], runtime: str) -> None:
    """Be an interpreter that has just been started, with these environment variables on top of its own."""
    os.environ.update(environment)
    _set_time_zone()
    about = vars(sys)["_emscripten_info"]
    vars(sys)["_emscripten_info"] = type(about)((about[0], runtime, *about[2:]))
    if given := list(arguments):
        sys.argv[:] = given
        sys.orig_argv[1:] = given
    for finder in sys.path_importer_cache.values():
        if isinstance(finder, FileFinder):
            finder.invalidate_caches()
    if webloop := _loaded("pyodide.webloop"):
        webloop._loop._turn_at = inf  # nobody is going to give it the turn it has asked for
    _redraw()


def _set_time_zone() -> None:
    """As the module `time` does when it comes into being."""
    year = time.localtime().tm_year
    days = [time.localtime(time.mktime((year, month, 1, 0, 0, 0, 0, 0, -1))) for month in (1, 7)]
    standard, summer = sorted(days, key=lambda day: day.tm_gmtoff)
    time.timezone = -standard.tm_gmtoff
    time.altzone = -summer.tm_gmtoff
    time.daylight = int(standard.tm_gmtoff != summer.tm_gmtoff)
    time.tzname = (standard.tm_zone, summer.tm_zone)


def _redraw() -> None:
    """Draw what is random anew, or several interpreters of one snapshot would have the same."""
    if random := _loaded("random"):
        random.seed()
    if tempfile := _loaded("tempfile"):
        tempfile._name_sequence = None
    if uuid := _loaded("uuid"):
        uuid._node = uuid._last_timestamp = None
