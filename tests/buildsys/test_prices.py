"""What modules cost, from a made-up link."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from buildlib import prices
from buildlib.errors import BuildError
from buildlib.prices import Piece, Wasm

MAP = """\
    Addr      Off     Size Out     In      Symbol
       -        8       1a TYPE
       -      3f2      300 CODE
       -      3f5      100         /x/lib/libpython3.14.a(zlibmodule.o):(zlib_crc32)
       -      3f5      100                 zlib_crc32
       -      4f5      100         ../core/frame.release.o:(Frame_New)
       -      5f5      100         /x/lib/libz.a(inflate.o):(inflate)
     400     1000       20 .rodata
     400     1000       10         /x/lib/libpython3.14.a(zlibmodule.o):(.rodata.names)
     410     1010       10         /x/lib/libc.a(errno.o):(.rodata)
"""
OWNERS = {"zlibmodule.o": "zlib", "libz.a": "zlib"}


def section(number: int, content: bytes) -> bytes:
    return bytes([number, len(content)]) + content


def module(data: bytes) -> bytes:
    return b"\0asm\1\0\0\0" + section(10, b"\x01" * 96) + section(11, data)


# One active segment at 0x400, 32 bytes.
SEGMENT = b"\x01\x00\x41\x80\x08\x0b\x20" + bytes(range(32))


@pytest.fixture
def wasm(tmp_path: Path) -> Wasm:
    (tmp_path / "a.wasm").write_bytes(module(SEGMENT))
    return Wasm.read(tmp_path / "a.wasm")


def test_data_is_where_the_module_puts_it(wasm: Wasm) -> None:
    assert wasm.memory[0x400:] == bytes(range(32))
    assert len(wasm.code) == 96


def test_data_at_an_unknown_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wasm").write_bytes(module(b"\x01\x00\x23\x00\x0b\x00"))
    with pytest.raises(BuildError, match="no constant address"):
        Wasm.read(tmp_path / "a.wasm")


def test_pieces_of_the_map() -> None:
    pieces = prices.read_map(MAP)
    assert pieces[0] == Piece("/x/lib/libpython3.14.a(zlibmodule.o)", -1, 0x100)
    assert pieces[-1] == Piece("/x/lib/libc.a(errno.o)", 0x410, 0x10)
    assert len(pieces) == 5


def test_each_piece_is_paid_by_its_module(wasm: Wasm) -> None:
    found = {price.name: price for price in prices.of_c(prices.read_map(MAP), wasm, OWNERS)}
    assert {name: price.raw for name, price in found.items()} == {"zlib": 64 + 16, "border": 32, "core": 16}
    assert found["zlib"].kind == "c"


def test_modules_of_the_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, size in (("json/__init__.py", 5), ("json/tool.pyc", 6), ("re.py", 7), ("_pyodide/zones.dat", 8)):
            archive.writestr(name, "x" * size)
        archive.writestr("pyodide/ffi.py", "x" * 9)
    found = {price.name: (price.kind, price.raw) for price in prices.of_python(tmp_path / "a.zip")}
    assert found == {"json": ("python", 11), "re": ("python", 7), "tzdata": ("data", 8), "pyodide": ("border", 9)}


def test_a_missing_map_says_how_to_get_it(tmp_path: Path) -> None:
    from buildlib.policy import Policy  # noqa: PLC0415

    with pytest.raises(BuildError, match=r"\.map is missing"):
        prices.prices(Policy({}, {}), tmp_path, tmp_path / "a.wasm", tmp_path / "a.map", tmp_path / "a.zip")
