"""The Python half of the border between Python and JavaScript."""

import sys

try:
    from _pyodide._version import VERSION as __version__
except ModuleNotFoundError:  # a source tree: the build writes that file into the archive
    __version__ = "0+source"

_SUBMODULES = ("code", "console", "ffi", "http", "webloop")

__all__ = ["__version__", *_SUBMODULES]  # noqa: PLE0604 - names, as they should be


def __getattr__(name: str) -> object:
    """`pyodide.code` works after `import pyodide`, but is only imported when it is asked for."""
    if name in _SUBMODULES:
        __import__(f"pyodide.{name}")
        return sys.modules[f"pyodide.{name}"]
    raise AttributeError(f"module 'pyodide' has no attribute {name!r}")


if sys.platform == "emscripten":
    from _pyodide import _importhook

    _importhook.install()
