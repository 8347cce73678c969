"""The compact form of the tzdata package's time zones.

Lines `key TAB start TAB size`, an empty line, then the zones' TZif data; `start` counts from behind the empty line. Of
598 zones 253 are aliases of others: each content is there once. One file instead of 600 keeps the archive's directory
small, which start-up reads.
"""

from __future__ import annotations

import importlib.metadata
from importlib import resources

from buildlib.notice import Component

PACKAGE = "tzdata"
MAGIC = b"TZif"


def compact() -> bytes:
    """The file `_pyodide/timezones.dat`."""
    starts: dict[bytes, int] = {}
    rows, size = [], 0
    root = resources.files(PACKAGE)
    for key in sorted(root.joinpath("zones").read_text(encoding="utf-8").split()):
        data = root.joinpath("zoneinfo", *key.split("/")).read_bytes()
        if not data.startswith(MAGIC):
            raise ValueError(f"{PACKAGE}: {key} is not TZif data")
        if data not in starts:
            starts[data] = size
            size += len(data)
        rows.append(f"{key}\t{starts[data]}\t{len(data)}\n")
    return "".join(rows).encode() + b"\n" + b"".join(starts)


def component() -> Component:
    """Its entry in NOTICE."""
    about = importlib.metadata.distribution(PACKAGE)
    texts = [
        (path.name, path.read_text()) for path in about.files or () if "licenses" in path.parts and path.suffix == ""
    ]
    return Component("tzdata", about.version, about.metadata["License"], tuple(texts))


def version() -> str:
    """The version of the package that is bundled."""
    return importlib.metadata.version(PACKAGE)
