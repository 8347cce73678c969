"""The pinned sources: what cpython/pins.toml says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from buildlib.errors import BuildError

SHA256 = re.compile(r"[0-9a-f]{64}")
SCHEMES = ("https://", "http://", "debian:")


@dataclass(frozen=True)
class Pin:
    """One source archive, exactly.

    filename:      its name in the cache.
    size:          bytes.
    licence:       SPDX expression; licence_files: the texts, relative to the unpacked archive.
    places:        where to get it, in order: URLs, and `debian:` with a path on the Debian mirror of this machine.
    """

    name: str
    version: str
    filename: str
    size: int
    sha256: str
    licence: str
    licence_files: tuple[str, ...]
    places: tuple[str, ...]


def load_pins(path: Path) -> dict[str, Pin]:
    """Read the table. `{version}` in file names and places is the row's version.

    Raises BuildError naming the file, the row and the key that is wrong.
    """
    try:
        with path.open("rb") as file:
            table = tomllib.load(file)
    except OSError as error:
        raise BuildError(f"cannot read {path}: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise BuildError(f"{path} is not valid TOML: {error}") from error
    return {name: _pin(path, name, row) for name, row in table.items()}


def _pin(path: Path, name: str, row: object) -> Pin:
    if not isinstance(row, dict):
        raise BuildError(f"{path}: {name} is not a table", f"Write [{name}] with its keys below.")
    known = [field.name for field in fields(Pin) if field.name != "name"]
    if unknown := sorted(row.keys() - set(known)):
        raise BuildError(f"{path}: [{name}] has the unknown key {', '.join(unknown)}", f"Known: {', '.join(known)}")
    reader = _Row(f"{path}: [{name}]", row)
    pin = Pin(
        name=name,
        version=reader.text("version"),
        filename=reader.text("filename"),
        size=reader.size("size"),
        sha256=reader.text("sha256"),
        licence=reader.text("licence"),
        licence_files=reader.texts("licence_files"),
        places=reader.texts("places"),
    )
    if not SHA256.fullmatch(pin.sha256):
        raise reader.error("sha256", "must be 64 lower-case hexadecimal digits")
    if "/" in pin.filename:
        raise reader.error("filename", "must be a bare file name")
    for place in pin.places:
        if not place.startswith(SCHEMES):
            raise reader.error("places", f"has {place!r}, which begins with none of {', '.join(SCHEMES)}")
    return pin


class _Row:
    """The values of one row, each checked as it is read."""

    def __init__(self, where: str, row: Mapping[str, object]) -> None:
        self.where, self.row = where, row

    def error(self, key: str, what: str) -> BuildError:
        return BuildError(f"{self.where} {key} {what}")

    def text(self, key: str) -> str:
        return self._filled(key, self._value(key))

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._value(key)
        if not isinstance(value, list) or not value:
            raise self.error(key, "must be a list of texts that is not empty")
        return tuple(self._filled(key, item) for item in value)

    def size(self, key: str) -> int:
        value = self._value(key)
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            raise self.error(key, "must be a number of bytes")
        return value

    def _value(self, key: str) -> object:
        if key not in self.row:
            raise self.error(key, "is missing")
        return self.row[key]

    def _filled(self, key: str, value: object) -> str:
        if not isinstance(value, str) or not value:
            raise self.error(key, "must be a text")
        return value.replace("{version}", str(self.row.get("version", "")))
