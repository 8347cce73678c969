"""Generated programs do the same here as in the reference, npm's Pyodide, but for what differences.toml lists.

The rows are checked in every run. Programs are generated on demand, for Hypothesis takes constants from whatever
modules are loaded, so that they are not the same in every run of the suite. With --hypothesis-seed they differ more:
    pytest tests/ffi/differential --host node24 --hypothesis-profile=differential-search
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from conftest import find_node
from ffi.differential.conftest import SEARCH
from ffi.differential.pair import FOLDER, Difference, Row, Runner, compare, load_rows
from ffi.differential.programs import Program, programs
from ffi.differential.signatures import SIGNATURES
from hypothesis import given, settings

from buildlib.paths import ROOT
from harness.node import NodeHost

ROWS = load_rows(FOLDER / "differences.toml")
HOST = "node24"


@pytest.fixture(scope="module")
def pair(request: pytest.FixtureRequest, dist: Path) -> Iterator[tuple[Runner, Runner]]:
    """This distribution and the reference, each in a process of its own."""
    if HOST not in (request.config.getoption("--host") or [HOST]):
        pytest.skip(f"runs on {HOST} only: the reference is the same everywhere")
    with ExitStack() as cleanup:
        runners = []
        for folder in (dist, ROOT / "node_modules/pyodide"):
            host = NodeHost(HOST, find_node(HOST), folder)
            cleanup.callback(host.close)
            runners.append(Runner(host))
        yield runners[0], runners[1]


def differences(pair: tuple[Runner, Runner], batch: list[Program]) -> list[Difference]:
    """The first difference of each program that has one."""
    logs = (runner.run(batch) for runner in pair)
    found = (compare(*each) for each in zip(batch, *logs, strict=True))
    return [difference for difference in found if difference is not None]


def unlisted(pair: tuple[Runner, Runner], batch: list[Program]) -> list[str]:
    """The differences that no row covers, as text."""
    return [str(each) for each in differences(pair, batch) if not any(row.covers(each) for row in ROWS)]


def test_programs_do_the_same(request: pytest.FixtureRequest, pair: tuple[Runner, Runner]) -> None:
    if request.config.getoption("--hypothesis-profile") != SEARCH:
        pytest.skip("a search, which finds something new at times")

    def search(program: Program) -> None:
        assert not unlisted(pair, [program])

    settings.get_profile(SEARCH)(given(programs())(search))()


def test_signatures_do_the_same(pair: tuple[Runner, Runner]) -> None:
    """Programs that nobody would draw: a signature is Python in itself."""
    assert unlisted(pair, SIGNATURES) == []


@pytest.mark.parametrize("row", ROWS, ids=[row.reason[:40] for row in ROWS])
def test_rows_are_true(pair: tuple[Runner, Runner], row: Row) -> None:
    """The example of each row differs as the row says."""
    (difference,) = differences(pair, [row.example])
    assert row.covers(difference), str(difference)


def test_a_difference_is_noticed(pair: tuple[Runner, Runner]) -> None:
    program = Program("py", "[1]", ("x[0]", "x.length"))
    (log,) = pair[0].run([program])
    assert compare(program, log, log) is None
    difference = compare(program, log, [log[0], "2", *log[2:]])
    assert difference is not None
    assert (difference.step, difference.here, difference.there) == ("x.length", "1", "2")
