"""What the suite is expected to do, and what it does otherwise."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .suite import Outcome, Outcomes

FILE = Path(__file__).parents[1] / "expectations.toml"
SKIPS = Path(__file__).with_name("skips.toml")


@dataclass(frozen=True)
class Expected:
    """What one module is expected not to pass.

    module: why the module as a whole cannot be imported; then nothing else is expected of it.
    fail:   why each failing test fails. crash: why each test that ends the process does.
    """

    module: str = ""
    fail: Mapping[str, str] = field(default_factory=dict)
    crash: Mapping[str, str] = field(default_factory=dict)


def load(path: Path = FILE) -> dict[str, Expected]:
    """Read expectations.toml. Raises TypeError for a key that it does not have."""
    return {name: Expected(**row) for name, row in tomllib.loads(path.read_text(encoding="utf-8")).items()}


Skips = dict[str, dict[str, list[str]]]
"""By module and reason: tests, or `Class.*` for all of a class. The suite's own words."""


def load_skips(path: Path = SKIPS) -> Skips:
    """Read skips.toml."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def differences(outcome: Outcome, name: str, expected: Expected, skips: Mapping[str, Iterable[str]]) -> list[str]:
    """A line for each way in which a module did otherwise than expected."""
    if expected.module or (outcome.detail and outcome.status in ("fail", "skip")):
        return _import_differences(outcome, name, expected, skips)
    known = {**expected.fail, **expected.crash}
    lines = [f"{name}: {test} fails: {_last(text)}" for test, text in outcome.failed.items() if test not in known]
    lines += [f"{name}: {test} passes now, drop it from {FILE.name}" for test in known if test in outcome.passed]
    ran = {*outcome.passed, *outcome.failed, *outcome.skipped}
    lines += [f"{name}: there is no test {test} any more" for test in expected.fail if test not in ran]
    if outcome.status == "crash" and not outcome.ended_by and not expected.crash:
        lines.append(f"{name} crashes: {_last(outcome.detail)}")
    listed = {test for tests in skips.values() for test in tests}
    for test, reason in outcome.skipped.items():
        if test not in listed and f"{_class(test)}.*" not in listed:
            lines.append(f"{name}: {test} is skipped now: {reason}")
    return lines


def _import_differences(
    outcome: Outcome, name: str, expected: Expected, skips: Mapping[str, Iterable[str]]
) -> list[str]:
    if outcome.status == "skip" and outcome.detail:
        return [] if any("*" in tests for tests in skips.values()) else [f"{name} is skipped now: {outcome.detail}"]
    if outcome.status == "fail" and outcome.detail:
        return [] if expected.module else [f"{name} cannot be imported: {_last(outcome.detail)}"]
    return [f"{name} can be imported now, drop it from {FILE.name}"]


def skips_of(outcomes: Outcomes) -> Skips:
    """What skips.toml is made from: why tests are skipped, whole classes as one."""
    found: Skips = {}
    for name, outcome in sorted(outcomes.items()):
        if outcome.status == "skip" and outcome.detail:
            found[name] = {outcome.detail: ["*"]}
            continue
        others = {_class(test) for test in [*outcome.passed, *outcome.failed]}
        for test, reason in sorted(outcome.skipped.items()):
            whole = f"{_class(test)}.*"
            alone = (
                _class(test) in others or len({r for t, r in outcome.skipped.items() if _class(t) == _class(test)}) > 1
            )
            tests = found.setdefault(name, {}).setdefault(reason, [])
            if (entry := test if alone else whole) not in tests:
                tests.append(entry)
    return found


def _class(test: str) -> str:
    return test.rpartition(".")[0]


def _last(text: str) -> str:
    return text.strip().rpartition("\n")[2][:300]
