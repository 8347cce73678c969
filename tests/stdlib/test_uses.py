"""Each module that stdlib-policy.toml includes does what it is for: see uses.toml."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from buildlib import policy
from buildlib.policy import Verdict
from harness.runtime import Runtime

USES: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("uses.toml").read_text(encoding="utf-8"))
OURS = policy.load()

RUN = """
import json
from pyodide.code import eval_code_async
failures = {{}}
for name, code in json.loads({uses!r}).items():
    try:
        value = await eval_code_async(code, {{}})
        if not value:
            failures[name] = f"{{code}} gave {{value!r}}"
    except Exception as error:
        failures[name] = f"{{code}} raised {{type(error).__name__}}: {{error}}"
failures
"""


@pytest.mark.parametrize("table", ["python", "c"])
def test_every_module_has_a_use(table: str) -> None:
    rows = getattr(OURS, table).values()
    assert USES[table].keys() == {row.name for row in rows if row.verdict is not Verdict.EXCLUDE}


@pytest.mark.keeps("modules of the library keep what they cache, and asyncio its loop")
@pytest.mark.parametrize("table", ["python", "c"])
def test_modules_do_what_they_are_for(runtime: Runtime, table: str) -> None:
    assert runtime.run_python_async(RUN.format(uses=json.dumps(USES[table]))) == {}
