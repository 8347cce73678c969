"""Interpreters that come from memory snapshots, for tests."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.hosts import Host, JsError

MAKE = """
async function made(code, {options = {}, ...making} = {}) {
  const maker = await loadPyodide({_makeSnapshot: true, ...options});
  await maker.runPythonAsync(code);
  return [maker.makeMemorySnapshot(making), maker];
}
async function restored(code, options = {}, making = {}) {
  return loadPyodide({_loadSnapshot: (await made(code, making))[0], ...options});
}
"""


def run(host: Host, body: str) -> Any:
    """The value of an async function body that can also call made() and restored()."""
    return host.run(MAKE + body)


def restored(host: Host, before: str, after: str, options: str = "{}") -> Any:
    """The value of Python `after` in an interpreter from a snapshot of one that ran `before`; it may await."""
    return run(
        host,
        f"""const value = await (await restored({json.dumps(before)}, {options})).runPythonAsync({json.dumps(after)});
        return value?.toJs?.({{dict_converter: Object.fromEntries}}) ?? value;""",
    )


def refused(host: Host, body: str) -> str:
    with pytest.raises(JsError) as caught:
        run(host, body)
    return caught.value.message
