"""Configuring CPython: the table, and sysconfig's data."""

from __future__ import annotations

from pathlib import Path

import pytest

from buildlib import interpreter
from buildlib.errors import BuildError
from buildlib.paths import ROOT


def test_every_argument_has_a_reason() -> None:
    configure = interpreter.load_configure(ROOT / "cpython/configure.toml")
    assert "--host=wasm32-unknown-emscripten" in configure.arguments
    assert "-O3" in configure.flags


@pytest.mark.parametrize(
    ("text", "complaint"),
    [('[[argument]]\nvalue = "--x"\n', "--x"), ('[[flags]]\nvalue = "-O2"\nwhy = "speed"\n', "unknown table flags")],
)
def test_rows_without_reason_and_unknown_tables_are_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "configure.toml"
    path.write_text(text)
    with pytest.raises(BuildError, match=complaint):
        interpreter.load_configure(path)


def test_sysconfig_data_has_no_build_paths(tmp_path: Path) -> None:
    (tmp_path / "pybuilddir.txt").write_text("build/lib\n")
    data = tmp_path / "build/lib" / interpreter.SYSCONFIGDATA
    data.parent.mkdir(parents=True)
    data.write_text("build_time_vars = {'CC': '/opt/em/emcc -shared', 'abs_builddir': '/home/me/work', 'N': 1}\n")
    text = interpreter.sysconfig_data(tmp_path, {"/opt/em/": "", "/home/me/work": "/build"}, "2026_0")
    found: dict[str, dict[str, str | int]] = {}
    exec(text, found)
    assert found["build_time_vars"] == {
        "CC": "emcc -shared",
        "N": 1,
        "PYEMSCRIPTEN_ABI_VERSION": "2026_0",
        "PYEMSCRIPTEN_PLATFORM_VERSION": "2026_0",
        "PYODIDE_ABI_VERSION": "2026_0",
        "abs_builddir": "/build",
    }
