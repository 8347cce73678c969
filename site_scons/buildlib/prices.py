"""What each module of the standard library costs: bytes, and bytes after `brotli -11`.

A Python module's price is that of its files in python_stdlib.zip. A C module's is its share of pyodide.asm.wasm: the
linker's map says which object each piece came from. Data is compressed as it stands in the module; code, which the
optimiser changes after the map is written, counts with the ratios of the code section as a whole.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import brotli  # type: ignore[import-untyped]

from buildlib import treemap
from buildlib.errors import BuildError
from buildlib.policy import Policy, Verdict, setup_rules

PIECE = re.compile(r"^ *([0-9a-f]+|-) +[0-9a-f]+ +([0-9a-f]+) +(\S+?):\((\S+)\)$")
"""A line of wasm-ld's map: address, offset, size, object, and the function or data section it holds."""

COLOURS = {"core": "#b0bec5", "border": "#ffcc80", "c": "#ef9a9a", "python": "#90caf9", "data": "#a5d6a7"}

CODE, DATA = 10, 11
"""Numbers of sections (WebAssembly core specification 5.5.2)."""


@dataclass(frozen=True)
class Price:
    """A row of the table. kind: "python", "c", "data", "border" or "core"."""

    name: str
    kind: str
    raw: int
    brotli: int


@dataclass(frozen=True)
class Wasm:
    """A linked module's code section and its initial memory by address."""

    code: bytes
    memory: bytes

    @classmethod
    def read(cls, path: Path) -> Wasm:
        """Raises BuildError if its data is not where the linker's map can say."""
        module = path.read_bytes()
        sections = dict(_sections(module))
        memory = bytearray()
        data, at = sections[DATA], 0
        count, at = _unsigned(data, at)
        for _ in range(count):
            if data[at : at + 2] != b"\x00\x41":  # active, at a constant
                raise BuildError(f"{path}: a data segment has no constant address")
            start, at = _unsigned(data, at + 2)  # addresses are below 2 GB: their sign bit is 0
            size, at = _unsigned(data, at + 1)
            memory.extend(bytes(max(0, start + size - len(memory))))
            memory[start : start + size] = data[at : at + size]
            at += size
        return cls(sections[CODE], bytes(memory))


@dataclass(frozen=True)
class Piece:
    """What an object contributes to the link. address: of data; -1 for code."""

    file: str
    address: int
    size: int


def read_map(text: str) -> list[Piece]:
    """The pieces that wasm-ld's map lists."""
    pieces = []
    for line in text.splitlines():
        if found := PIECE.match(line):
            address = -1 if found[1] == "-" else int(found[1], 16)
            pieces.append(Piece(found[3], address, int(found[2], 16)))
    return pieces


def owners(policy: Policy, cpython: Path) -> dict[str, str]:
    """The C module that each object file of libpython and each library belongs to."""
    found = {}
    rules = {**setup_rules(cpython, "Setup.stdlib.in"), **setup_rules(cpython, "Setup.bootstrap.in")}
    for row in policy.c.values():
        if row.verdict is not Verdict.INCLUDE:
            continue
        for word in (row.setup or rules.get(row.name, "")).split():
            if word.endswith(".c"):
                found[f"{PurePosixPath(word).stem}.o"] = row.name
        if row.library:
            found[f"lib{row.library}.a"] = row.name
    return {**found, "libexpat.a": "pyexpat", "libHacl_HMAC.a": "_hmac", "frozen.o": "frozen modules"}


