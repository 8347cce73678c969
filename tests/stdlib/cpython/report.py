"""The suite's results as text: one table, and how they compare with the reference's."""

from __future__ import annotations

from collections import Counter

from .suite import Outcome, Outcomes

STATUSES = ("pass", "fail", "skip", "crash", "timeout")


def table(ours: Outcomes, reference: Outcomes | None) -> str:
    """A line for each module, then the sums."""
    sides = [ours] if reference is None else [ours, reference]
    width = max(len(name) for name in ours)
    columns = f"{'':8}{'passed':>8}{'failed':>8}{'skipped':>8}"
    labels = ["this", "npm pyodide"][: len(sides)]
    head = [f"{'':<{width}}  " + "   ".join(f"{label:^{len(columns)}}" for label in labels)]
    head.append(f"{'module':<{width}}  " + "   ".join(columns for _ in sides))
    lines = [f"{name:<{width}}  " + "   ".join(_cells(side.get(name)) for side in sides) for name in ours]
    return "\n".join([*head, "-" * len(head[1]), *lines, "-" * len(head[1]), *_sums(width, sides)]) + "\n"


def _cells(outcome: Outcome | None) -> str:
    if outcome is None:
        return f"{'-':<8}" + f"{'-':>8}" * 3
    return f"{outcome.status:<8}{len(outcome.passed):>8}{len(outcome.failed):>8}{len(outcome.skipped):>8}"


def _sums(width: int, sides: list[Outcomes]) -> list[str]:
    lines = []
    counts = [Counter(outcome.status for outcome in side.values()) for side in sides]
    for status in STATUSES:
        cells = [f"{count[status]:<8}{'modules':>8}{'':16}" for count in counts]
        lines.append(f"{status:<{width}}  " + "   ".join(cells))
    tests = [
        f"{'tests':<8}"
        + "".join(
            f"{sum(len(getattr(each, key)) for each in side.values()):>8}" for key in ("passed", "failed", "skipped")
        )
        for side in sides
    ]
    return [*lines, f"{'all':<{width}}  " + "   ".join(tests)]


def behind(ours: Outcomes, reference: Outcomes) -> list[str]:
    """What passes in the reference and does not here, a line for each module or test."""
    lines = []
    for name, there in reference.items():
        here = ours[name]
        if there.status == "pass" and here.status in ("fail", "crash", "timeout"):
            lines.append(f"{name}: the module passes there, and here is {here.status}")
        failed = [test for test in there.passed if test in here.failed]
        skipped = [test for test in there.passed if test in here.skipped]
        lines += [f"{name}: {test} passes there and fails here" for test in failed]
        lines += [f"{name}: {test} passes there and is skipped here: {here.skipped[test]}" for test in skipped]
        if there.passed and here.status == "skip" and here.detail:
            lines.append(f"{name}: {len(there.passed)} tests pass there; skipped here: {here.detail}")
    return lines
