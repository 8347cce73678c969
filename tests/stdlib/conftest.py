"""The tests here that need no distribution import its Python packages from their sources."""

from __future__ import annotations

import sys

from buildlib.paths import ROOT

sys.path.insert(0, str(ROOT / "runtime/python"))
