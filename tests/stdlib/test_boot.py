"""What start-up imports, compared with the boot list of stdlib-policy.toml."""

from __future__ import annotations

from buildlib import policy, stdlib
from harness.runtime import Runtime

LOADED = """
import sys
archive = next(entry for entry in sys.path if entry.endswith(".zip"))
def file(module):
    frozen = getattr(getattr(module, "__spec__", None), "origin", None) == "frozen"
    return "" if frozen else getattr(module, "__file__", None) or ""
[archive, [[name, file(module)] for name, module in [*sys.modules.items()]]]
"""


def test_start_up_imports_exactly_the_boot_list(runtime: Runtime) -> None:
    archive, loaded = runtime.run_python(LOADED)
    missing, in_vain = stdlib.boot_difference(policy.load(), [(name, file) for name, file in loaded], archive)
    assert (missing, in_vain) == ([], []), "change [boot] in stdlib-policy.toml: (add, drop)"


def test_bytecode_is_what_start_up_loads(runtime: Runtime) -> None:
    archive, loaded = runtime.run_python(LOADED)
    sources = [name for name, file in loaded if file.startswith(f"{archive}/") and not file.endswith(".pyc")]
    assert sources == []
