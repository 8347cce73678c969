"""Run CPython's own tests on dist/ and, with --reference, on npm pyodide beside it.

Results go to build/test-cpython/*.json, a table to the terminal, and everything that is not as expectations.toml and
skips.toml say makes it fail.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "site_scons")]

from stdlib.cpython import expectations, report, setting, suite  # noqa: E402
from stdlib.cpython.suite import Outcome, Outcomes, Runner  # noqa: E402

from harness import dist as release  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module", nargs="*", help="modules to run, e.g. test_json; all if none is named")
    parser.add_argument("--dist", type=Path, help="an unpacked distribution instead of the tarball in dist/")
    parser.add_argument("--reference", action="store_true", help="run npm pyodide as well and compare")
    parser.add_argument("--jobs", type=int, default=suite.default_jobs(), help="processes at once")
    parser.add_argument("--limit", type=float, default=suite.LIMIT, help="seconds a module may take")
    parser.add_argument("--write-skips", action="store_true", help="make skips.toml from what was skipped here")
    chosen = parser.parse_args()
    lib = setting.prepare(chosen.jobs)
    known = suite.modules(lib)
    unknown = sorted(set(chosen.module) - set(known))
    if unknown:
        parser.error(f"CPython's suite has no {', '.join(unknown)}")
    names = chosen.module or known
    with tempfile.TemporaryDirectory() as folder:
        dist = chosen.dist or release.extract(release.tarball(ROOT / "dist"), Path(folder))
        ours = run("this", dist, names, chosen)
    reference = run("npm", setting.REFERENCE, names, chosen) if chosen.reference else None
    print(report.table(ours, reference))
    if chosen.write_skips:
        write_skips(expectations.skips_of(ours))
    if reference is not None:
        print("Behind the reference:", *report.behind(ours, reference) or ["nothing"], sep="\n  ", end="\n\n")
    return complain(ours)


def run(side: str, dist: Path, names: list[str], chosen: argparse.Namespace) -> Outcomes:
    """Run the modules on one distribution; the record of earlier runs is updated as each ends: it takes an hour."""
    record = setting.OUT / f"{side}.json"
    known = suite.restore(record) if record.exists() else {}
    writing = threading.Lock()
    runner = Runner(setting.NODE, dist.resolve(), setting.LIB, setting.OUT / side, chosen.limit)

    def tell(name: str, outcome: Outcome) -> None:
        print(f"{side:5}{outcome.status:8}{outcome.seconds:7.1f} s  {name}", flush=True)
        with writing:
            known[name] = outcome
            suite.save(dict(sorted(known.items())), record)

    return runner.run_all(suite.longest_first(names, known), chosen.jobs, tell)


def complain(ours: Outcomes) -> int:
    """Print what is not as expected; the exit code."""
    expected, skips = expectations.load(), expectations.load_skips()
    lines = []
    for name, outcome in ours.items():
        known = expected.get(name, expectations.Expected())
        lines += expectations.differences(outcome, name, known, skips.get(name, {}))
    print(*lines or ["Everything is as expected."], sep="\n")
    return 1 if lines else 0


def write_skips(skips: expectations.Skips) -> None:
    """Write skips.toml."""
    lines = ["# Why tests of CPython's suite are skipped, in its own words. Made by run.py --write-skips.\n"]
    for name, reasons in skips.items():
        lines.append(f"\n[{json.dumps(name)}]\n")
        for reason, tests in reasons.items():
            body = ", ".join(json.dumps(test) for test in tests)
            lines.append(f"{json.dumps(reason)} = [{body}]\n")
    expectations.SKIPS.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
