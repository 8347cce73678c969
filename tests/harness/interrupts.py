"""A signal for Python that waits."""

from __future__ import annotations

import json
from typing import Any

from harness.runtime import Runtime


def interrupt(runtime: Runtime, code: str, milliseconds: int = 0) -> tuple[Any, int]:
    """Run Python and send it SIGINT so long after it sets `js.waiting`: its value, and what the buffer holds then."""
    value, left = runtime.run_js(f"""
        const buffer = new Uint8Array(1);
        globalThis.waiting = false; // whatever earlier tests left there
        pyodide.setInterruptBuffer(buffer);
        try {{
            const running = pyodide.runPythonAsync({json.dumps("import js" + chr(10) + code)});
            while (!globalThis.waiting) await new Promise((done) => setTimeout(done, 1));
            setTimeout(() => {{ buffer[0] = 2; }}, {milliseconds});
            const result = await running, value = result.toJs();
            result.destroy();
            return [value, buffer[0]];
        }} finally {{ pyodide.setInterruptBuffer(undefined); }}
    """)
    return value, left
