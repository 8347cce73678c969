"""Streams and members of the API do what they do in npm's Pyodide, but for what reference_differences.toml lists."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hosts import api_programs, stream_programs

from buildlib.paths import ROOT
from harness.hosts import Host
from harness.node import NodeHost

TABLE = tomllib.loads(Path(__file__).with_name("reference_differences.toml").read_text(encoding="utf-8"))["difference"]
DIFFERENT = {program for row in TABLE for program in row["programs"]}
"""The programs whose outcomes differ on purpose."""

PROGRAMS = [*stream_programs.PROGRAMS, *api_programs.PROGRAMS]

DRIVER = r"""
const PYTHON = `
import errno, fcntl, os, stat, sys

def attempt(function, *args):
    try:
        return function(*args)
    except OSError as error:
        return errno.errorcode.get(error.errno, error.errno)

def reads(count=4, size=5):
    return "|".join(str(attempt(lambda: os.read(0, size).decode("latin1"))) for _ in range(count))
`;

/** What a program may use, for one interpreter. */
const names = (api) => {
  const python = (code) => api.runPython(code);
  const told = (work) => {
    try {
      return work();
    } catch (error) {
      return error.type ?? error.name;
    }
  };
  return {
    api,
    python,
    told,
    fail: (properties) => {
      throw Object.assign(new Error("handler"), properties);
    },
    give: (...pieces) => () => (pieces.length ? pieces.shift() : null),
    bytes: (...values) => new Uint8Array(values),
    // A handler that fails so at first.
    first(properties, then) {
      let calls = 0;
      return (...args) => {
        if (calls++ === 0) throw Object.assign(new Error(), properties);
        return then(...args);
      };
    },
    reads(options, code = "reads()") {
      api.setStdin(options);
      return python(code);
    },
    writes(make, code) {
      const got = [];
      const take = (value) => {
        got.push(typeof value === "object" ? new TextDecoder().decode(value) : value);
        return value?.length;
      };
      api.setStdout(make(take, got));
      return [String(python(code)), got];
    },
    // What it comes to when a signal is written from within the first call of a handler.
    signalled(set, work) {
      const buffer = new Uint8Array(1);
      let calls = 0;
      api.setInterruptBuffer(buffer);
      try {
        set(() => {
          if (calls++ > 0) return false;
          buffer[0] = 2;
          return true;
        });
        return told(work);
      } finally {
        api.setInterruptBuffer(undefined);
      }
    },
  };
};

/** A value as JSON has it; one of Python's by its type and text. It is destroyed. */
const shown = (value) => {
  if (value instanceof Map || value instanceof Set) return [...value];
  if (typeof value === "bigint") return `${value}n`;
  if (!value?.toJs) return typeof value === "function" ? "a function" : value;
  const text = `${value.type}: ${value}`.replace(/0x[0-9a-f]+/g, "0x…");
  value.destroy();
  return text;
};

const RESET = `
sys.stdin.flush()
for _ in range(2):
    attempt(sys.stdin.buffer.read)
attempt(sys.stdout.flush)
None
`;

/** What each program makes. An interpreter that a program has ended is replaced. */
const runAll = async (loadPyodide, programs) => {
  const { error } = console;
  console.error = () => {};
  const outcomes = [];
  let api;
  for (const program of programs) {
    if (api === undefined) {
      api = await loadPyodide();
      api.runPython(PYTHON);
    }
    const scope = names(api);
    let outcome;
    try {
      outcome = shown(await new Function(...Object.keys(scope), `return ${program};`)(...Object.values(scope)));
    } catch (error) {
      outcome = `throws ${error.type ?? error.name}`;
    }
    try {
      api.setStdin({ stdin: () => null });
      api.setStdout({ batched() {} });
      api.setStderr({ batched() {} });
      api.runPython(RESET);
    } catch {
      outcome = "ends the interpreter";
      api = undefined;
    }
    outcomes.push(JSON.stringify(outcome) ?? "undefined");
  }
  console.error = error;
  return outcomes;
};
"""


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
