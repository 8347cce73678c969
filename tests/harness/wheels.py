"""What the tests have from PyPI: the tables in tests/packages."""

from __future__ import annotations

from pathlib import Path

from buildlib.paths import ROOT, cache_root
from buildlib.wheels import WheelPin, fetch_wheel, load_wheels

WHEELS = load_wheels(ROOT / "tests/packages/wheels.toml")
SDISTS = load_wheels(ROOT / "tests/packages/sdists.toml")
BROUGHT = load_wheels(ROOT / "js/wheels.toml")
"""Those that the release brings."""


def fetch(pin: WheelPin) -> Path:
    """The pinned file, from the cache folder or from PyPI. Raises BuildError if it cannot be had, or is another."""
    return fetch_wheel(pin, cache_root() / "wheels")
