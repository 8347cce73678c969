"""The compact form of the time zones, read by what reads it at run time."""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path

import pytest

from buildlib import timezones
from buildlib.paths import ROOT


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """_pyodide._timezones beside a fresh data file."""
    package = tmp_path / "zones_under_test"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "_timezones.py").write_text((ROOT / "runtime/python/_pyodide/_timezones.py").read_text())
    (package / "timezones.dat").write_bytes(timezones.compact())
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith("zones_under_test")]:
        monkeypatch.delitem(sys.modules, name)
    from zones_under_test import _timezones  # type: ignore[import-not-found] # noqa: PLC0415

    return _timezones


def test_every_zone_is_what_the_package_has(reader: object) -> None:
    read, names = reader.read, reader.names()  # type: ignore[attr-defined]
    root = resources.files("tzdata")
    assert names == sorted(root.joinpath("zones").read_text().split())
    assert all(read(name) == root.joinpath("zoneinfo", *name.split("/")).read_bytes() for name in names)
    assert read("Europe/Atlantis") is None


def test_aliases_are_there_once() -> None:
    assert len(timezones.compact()) < 240_000


def test_its_licence_is_known() -> None:
    component = timezones.component()
    assert component.licence == "Apache-2.0"
    assert "Apache License" in dict(component.texts)["LICENSE_APACHE"]


def test_a_distribution_without_the_data_has_no_zones(reader: object, tmp_path: Path) -> None:
    (tmp_path / "zones_under_test/timezones.dat").unlink()
    assert reader.names() == []  # type: ignore[attr-defined]
    assert reader.read("UTC") is None  # type: ignore[attr-defined]
