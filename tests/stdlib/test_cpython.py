"""Parts of CPython's own tests on the built distribution. `./scons test-cpython` runs all of them."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path

import pytest
from stdlib.cpython import expectations, report, setting, suite
from stdlib.cpython.expectations import Expected
from stdlib.cpython.suite import Outcome

from harness.hosts import Host

# What the border, the build's choices and the patches could break, and what takes seconds; each in one of the two.
# fmt: off
IN_NODE = (
    "test_atexit", "test_call", "test_cmath", "test_codeop", "test_complex", "test_contextlib", "test_csv",
    "test_dataclasses", "test_dbm", "test_dbm_dumb", "test_dbm_sqlite3", "test_descr", "test_fractions", "test_heapq",
    "test_hmac", "test_importlib", "test_linecache", "test_os", "test_posix", "test_shelve", "test_signal", "test_ssl",
    "test_sys", "test_sysconfig", "test_typing", "test_unicodedata", "test_zipimport", "test_zstd", "test_ctypes",
    "test_inspect.test_inspect",
)
IN_CHROMIUM = (
    "test_abc", "test_array", "test_base64", "test_binascii", "test_bisect", "test_bz2", "test_coroutines", "test_dict",
    "test_enum", "test_exceptions", "test_float", "test_functools", "test_generators", "test_gzip", "test_hashlib",
    "test_int", "test_json", "test_list", "test_lzma", "test_math", "test_memoryview", "test_pickle", "test_re",
    "test_set", "test_sqlite3", "test_struct", "test_time", "test_weakref", "test_zlib", "test_zoneinfo",
)
# fmt: on
CONCURRENT = 2


@pytest.fixture(scope="session")
def lib() -> Path:
    """The folder of the `test` package."""
    return setting.prepare(CONCURRENT)


def expected(name: str) -> tuple[Expected, dict[str, list[str]]]:
    return expectations.load().get(name, Expected()), expectations.load_skips().get(name, {})


def test_a_part_of_the_suite(dist: Path, lib: Path, tmp_path: Path) -> None:
    outcomes = suite.Runner(setting.NODE, dist, lib, tmp_path).run_all(IN_NODE, CONCURRENT)
    lines = [line for name, each in outcomes.items() for line in expectations.differences(each, name, *expected(name))]
    assert lines == []


IN_PAGE = """
const bytes = Uint8Array.from(atob({data}), (char) => char.charCodeAt(0));
pyodide.unpackArchive(bytes, "zip", {{ extractDir: "/cpython" }});
pyodide.FS.writeFile("/cpython_module.py", {driver});
const lines = [];
pyodide.registerJsModule("_records", {{ write: (line) => void lines.push(line) }});
try {{
  pyodide.runPython({code});
}} catch (error) {{
  lines.push(JSON.stringify({{ fatal: String(error) }}));
}}
return lines;
"""


def packed(lib: Path, name: str) -> str:
    """What a page needs of the `test` package for one module, as a zip in base64: it has no folders of the host."""
    wanted = {"support", "libregrtest", "certdata", "mathdata", "tokenizedata", "test_iter", name.partition(".")[0]}
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((lib / "test").rglob("*.*")):
            parts = file.relative_to(lib / "test").parts
            top = parts[0].removesuffix(".py")
            helper = len(parts) == 1 and not top.startswith("test_")
            if (helper or top in wanted) and file.is_file() and "__pycache__" not in parts:
                archive.write(file, "/".join(["test", *parts]))
        for file in (lib / "rest").rglob("*.py"):
            archive.write(file, file.relative_to(lib))
    return base64.b64encode(data.getvalue()).decode()


@pytest.mark.hosts("chromium")
@pytest.mark.parametrize("name", IN_CHROMIUM)
def test_a_part_of_the_suite_in_a_page(host: Host, lib: Path, name: str) -> None:
    host.run("return await loadPyodide();", replace=True)
    body = IN_PAGE.format(
        data=json.dumps(packed(lib, name)),
        driver=json.dumps((suite.HERE / "module.py").read_text()),
        code=json.dumps(f"import sys; sys.path.append('/'); import cpython_module; cpython_module.run({name!r})"),
    )
    outcome = suite.read(host.run(body, timeout=suite.LIMIT), ended=True, seconds=0, printed=host.output())
    assert outcome.passed
    # Skips are Node's business: a page does not have the suite's C modules.
    known = expectations.load().get(name, Expected())
    unexpected = {test: text for test, text in outcome.failed.items() if test not in known.fail}
    assert unexpected == {}


# The bookkeeping.


def test_records_become_an_outcome() -> None:
    lines = [
        {"start": "A.a"}, {"test": "A.a", "outcome": "ok", "detail": ""},
        {"start": "A.b"}, {"test": "A.b", "outcome": "fail", "detail": "first"},
        {"test": "A.b", "outcome": "error", "detail": "second"},
        {"start": "A.c"}, {"test": "A.c", "outcome": "skip", "detail": "why"},
        {"start": "A.d"}, {"test": "A.d", "outcome": "xfail", "detail": ""},
        {"done": True},
    ]  # fmt: skip
    outcome = suite.read(map(json.dumps, lines), ended=True, seconds=1, printed="")
    assert outcome == Outcome("fail", 1, ("A.a", "A.d"), {"A.b": "first"}, {"A.c": "why"})


def test_the_test_that_ended_the_process_is_named() -> None:
    lines = [json.dumps({"start": "A.a"}), json.dumps({"fatal": "trap"})]
    died = suite.read(lines, ended=True, seconds=1, printed="noise")
    assert (died.status, died.ended_by, died.failed, died.detail) == ("crash", "A.a", {"A.a": "crash"}, "trap")
    assert suite.read(lines[:1], ended=False, seconds=1, printed="").status == "timeout"


@pytest.mark.parametrize(
    ("outcome", "known", "lines"),
    [
        (Outcome("pass", 1, ("A.a",)), Expected(), []),
        (Outcome("fail", 1, (), {"A.a": "x\nError: no"}), Expected(), ["m: A.a fails: Error: no"]),
        (Outcome("fail", 1, (), {"A.a": "x"}), Expected(fail={"A.a": "why"}), []),
        (
            Outcome("pass", 1, ("A.a",)),
            Expected(fail={"A.a": "why"}),
            ["m: A.a passes now, drop it from expectations.toml"],
        ),
        (Outcome("pass", 1, ("A.b",)), Expected(fail={"A.a": "why"}), ["m: there is no test A.a any more"]),
        (Outcome("crash", 1, (), {"A.a": "crash"}), Expected(crash={"A.a": "why"}), []),
        (Outcome("crash", 1, detail="trap"), Expected(), ["m crashes: trap"]),
        (Outcome("skip", 1, detail="no"), Expected(), ["m is skipped now: no"]),
        (Outcome("fail", 1, detail="no"), Expected(module="why"), []),
        (Outcome("fail", 1, detail="no"), Expected(), ["m cannot be imported: no"]),
        (
            Outcome("pass", 1, ("A.a",)),
            Expected(module="why"),
            ["m can be imported now, drop it from expectations.toml"],
        ),
        (Outcome("pass", 1, ("A.a",), {}, {"A.b": "no"}), Expected(), ["m: A.b is skipped now: no"]),
    ],
)
def test_differences_from_what_is_expected(outcome: Outcome, known: Expected, lines: list[str]) -> None:
    assert expectations.differences(outcome, "m", known, {}) == lines


def test_skips_of_whole_classes_stand_as_one() -> None:
    outcomes = {
        "m": Outcome("pass", 1, ("A.a",), {}, {"A.b": "x", "B.a": "x", "B.b": "x", "C.a": "x", "C.b": "y"}),
        "n": Outcome("skip", 1, detail="no sockets"),
    }
    skips = expectations.skips_of(outcomes)
    assert skips == {"m": {"x": ["A.b", "B.*", "C.a"], "y": ["C.b"]}, "n": {"no sockets": ["*"]}}
    assert all(expectations.differences(each, name, Expected(), skips[name]) == [] for name, each in outcomes.items())


def test_what_the_reference_passes_and_we_do_not() -> None:
    ours = {"m": Outcome("fail", 1, ("A.a",), {"A.b": "x"}, {"A.c": "no"}), "n": Outcome("skip", 1, detail="left out")}
    theirs = {"m": Outcome("pass", 1, ("A.a", "A.b", "A.c")), "n": Outcome("pass", 1, ("A.a",))}
    assert report.behind(ours, theirs) == [
        "m: the module passes there, and here is fail",
        "m: A.b passes there and fails here",
        "m: A.c passes there and is skipped here: no",
        "n: 1 tests pass there; skipped here: left out",
    ]
    assert "pass" in report.table(ours, theirs)
