"""CPython's own test suite, one interpreter process for each module: what is run, and what came of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

HERE = Path(__file__).parent
DRIVER = HERE / "module.mjs"
ATTEMPTS = 8
"""How many tests of a module may end its process before the rest is given up."""

LIMIT = 600.0
"""Seconds a module may take. It only ends hangs: far above what any needs."""

REST = ("_pydecimal.py", "venv", "zoneinfo/_zoneinfo.py")
"""What the policy may leave out of the library and tests of other modules need: decimal, sysconfig, zoneinfo."""

# libregrtest's SPLITTESTDIRS: packages whose modules are run one by one.
SPLIT = (
    *("test_asyncio", "test_concurrent_futures", "test_doctests", "test_future_stmt", "test_gdb", "test_inspect"),
    *("test_multiprocessing_fork", "test_multiprocessing_forkserver", "test_multiprocessing_spawn", "test_pydoc"),
)


@dataclass(frozen=True)
class Outcome:
    """What came of one module.

    status: "pass", "fail", "skip" (no test of it ran), "crash" (the process died) or "timeout".
    detail: of a skip, why; of a crash, the end of what was printed; of an import that failed, the traceback.
    failed: what each failing test said; the test during which the interpreter died is one of them.
    skipped: why each skipped test was skipped.
    ended_by: the test during which the process died or reached its limit.
    """

    status: str
    seconds: float
    passed: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""
    ended_by: str = ""


Outcomes = dict[str, Outcome]


def modules(lib: Path) -> list[str]:
    """The modules of the suite below `lib`, as libregrtest finds them."""
    found = []
    for path in (lib / "test").glob("test_*"):
        name = path.name.removesuffix(".py")
        if name in SPLIT:
            found += [f"{name}.{inner.stem}" for inner in path.glob("test_*") if inner.suffix in ("", ".py")]
        elif path.suffix == ".py" or path.is_dir():
            found.append(name)
    return sorted(found)


def prepare(source: Path, interpreter: Path, lib: Path, inputs: str, make_extensions: Callable[[Path], None]) -> None:
    """Copy the `test` package of CPython's sources to `lib`, compiled: every process imports much of it.

    The tests get a copy because some of them write into it. `make_extensions` puts the C modules of the suite into
    the folder it is given. Nothing is done where `inputs` is the same as the last time.
    """
    stamp = lib / "complete"
    if stamp.exists() and stamp.read_text() == inputs:
        return
    shutil.rmtree(lib, ignore_errors=True)
    lib.mkdir(parents=True)
    (lib / "dynload").mkdir()
    make_extensions(lib / "dynload")
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(source / "Lib/test", lib / "test", ignore=ignore)
    for name in REST:
        target = lib / "rest" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (source / "Lib" / name).is_dir():
            shutil.copytree(source / "Lib" / name, target, ignore=ignore)
        else:
            shutil.copy(source / "Lib" / name, target)
    # Some files are bad on purpose; compileall says so and goes on.
    subprocess.run([interpreter, "-m", "compileall", "-qq", lib / "test"], stdout=subprocess.DEVNULL, check=False)
    stamp.write_text(inputs)


@dataclass(frozen=True)
class Runner:
    """Runs modules of the suite in `lib` with the distribution in `dist`; logs go to `logs`."""

    node: Path
    dist: Path
    lib: Path
    logs: Path
    limit: float = LIMIT

    def run(self, name: str, without: Sequence[str] = ()) -> Outcome:
        """Run one module in a process of its own, and again without the test that ended it if one did."""
        outcome = self._once(name, without)
        ended: dict[str, str] = {}
        while outcome.status in ("crash", "timeout") and outcome.ended_by and len(ended) < ATTEMPTS:
            ended[outcome.ended_by] = outcome.status
            outcome = self._once(name, [*without, *ended])
        if not ended:
            return outcome
        status = outcome.status if outcome.status == "crash" else next(iter(ended.values()))
        return replace(outcome, status=status, failed={**outcome.failed, **ended})

    def _once(self, name: str, without: Sequence[str]) -> Outcome:
        self.logs.mkdir(parents=True, exist_ok=True)
        log, records = self.logs / f"{name}.log", self.logs / f"{name}.jsonl"
        records.write_text("")
        start = time.monotonic()
        with log.open("wb") as out:
            process = subprocess.Popen(
                [self.node, DRIVER, self.dist, self.lib, name, records, json.dumps(list(without))],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
            try:
                ended = process.wait(self.limit) is not None
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                ended = False
        seconds = round(time.monotonic() - start, 1)
        lines = records.read_text(encoding="utf-8", errors="replace").splitlines()
        return read(lines, ended=ended, seconds=seconds, printed=log.read_text(encoding="utf-8", errors="replace"))

    def run_all(
        self, names: Sequence[str], jobs: int, tell: Callable[[str, Outcome], None] = lambda name, outcome: None
    ) -> Outcomes:
        """Run modules side by side, calling `tell` as each ends; the outcomes by name."""

        def one(name: str) -> tuple[str, Outcome]:
            outcome = self.run(name)
            tell(name, outcome)
            return name, outcome

        with ThreadPoolExecutor(jobs) as pool:
            return dict(sorted(pool.map(one, names)))


def read(lines: Iterable[str], *, ended: bool, seconds: float, printed: str) -> Outcome:
    """The outcome that the records of one module tell of; `ended` is false if it was stopped at its limit."""
    passed: list[str] = []
    failed: dict[str, str] = {}
    skipped: dict[str, str] = {}
    running, status, detail = "", "crash", printed[-4000:]
    for line in lines:
        record = json.loads(line)
        if "start" in record:
            running = record["start"]
        elif "test" in record:
            name, outcome = record["test"], record["outcome"]
            if outcome in ("fail", "error", "xpass"):
                failed.setdefault(name, record["detail"] or outcome)
            elif outcome == "skip":
                skipped[name] = record["detail"]
            else:
                passed.append(name)
        elif "module" in record:
            status, detail = ("skip" if record["module"] == "skip" else "fail"), record["detail"]
        elif "fatal" in record:
            detail = record["fatal"]
        elif "done" in record:
            running = ""
            if status == "crash":
                status, detail = ("fail" if failed else "pass" if passed else "skip"), ""
    if not ended:
        status, detail = "timeout", ""
    if status in ("crash", "timeout") and running and running not in failed:
        failed[running] = status
    skipped = {name: reason for name, reason in skipped.items() if name not in failed}
    passed = [name for name in passed if name not in failed]
    ended_by = running if status in ("crash", "timeout") else ""
    return Outcome(status, seconds, tuple(passed), failed, skipped, detail, ended_by)


def save(outcomes: Outcomes, path: Path) -> None:
    """Write outcomes as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({name: asdict(outcome) for name, outcome in outcomes.items()}, indent=1))


def restore(path: Path) -> Outcomes:
    """Outcomes that `save` wrote."""
    rows = json.loads(path.read_text())
    return {name: Outcome(**{**row, "passed": tuple(row["passed"])}) for name, row in rows.items()}


def longest_first(names: Iterable[str], last: Outcomes) -> list[str]:
    """The order in which no long module is left alone at the end, from the seconds of an earlier run."""
    return sorted(names, key=lambda name: (-last[name].seconds if name in last else -1e9, name))


def default_jobs() -> int:
    return os.cpu_count() or 1
