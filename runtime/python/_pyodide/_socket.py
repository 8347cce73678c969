"""What socket's errors say as long as there are no sockets. Importing socket imports this module."""

from __future__ import annotations

import socket
import sys
from errno import EHOSTUNREACH, EOPNOTSUPP


def _explained(error: OSError) -> OSError:
    """The same error, saying what a program can do instead."""
    if error.errno not in (EHOSTUNREACH, EOPNOTSUPP) or "_pyodide._selector" in sys.modules:
        return error
    return type(error)(
        error.errno,
        f"{error.strerror}: WebAssembly has no sockets of its own. In Node.js, Deno and Bun call `await "
        "pyodide.useNodeSockFS()` first; elsewhere use pyodide.http, or fetch and WebSocket from the module js",
    )


socket._explained = _explained  # type: ignore[attr-defined]
