"""The bundled time zones."""

from __future__ import annotations

import zoneinfo
from datetime import datetime, timedelta
from importlib import resources

import pytest

from harness.runtime import Runtime

MOMENTS = ["1900-01-01", "1945-06-01", "1986-04-26", "2024-03-31T12:00:00", "2024-10-27T12:00:00", "2060-07-01"]


def test_every_zone_can_be_read(runtime: Runtime) -> None:
    code = """
        import zoneinfo
        keys = zoneinfo.available_timezones()
        [len(keys), [key for key in keys if zoneinfo.ZoneInfo(key).key != key]]
    """
    known = [line for line in resources.files("tzdata").joinpath("zones").read_text().split() if line]
    assert runtime.run_python(code) == [len(known), []]


@pytest.mark.parametrize(
    "key", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Etc/GMT+5", "UTC"]
)
def test_offsets_are_those_of_the_data(runtime: Runtime, key: str) -> None:
    code = f"""
        from datetime import datetime
        from zoneinfo import ZoneInfo
        zone = ZoneInfo({key!r})
        [datetime.fromisoformat(text).replace(tzinfo=zone).utcoffset().total_seconds() for text in {MOMENTS!r}]
    """
    zone = zoneinfo.ZoneInfo.no_cache(key)
    offsets = [datetime.fromisoformat(text).replace(tzinfo=zone).utcoffset() for text in MOMENTS]
    assert runtime.run_python(code) == [offset / timedelta(seconds=1) for offset in offsets if offset is not None]


def test_an_unknown_zone_is_an_error(runtime: Runtime) -> None:
    code = """
        import zoneinfo
        said = []
        for key in ("Europe/Atlantis", "Europe", "nowhere", "../zones"):
            try:
                zoneinfo.ZoneInfo(key)
            except Exception as error:
                said.append(type(error).__name__)
        said
    """
    assert runtime.run_python(code) == ["ZoneInfoNotFoundError"] * 3 + ["ValueError"]


def test_an_installed_package_comes_first(runtime: Runtime) -> None:
    code = """
        import importlib, os, shutil, sys, zoneinfo
        from datetime import datetime
        from _pyodide import _timezones
        root = "/lib/python3.14/site-packages/tzdata"
        os.makedirs(f"{root}/zoneinfo/Europe")
        for folder in (root, f"{root}/zoneinfo", f"{root}/zoneinfo/Europe"):
            open(f"{folder}/__init__.py", "w").close()
        with open(f"{root}/zoneinfo/Europe/Berlin", "wb") as file:
            file.write(_timezones.read("Asia/Tokyo"))
        importlib.invalidate_caches()
        offset = datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo.no_cache("Europe/Berlin")).utcoffset()
        shutil.rmtree(root)
        for name in [name for name in sys.modules if name.partition(".")[0] == "tzdata"]:
            del sys.modules[name]
        importlib.invalidate_caches()
        ours = datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo.no_cache("Europe/Berlin")).utcoffset()
        [offset.total_seconds(), ours.total_seconds()]
    """
    assert runtime.run_python(code) == [9 * 3600, 2 * 3600]
