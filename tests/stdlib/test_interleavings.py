"""Many tasks that wait in turns, against the same program on CPython's event loop."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from harness import interleavings
from harness.hosts import SWITCHING
from harness.runtime import Runtime

SOURCE = Path(interleavings.__file__)


@pytest.mark.hosts(*SWITCHING)
@pytest.mark.parametrize("seed", range(4))
def test_tasks_keep_their_state(runtime: Runtime, seed: int) -> None:
    with asyncio.Runner(
        loop_factory=asyncio.new_event_loop
    ) as runner:  # leaves the thread's own loop to Chromium's driver
        expected = runner.run(interleavings.main(seed, [interleavings.Awaiting()]))
    runtime.write_file("/tmp/interleavings.py", SOURCE.read_bytes())
    code = f"""
import json, sys
sys.path.insert(0, "/tmp")
try:
    import interleavings as program
    log = await program.main({seed}, [program.Blocking(), program.Blocking(), program.Awaiting()])
finally:
    sys.path.remove("/tmp")
del sys.modules["interleavings"]
json.dumps(log)
"""
    assert json.loads(runtime.run_python_async(code)) == expected
