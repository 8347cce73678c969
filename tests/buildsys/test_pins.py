from pathlib import Path

import pytest

from buildlib.errors import BuildError
from buildlib.paths import ROOT
from buildlib.pins import load_pins

ROW = """
[zlib]
version = "1.3.2"
filename = "zlib-{version}.tar.gz"
size = 100
sha256 = "%s"
licence = "Zlib"
licence_files = ["LICENSE"]
places = ["debian:pool/z/zlib_{version}.tar.gz"]
""" % ("ab" * 32)


def load(folder: Path, text: str) -> str:
    """The error that the table gives."""
    table = folder / "pins.toml"
    table.write_text(text)
    with pytest.raises(BuildError) as caught:
        load_pins(table)
    assert str(table) in caught.value.what
    return caught.value.what


def test_version_is_filled_in(tmp_path: Path) -> None:
    table = tmp_path / "pins.toml"
    table.write_text(ROW)
    pin = load_pins(table)["zlib"]
    assert pin.name == "zlib"
    assert pin.filename == "zlib-1.3.2.tar.gz"
    assert pin.places == ("debian:pool/z/zlib_1.3.2.tar.gz",)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('licence = "Zlib"', 'license = "Zlib"', "unknown key license"),
        ('licence = "Zlib"\n', "", "licence is missing"),
        ("size = 100", 'size = "100"', "size"),
        ("size = 100", "size = 0", "size"),
        ('"%s"' % ("ab" * 32), '"abc"', "sha256"),
        ('["LICENSE"]', '"LICENSE"', "licence_files"),
        ('["LICENSE"]', "[]", "licence_files"),
        ('"debian:pool', '"ftp://pool', "places"),
        ('"zlib-{version}', '"../zlib-{version}', "filename"),
    ],
)
def test_bad_row_is_named(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in ROW
    message = load(tmp_path, ROW.replace(old, new))
    assert "[zlib]" in message
    assert key in message


def test_bad_toml_is_named(tmp_path: Path) -> None:
    assert "TOML" in load(tmp_path, ROW + "[zlib")


def test_row_that_is_no_table(tmp_path: Path) -> None:
    assert "zlib" in load(tmp_path, 'zlib = "1.3.2"')


def test_the_real_table() -> None:
    pins = load_pins(ROOT / "cpython/pins.toml")
    assert set(pins) == {"cpython", "zlib", "bzip2", "xz", "zstd", "sqlite", "libffi", "mpdecimal"}
    for pin in pins.values():
        # A Debian archive is where a machine without open internet gets it.
        assert any(place.startswith("debian:") for place in pin.places), pin.name
        assert all(pin.version in place for place in pin.places), pin.name
