"""The link's flags."""

from __future__ import annotations

from pathlib import Path

import pytest

from buildlib.errors import BuildError
from buildlib.link import load_flags
from buildlib.paths import ROOT


def test_modes_differ_only_where_the_table_says() -> None:
    flags = load_flags(ROOT / "runtime/link-flags.toml")
    release, dev = flags.of("release"), flags.of("dev")
    assert set(release) - set(dev) == {"-O2"}
    assert set(dev) - set(release) == {"-O1"}


def test_runtime_methods_become_one_flag() -> None:
    flags = load_flags(ROOT / "runtime/link-flags.toml")
    (methods,) = (flag for flag in flags.of("dev") if flag.startswith("-sEXPORTED_RUNTIME_METHODS="))
    assert "FS" in methods.partition("=")[2].split(",")


def test_a_flag_without_reason_is_named(tmp_path: Path) -> None:
    path = tmp_path / "link-flags.toml"
    path.write_text('[[flag]]\nvalue = "-Oz"\n[runtime_methods]\n')
    with pytest.raises(BuildError, match="-Oz"):
        load_flags(path)
