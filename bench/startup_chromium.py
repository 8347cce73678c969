"""How long loadPyodide takes in a page of Chromium, beside the reference in the same run.

  python bench/startup_chromium.py [--runs=N] [--dist=FOLDER]

As startup.mjs, with the Python of the build's environment. The two take turns; each run is a page with a profile of
its own, which fetches all files over HTTP from this machine. Medians are printed, in milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "site_scons"), str(ROOT / "tests")]

from buildlib import browser  # noqa: E402 - found where the line above says
from harness.chromium import Chromium  # noqa: E402
from harness.server import StaticServer  # noqa: E402

MEASURE = """async (address) => {
  const { measure, STEPS } = await import("/startup_steps.mjs");
  return { steps: STEPS, times: await measure(address) };
}"""


def run(chromium: Chromium, server: StaticServer, side: str) -> tuple[list[str], list[float]]:
    """The names of the steps and their times, in a fresh page."""
    tab = chromium.open(f"{server.url}/blank.html")
    try:
        answer = tab.evaluate(MEASURE, f"/{side}/pyodide.mjs")
        return answer["steps"], answer["times"]
    finally:
        tab.close()


def compare(runs: int, dist: Path) -> None:
    sides = {"ours": dist, "reference": ROOT / "node_modules/pyodide"}
    for folder in sides.values():
        if not (folder / "pyodide.mjs").exists():
            raise FileNotFoundError(f"{folder / 'pyodide.mjs'} is missing: run ./scons dist, which also runs npm ci")
    log = ROOT / "build/logs/chromium.log"
    chromium = Chromium(browser.ensure(log, browser.debian_unpacker(ROOT / "emsdk-pin.txt", log)))
    mounts = {f"/{side}/": folder for side, folder in sides.items()}
    times: dict[str, list[list[float]]] = {side: [] for side in sides}
    try:
        with StaticServer({**mounts, "/": ROOT / "bench"}) as server:
            steps, _ = run(chromium, server, "ours")
            run(chromium, server, "reference")  # both files are in the page cache now
            for _ in range(runs):
                for side, done in times.items():
                    done.append(run(chromium, server, side)[1])
    finally:
        chromium.close()
    print(f"Chromium, median of {runs} pages each, ms")
    print(" " * 30 + "".join(name.rjust(12) for name in (*sides, "ratio")))
    for i, step in enumerate(steps):
        ours, reference = (statistics.median(one[i] for one in times[side]) for side in sides)
        print(step.ljust(30) + f"{ours:12.1f}{reference:12.1f}{ours / reference:12.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Start-up in Chromium beside npm pyodide's.")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    options = parser.parse_args()
    try:
        if options.runs < 1:
            raise ValueError(f"--runs={options.runs} is not a positive number")
        compare(options.runs, options.dist.resolve())
    except (OSError, ValueError) as error:
        print(f"bench/startup_chromium.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
