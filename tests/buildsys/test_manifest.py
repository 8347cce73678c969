from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from pathlib import Path

from buildlib.manifest import FileEntry, checksums, render
from buildlib.pins import Pin
from buildlib.toolchain.model import Toolchain

TOOLCHAIN = Toolchain("debian", "/somewhere", "/elsewhere", "6.0.5", components={"binaryen": "131"})
PINS = [Pin(name, "1.0", "file", 1, "ab", "MIT", ("LICENSE",), ("debian:pool",)) for name in ("zlib", "bzip2")]


def entry(folder: Path, name: str, data: bytes) -> FileEntry:
    path = folder / name
    path.write_bytes(data)
    return FileEntry.of(path)


def test_an_entry_describes_its_file(tmp_path: Path) -> None:
    made = entry(tmp_path, "a.wasm", b"\0asm")
    assert (made.name, made.size) == ("a.wasm", 4)
    assert made.sha256 == hashlib.sha256(b"\0asm").hexdigest()
    algorithm, _, digest = made.integrity.partition("-")
    assert algorithm == "sha384"
    assert base64.b64decode(digest) == hashlib.sha384(b"\0asm").digest()


def test_the_text_does_not_depend_on_order(tmp_path: Path) -> None:
    files = [entry(tmp_path, "b", b"2"), entry(tmp_path, "a", b"1")]
    info = {"python": "3.14.7", "arch": "wasm32"}
    one = render("314.0.0", info, TOOLCHAIN, PINS, files)
    other = render("314.0.0", dict(reversed(info.items())), TOOLCHAIN, PINS[::-1], files[::-1])
    assert one == other
    record = json.loads(one)
    assert [each["name"] for each in record["files"]] == ["a", "b"]
    assert [each["name"] for each in record["sources"]] == ["bzip2", "zlib"]
    assert record["toolchain"] == {
        "provider": "debian",
        "emscripten": "6.0.5",
        "components": {"binaryen": "131"},
        "notes": [],
    }


def test_sha256sum_accepts_the_checksums_and_notices_a_change(tmp_path: Path) -> None:
    files = [entry(tmp_path, "b", b"2"), entry(tmp_path, "a", b"1")]
    (tmp_path / "SHA256SUMS").write_text(checksums(files))
    check = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=False).stdout == "a: OK\nb: OK\n"
    (tmp_path / "a").write_bytes(b"3")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode == 1
