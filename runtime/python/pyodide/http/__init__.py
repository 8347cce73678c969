"""HTTP by the host's own means: `pyfetch` by its fetch(), `open_url` and `pyxhr` by its XMLHttpRequest.

Sources: https://fetch.spec.whatwg.org and https://xhr.spec.whatwg.org.
"""

from __future__ import annotations

from io import StringIO

from . import pyxhr
from ._exceptions import AbortError, BodyUsedError, HttpStatusError
from ._pyfetch import FetchResponse, pyfetch

__all__ = ["AbortError", "BodyUsedError", "FetchResponse", "HttpStatusError", "open_url", "pyfetch", "pyxhr"]


def open_url(url: str) -> StringIO:
    """The text at `url`, whatever the status, as a file. Nothing else runs meanwhile.

    Raises RuntimeError where there is no XMLHttpRequest (Node), and what ``pyodide.http.pyxhr`` raises.
    """
    return StringIO(pyxhr.get(url).text)
