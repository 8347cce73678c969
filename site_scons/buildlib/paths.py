"""Where the build reads and writes outside its sources."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The clone."""


def cache_root() -> Path:
    """The cache folder outside the clone: downloads, toolchains, built CPythons. Safe to delete."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "pyodide-dist"
