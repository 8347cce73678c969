"""The time zones that zoneinfo falls back on: the files of the tzdata package (PEP 615) in one, equal ones once.

The file is written by buildlib/timezones.py, which describes it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_data = b""
_index: dict[str, tuple[int, int]] | None = None


def names() -> list[str]:
    """The keys of all zones; none if this distribution was built without the data."""
    return list(_load())


def read(key: str) -> bytes | None:
    """A zone's TZif data (RFC 9636), None if there is no such zone."""
    place = _load().get(key)
    return _data[place[0] : place[0] + place[1]] if place else None


def _load() -> dict[str, tuple[int, int]]:
    global _data, _index
    if _index is None:
        loader: Any = __loader__  # type: ignore[name-defined]
        try:
            _data = loader.get_data(f"{__file__.rpartition('/')[0]}/timezones.dat")
        except OSError:
            _index = {}
        else:
            head, _, _ = _data.partition(b"\n\n")
            rows = (line.split("\t") for line in head.decode().splitlines())
            _index = {key: (len(head) + 2 + int(start), int(size)) for key, start, size in rows}
    return _index
