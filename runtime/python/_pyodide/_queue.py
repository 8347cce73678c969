"""A queue.SimpleQueue that waits in tasks: the one in Python, by threading's locks. That in C parks the only thread.

Importing queue imports this module.
"""

from __future__ import annotations

import queue

queue.SimpleQueue = queue._PySimpleQueue  # type: ignore[misc, attr-defined]
