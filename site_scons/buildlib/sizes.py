"""How large a distribution is on disk and over HTTP, beside the reference."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import brotli  # type: ignore[import-untyped]

from buildlib.atomic import new_file
from buildlib.errors import BuildError

FIRST_LOAD = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
"""What a page fetches to run its first line of Python."""


@dataclass(frozen=True)
class Sizes:
    """Bytes of a file as it is, after `gzip -9` and after `brotli -11`."""

    raw: int
    gzip: int
    brotli: int

    def __add__(self, other: Sizes) -> Sizes:
        return Sizes(self.raw + other.raw, self.gzip + other.gzip, self.brotli + other.brotli)


@dataclass(frozen=True)
class Row:
    """A line of the table. None: no such file on that side."""

    name: str
    ours: Sizes | None
    reference: Sizes | None


def measure(path: Path, cache: Path) -> Sizes:
    """The sizes of a file, remembered in `cache` by its content: brotli -11 takes a second per 300 KB."""
    data = path.read_bytes()
    record = cache / f"{hashlib.sha256(data).hexdigest()}.json"
    try:
        return Sizes(**json.loads(record.read_text()))
    except (OSError, ValueError, TypeError):
        pass  # never measured, or the record is damaged: measure
    sizes = Sizes(
        raw=len(data),
        gzip=len(gzip.compress(data, compresslevel=9, mtime=0)),
        brotli=len(brotli.compress(data, quality=11)),
    )
    with new_file(record) as partial:
        partial.write_text(json.dumps(asdict(sizes)))
    return sizes


def compare(ours: Path, reference: Path, cache: Path) -> list[Row]:
    """A row for every file on either side, the largest first. Raises BuildError if a folder is missing."""
    for folder, hint in ((ours, "Run ./scons dist."), (reference, "It is a development dependency: run npm ci.")):
        if not folder.is_dir():
            raise BuildError(f"{folder} does not exist", hint)
    left, right = _measure_all(ours, cache), _measure_all(reference, cache)
    rows = [Row(name, left.get(name), right.get(name)) for name in left.keys() | right.keys()]
    return sorted(rows, key=lambda row: (-(row.ours or row.reference or Sizes(0, 0, 0)).raw, row.name))


def _measure_all(folder: Path, cache: Path) -> dict[str, Sizes]:
    return {path.name: measure(path, cache) for path in folder.iterdir() if path.is_file() and path.suffix != ".tgz"}


def report(ours: Path, reference: Path, cache: Path) -> str:
    """The table for two unpacked distributions, headed by their versions. Raises BuildError as `compare` does."""
    rows = compare(ours, reference, cache)
    return table(rows, *(f"{label} {_version(folder)}" for label, folder in (("this", ours), ("npm", reference))))


def _version(folder: Path) -> str:
    version: str = json.loads((folder / "package.json").read_text())["version"]
    return version


def total(sizes: Iterable[Sizes | None]) -> Sizes:
    return sum((each for each in sizes if each is not None), Sizes(0, 0, 0))


def table(rows: Sequence[Row], label: str, reference_label: str) -> str:
    """The rows as text, with the sums of what a first load fetches and of everything."""
    first = [row for row in rows if row.name in FIRST_LOAD]
    sums = [
        Row("first load", total(row.ours for row in first), total(row.reference for row in first)),
        Row("everything", total(row.ours for row in rows), total(row.reference for row in rows)),
    ]
    width = max(len(row.name) for row in [*rows, *sums])
    columns = f"{'raw':>12}{'gzip -9':>12}{'brotli -11':>12}"
    head = [
        f"{'bytes':<{width}}  {label:^36}  {reference_label:^36}  {'brotli':>7}",
        f"{'':<{width}}  {columns}  {columns}  {'ratio':>7}",
    ]
    rule = "-" * len(head[1])
    body = [_line(row, width) for row in rows]
    return "\n".join([*head, rule, *body, rule, *(_line(row, width) for row in sums)]) + "\n"


def _line(row: Row, width: int) -> str:
    ratio = (
        f"{row.ours.brotli / row.reference.brotli:.2f}" if row.ours and row.reference and row.reference.brotli else ""
    )
    return f"{row.name:<{width}}  {_cells(row.ours)}  {_cells(row.reference)}  {ratio:>7}".rstrip()


def _cells(sizes: Sizes | None) -> str:
    if sizes is None:
        return f"{'-':>12}" * 3
    return f"{sizes.raw:>12,}{sizes.gzip:>12,}{sizes.brotli:>12,}"
