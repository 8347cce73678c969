from __future__ import annotations

import gzip
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest

from buildlib import sizes
from buildlib.errors import BuildError
from buildlib.sizes import Row, Sizes


def test_sizes_are_those_of_the_compressed_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc" * 1000)
    measured = sizes.measure(path, tmp_path / "cache")
    assert measured.raw == 3000
    assert measured.gzip == len(gzip.compress(path.read_bytes(), 9))
    assert measured.brotli == len(brotli.compress(path.read_bytes(), quality=11))


def test_equal_content_is_compressed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "other"):
        (tmp_path / name).write_bytes(b"same")
    first = sizes.measure(tmp_path / "one", tmp_path / "cache")
    monkeypatch.setattr(brotli, "compress", None)
    assert sizes.measure(tmp_path / "other", tmp_path / "cache") == first


def test_a_damaged_record_is_measured_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"data")
    first = sizes.measure(path, tmp_path / "cache")
    for damage in ("", "{}", '{"raw": 1}', "[1]"):
        (record,) = (tmp_path / "cache").iterdir()
        record.write_text(damage)
        assert sizes.measure(path, tmp_path / "cache") == first


def test_files_of_both_sides_are_compared_and_the_tarball_is_not(tmp_path: Path) -> None:
    ours, reference = tmp_path / "ours", tmp_path / "reference"
    for folder, names in ((ours, ("a", "b", "pyodide-1.tgz")), (reference, ("b", "c"))):
        folder.mkdir()
        for name in names:
            (folder / name).write_text(name * 10)
    rows = sizes.compare(ours, reference, tmp_path / "cache")
    assert [(row.name, row.ours is not None, row.reference is not None) for row in rows] == [
        ("a", True, False),
        ("b", True, True),
        ("c", False, True),
    ]


def test_a_missing_side_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"./scons dist"):
        sizes.compare(tmp_path / "none", tmp_path, tmp_path)
    with pytest.raises(BuildError, match=r"npm ci"):
        sizes.compare(tmp_path, tmp_path / "none", tmp_path)


def test_the_report_is_headed_by_the_versions(tmp_path: Path) -> None:
    for folder, version in (("ours", "314.1.2"), ("reference", "314.0.7")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "package.json").write_text(f'{{"version": "{version}"}}')
    head = sizes.report(tmp_path / "ours", tmp_path / "reference", tmp_path / "cache").splitlines()[0]
    assert head.split() == ["bytes", "this", "314.1.2", "npm", "314.0.7", "brotli"]


def test_the_table_sums_up() -> None:
    rows = [
        Row("pyodide.asm.wasm", Sizes(3000, 200, 100), Sizes(6000, 400, 200)),
        Row("pyodide.d.ts", Sizes(10, 5, 4), None),
    ]
    lines = sizes.table(rows, "ours", "reference").splitlines()
    assert lines[3].split() == ["pyodide.asm.wasm", "3,000", "200", "100", "6,000", "400", "200", "0.50"]
    assert lines[4].split() == ["pyodide.d.ts", "10", "5", "4", "-", "-", "-"]
    assert lines[-2].split() == ["first", "load", "3,000", "200", "100", "6,000", "400", "200", "0.50"]
    assert lines[-1].split() == ["everything", "3,010", "205", "104", "6,000", "400", "200", "0.52"]
