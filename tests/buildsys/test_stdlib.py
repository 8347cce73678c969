"""The standard-library archive, with a small tree and the Python that runs the tests in place of CPython's."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from buildlib import stdlib
from buildlib.errors import BuildError
from buildlib.policy import Policy, Row, Verdict

MAGIC = int.from_bytes(importlib.util.MAGIC_NUMBER[:2], "little")
CALL = """
import traceback, {0}
print({0}.__file__)
try:
    {0}.fail()
except ValueError:
    print(traceback.format_exc())
"""
LAZY = "def fail():\n    # a comment moves the line\n    raise ValueError('here')\n"


@pytest.fixture
def cpython(tmp_path: Path) -> Path:
    root = tmp_path / "cpython"
    header = root / "Include/internal/pycore_magic_number.h"
    header.parent.mkdir(parents=True)
    header.write_text(f"#define PYC_MAGIC_NUMBER {MAGIC}\n")
    package = root / "Lib/pack"
    (package / "__pycache__").mkdir(parents=True)
    (package / "__init__.py").write_text("from pack import deep\n")
    (package / "deep.py").write_text("CONSTANTS = {'one', 'two', 'three'}\n" + LAZY)
    (package / "_slow.py").write_text("raise ImportError\n")
    (package / "README.rst").touch()
    (package / "__pycache__/deep.cpython-314.pyc").touch()
    (root / "Lib/plain.py").write_text(LAZY)
    (root / "Lib/gone.py").touch()
    return root


POLICY = Policy(
    python={
        "pack": Row("pack", Verdict.INCLUDE, without=("_slow",)),
        "plain": Row("plain", Verdict.INCLUDE),
        "gone": Row("gone", Verdict.EXCLUDE, reason='it\'s "gone"'),
        "webbrowser": Row("webbrowser", Verdict.STUB, file="webbrowser.py"),
    },
    c={"_gone": Row("_gone", Verdict.EXCLUDE, reason="no library")},
    boot=("pack", "pack.deep", "pyodide"),
    data={"tzdata": Row("tzdata", Verdict.EXCLUDE, reason="it is large")},
)


@pytest.fixture
def build(cpython: Path, tmp_path: Path) -> Callable[..., dict[str, bytes]]:
    def build(archive: Path, policy: Policy = POLICY) -> dict[str, bytes]:
        return stdlib.build(
            policy,
            cpython=cpython,
            interpreter=Path(sys.executable),
            version="1.2.3",
            generated={"_sysconfigdata.py": b"build_time_vars = {}\n"},
            location=str(archive),
            archive=archive,
            log=tmp_path / "log",
        )

    return build


Build = Callable[..., dict[str, bytes]]


def run(archive: Path, code: str) -> str:
    """What code prints in a Python that has the archive first on its path. It must not fail."""
    prelude = f"import sys; sys.path.insert(0, {str(archive)!r})\n"
    argv = [sys.executable, "-I", "-S", "-c", prelude + textwrap.dedent(code)]
    return subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True).stdout


def test_members(build: Build, tmp_path: Path) -> None:
    members = set(build(tmp_path / "a.zip"))
    assert {"pack/__init__.py", "pack/__init__.pyc", "pack/deep.py", "pack/deep.pyc", "plain.py"} <= members
    assert {"webbrowser.py", "_sysconfigdata.py", "_pyodide/_version.py", "pyodide/__init__.pyc"} <= members
    assert not {"plain.pyc", "gone.py", "pack/_slow.py", "pack/README.rst", "_pyodide/_version.pyi"} & members


def test_members_are_stored(build: Build, tmp_path: Path) -> None:
    members = build(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {info.filename for info in archive.infolist()} == members.keys()
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_two_builds_are_equal(build: Build, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    build(archive)
    first = archive.read_bytes()
    archive.unlink()
    build(archive)
    assert archive.read_bytes() == first


def test_bytecode_is_loaded_and_its_traceback_has_the_source(build: Build, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    build(archive)
    printed = run(archive, CALL.format("pack.deep"))
    assert printed.startswith(f"{archive}/pack/deep.pyc\n")
    assert f"File \"{archive}/pack/deep.py\", line 4, in fail\n    raise ValueError('here')" in printed


def test_other_modules_load_from_their_source(build: Build, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    build(archive)
    printed = run(archive, CALL.format("plain"))
    assert printed.startswith(f"{archive}/plain.py\n")
    assert f"File \"{archive}/plain.py\", line 3, in fail\n    raise ValueError('here')" in printed


def test_a_left_out_module_says_why(build: Build, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    build(archive)
    code = """
        from _pyodide import _importhook
        _importhook.install()
        for name in ("gone", "_gone", "never_was"):
            try:
                __import__(name)
            except ModuleNotFoundError as error:
                print(error.name, error, sep="; ")
    """
    assert run(archive, code).splitlines() == [
        "gone; No module named 'gone': this distribution leaves it out, because it's \"gone\".",
        "_gone; No module named '_gone': this distribution leaves it out, because no library.",
        "never_was; No module named 'never_was'",
    ]


def test_looking_for_a_left_out_module_is_not_an_error(build: Build, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    build(archive)
    code = """
        import importlib.util
        from _pyodide import _importhook
        _importhook.install()
        print(importlib.util.find_spec("gone"))
    """
    assert run(archive, code) == "None\n"


def test_bytecode_is_of_the_unchecked_hash_kind(build: Build, tmp_path: Path) -> None:
    data = build(tmp_path / "a.zip")["pack/deep.pyc"]
    assert int.from_bytes(data[4:8], "little") == 0b01


def test_generated_modules(build: Build, tmp_path: Path) -> None:
    members = build(tmp_path / "a.zip")
    left_out: dict[str, Any] = {}
    exec(members["_pyodide/_left_out.py"], left_out)
    assert left_out["REASONS"] == {"_gone": "no library", "gone": 'it\'s "gone"', "tzdata": "it is large"}
    assert b"VERSION = '1.2.3'" in members["_pyodide/_version.py"]


def test_boot_list_with_an_unknown_module(build: Build, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"not in the archive: pack\.deap\n"):
        build(tmp_path / "a.zip", replace(POLICY, event_loop=("pack.deap",)))


def test_leaving_out_what_boot_needs_names_the_imports(build: Build, cpython: Path, tmp_path: Path) -> None:
    (cpython / "Lib/pack/deep.py").write_text("import plain\ntry:\n    import gone\nexcept ImportError:\n    pass\n")
    (cpython / "Lib/plain.py").write_text("import _gone\n")
    with pytest.raises(
        BuildError, match=r"\[c\] _gone is left out, but start-up needs it: pack\.deep → plain → _gone\n"
    ):
        build(tmp_path / "a.zip")


def test_what_boot_imports_only_if_it_is_there_can_be_left_out(build: Build, cpython: Path, tmp_path: Path) -> None:
    (cpython / "Lib/pack/deep.py").write_text("try:\n    import gone\nexcept ImportError:\n    pass\n")
    members = build(tmp_path / "a.zip", replace(POLICY, event_loop=("gone",)))
    assert "gone.py" not in members


def test_time_zones_are_there_if_the_policy_includes_them(build: Build, tmp_path: Path) -> None:
    assert "_pyodide/timezones.dat" not in build(tmp_path / "a.zip")
    included = {"tzdata": Row("tzdata", Verdict.INCLUDE)}
    assert build(tmp_path / "a.zip", replace(POLICY, data=included))["_pyodide/timezones.dat"]


def test_interpreter_of_another_version(build: Build, cpython: Path, tmp_path: Path) -> None:
    header = cpython / "Include/internal/pycore_magic_number.h"
    header.write_text(f"#define PYC_MAGIC_NUMBER {MAGIC + 1}\n")
    with pytest.raises(BuildError, match=rf"bytecode {MAGIC}, .* loads {MAGIC + 1}"):
        build(tmp_path / "a.zip")


def test_source_that_does_not_compile(build: Build, cpython: Path, tmp_path: Path) -> None:
    (cpython / "Lib/pack/deep.py").write_text("def\n")
    with pytest.raises(BuildError, match=r"deep\.py"):
        build(tmp_path / "a.zip")


def test_boot_difference() -> None:
    loaded = [("pack", "/a.zip/pack/__init__.pyc"), ("plain", "/a.zip/plain.py"), ("os", "/usr/lib/os.py")]
    assert stdlib.boot_difference(POLICY.boot, loaded, "/a.zip") == (["plain"], ["pack.deep", "pyodide"])
