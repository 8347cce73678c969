"""Standard streams do what they do in npm's Pyodide, but for what stream_differences.toml lists."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hosts.stream_programs import DRIVER, PROGRAMS

from buildlib.paths import ROOT
from harness.hosts import Host
from harness.node import NodeHost

TABLE = tomllib.loads(Path(__file__).with_name("stream_differences.toml").read_text(encoding="utf-8"))["difference"]
DIFFERENT = {program for row in TABLE for program in row["programs"]}
"""The programs whose outcomes differ on purpose."""


def outcomes(host: Host) -> list[str]:
    found: list[str] = host.run(f"{DRIVER} return await runAll(loadPyodide, {json.dumps(PROGRAMS)});", timeout=300)
    return found


@pytest.mark.hosts("node24")
def test_programs_do_the_same(host: Host) -> None:
    other = NodeHost("reference", ROOT / "node_modules/node24/bin/node", ROOT / "node_modules/pyodide")
    try:
        pairs = zip(PROGRAMS, outcomes(host), outcomes(other), strict=True)
    finally:
        other.close()
    wrong = [
        f"{program}\n  here:  {here}\n  there: {there}"
        for program, here, there in pairs
        if (here != there) != (program in DIFFERENT)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_table_names_programs() -> None:
    assert set(PROGRAMS) >= DIFFERENT