def of_c(pieces: Iterable[Piece], wasm: Wasm, owner: Mapping[str, str]) -> list[Price]:
    """The prices of what is in the module: each C module, the border, and the core as one."""
    code: dict[str, int] = defaultdict(int)
    data: dict[str, list[bytes]] = defaultdict(list)
    for piece in pieces:
        name = _owner(piece.file, owner)
        if piece.address < 0:
            code[name] += piece.size
        else:
            data[name].append(wasm.memory[piece.address : piece.address + piece.size])
    linked = sum(code.values())
    shrunk, packed = len(wasm.code) / linked, len(brotli.compress(wasm.code, quality=9)) / linked
    prices = []
    for name in sorted(code.keys() | data.keys()):
        held = b"".join(data[name])
        kind = name if name in ("border", "core") else "c"
        raw = round(code[name] * shrunk) + len(held)
        prices.append(Price(name, kind, raw, round(code[name] * packed) + _brotli(held)))
    return prices


def of_python(archive: Path) -> list[Price]:
    """The prices of what is in the archive, by top-level module; our own packages are the border."""
    files: dict[tuple[str, str], list[bytes]] = defaultdict(list)
    with zipfile.ZipFile(archive) as members:
        for name in members.namelist():
            module = PurePosixPath(name).parts[0].partition(".")[0]
            if name.endswith(".dat"):
                files["tzdata", "data"].append(members.read(name))
            elif module in ("pyodide", "_pyodide"):
                files["pyodide", "border"].append(members.read(name))
            else:
                files[module, "python"].append(members.read(name))
    return [Price(name, kind, sum(map(len, found)), _brotli(b"".join(found))) for (name, kind), found in files.items()]


def prices(policy: Policy, cpython: Path, wasm: Path, link_map: Path, archive: Path) -> list[Price]:
    """All prices, the dearest first. Raises BuildError if the map is missing."""
    if not link_map.is_file():
        raise BuildError(f"{link_map} is missing", "Delete build/runtime and run ./scons dist: the link writes it.")
    pieces = read_map(link_map.read_text(encoding="utf-8", errors="replace"))
    found = [*of_c(pieces, Wasm.read(wasm), owners(policy, cpython)), *of_python(archive)]
    return sorted(found, key=lambda price: (-price.brotli, price.name))


def table(found: Iterable[Price]) -> str:
    """The prices as text; names of C modules that have a Python module of their own name are told apart by kind."""
    rows = list(found)
    width = max(len(price.name) for price in rows)
    lines = [f"{'module':<{width}}  {'kind':<8}{'raw':>12}{'brotli':>12}"]
    lines.append("-" * len(lines[0]))
    whole = replace(
        rows[0], name="everything", kind="", raw=sum(r.raw for r in rows), brotli=sum(r.brotli for r in rows)
    )
    lines += [f"{p.name:<{width}}  {p.kind:<8}{p.raw:>12,}{p.brotli:>12,}" for p in [*rows, whole]]
    return "\n".join(lines) + "\n"


def picture(found: Iterable[Price]) -> str:
    """The prices after brotli as an SVG treemap."""
    rows = list(found)
    boxes = [
        treemap.Box(price.name, price.kind, price.brotli, f"{price.raw:,} bytes, {price.brotli:,} after brotli")
        for price in rows
    ]
    whole = sum(price.brotli for price in rows)
    return treemap.svg(boxes, f"First load after brotli, {whole:,} bytes, without JavaScript", COLOURS)


def _owner(file: str, owner: Mapping[str, str]) -> str:
    """Of `…/libpython3.14.a(zlibmodule.o)`, `…/libz.a(inflate.o)` or `core/frame.o`."""
    archive, _, member = PurePosixPath(file).name.partition("(")
    if not member:
        return "border"
    if archive.startswith("libpython"):
        return owner.get(member.removesuffix(")"), "core")
    return owner.get(archive, "core")


def _brotli(data: bytes) -> int:
    return len(brotli.compress(data, quality=11)) if data else 0


def _sections(module: bytes) -> Iterable[tuple[int, bytes]]:
    at = 8
    while at < len(module):
        size, start = _unsigned(module, at + 1)
        yield module[at], module[start : start + size]
        at = start + size


def _unsigned(data: bytes, at: int) -> tuple[int, int]:
    """A LEB128 number and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at
