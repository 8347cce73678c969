"""Two runtimes that run the same programs: this distribution and the reference, npm's Pyodide."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ffi.differential.programs import Program

from harness.hosts import Host, HostError

FOLDER = Path(__file__).parent
TIMEOUT = 20.0
"""Seconds for some programs; it only ends hangs."""

DEAD = "dead"
"""Stands at the end of a log when the interpreter was unusable after the program."""


@dataclass(frozen=True)
class Row:
    """One deliberate difference. The patterns match what is compared, from its beginning to its end."""

    reason: str
    subject: re.Pattern[str]
    step: re.Pattern[str]
    here: re.Pattern[str]
    there: re.Pattern[str]
    example: Program

    def covers(self, difference: Difference) -> bool:
        return bool(
            self.subject.fullmatch(difference.program.subject)
            and self.step.fullmatch(difference.step)
            and self.here.fullmatch(difference.here)
            and self.there.fullmatch(difference.there)
        )


@dataclass(frozen=True)
class Difference:
    """The first thing that a program does differently: in a step, or at its end ("end")."""

    program: Program
    step: str
    here: str
    there: str

    def __str__(self) -> str:
        steps = self.program.steps
        before = steps[: steps.index(self.step)] if self.step in steps else steps
        lines = [f"{self.program.home}: x = {self.program.subject}", *before]
        return "\n    ".join([*lines, self.step]) + f"\n  here:  {self.here}\n  there: {self.there}"


def load_rows(path: Path) -> list[Row]:
    """The table of deliberate differences."""

    def pattern(text: str) -> re.Pattern[str]:
        return re.compile(text, re.DOTALL)

    return [
        Row(
            row["reason"],
            pattern(row.get("of", ".*")),
            pattern(row.get("step", ".*")),
            pattern(row["here"]),
            pattern(row["there"]),
            Program(row["home"], row["subject"], tuple(row["steps"])),
        )
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["difference"]
    ]


class Runner:
    """Runs programs in one runtime, which it loads, and loads again when a program has killed it."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._ready = False

    def run(self, programs: Sequence[Program]) -> list[list[str]]:
        """What came of every step of each program, and of its subject at the end."""
        logs: list[list[str]] = []
        while len(logs) < len(programs):
            if not self._ready:
                self._load()
            rest = [program.as_json() for program in programs[len(logs) :]]
            try:
                done: list[list[str]] = self._host.run(
                    f"return globalThis.differential({json.dumps(rest)});", timeout=TIMEOUT
                )
            except HostError:
                done = [self._alone(programs[len(logs)])]
            logs += done
            self._ready = self._ready and DEAD not in done[-1]
        return logs

    def _alone(self, program: Program) -> list[str]:
        """The log of a program that may have ended the host; if it does so again, it is the one."""
        self._load()
        try:
            done: list[list[str]] = self._host.run(
                f"return globalThis.differential({json.dumps([program.as_json()])});", timeout=TIMEOUT
            )
        except HostError:
            self._ready = False
            return [DEAD]
        return done[0]

    def _load(self) -> None:
        # The order of sets must not depend on the process.
        self._host.run('return await loadPyodide({ env: { PYTHONHASHSEED: "0" } });', replace=True)
        source = (FOLDER / "driver.mjs").read_text(encoding="utf-8")
        self._host.run(
            f"""
            const {{ prepare }} = await import("data:text/javascript," + encodeURIComponent({json.dumps(source)}));
            globalThis.differential = prepare(pyodide);
            """
        )
        self._ready = True


def compare(program: Program, here: list[Any], there: list[Any]) -> Difference | None:
    """The first difference between two logs of a program."""
    for step, ours, theirs in zip((*program.steps, "end", "end"), here + [""] * 9, there + [""] * 9, strict=False):
        if ours != theirs:
            return Difference(program, step, str(ours), str(theirs))
    return None
