"""What a test holds: an interpreter in some host."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from harness.hosts import TIMEOUT, Host

COUNTS = """
pyodide.runPython("import gc; gc.collect(); None");
const core = pyodide._module.core;
return {proxies: core.liveProxies(), handles: core.liveHandles()};
"""

FORGET = """
def forget(names, keep):
    import sys
    for name in [*names]:
        if name not in keep:
            del names[name]
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        vars(sys).pop(name, None)
forget(globals(), {keep!r})
"""


@dataclass(frozen=True)
class Runtime:
    """An interpreter loaded into `host`."""

    host: Host

    @classmethod
    def load(cls, host: Host, options: str = "{}") -> Runtime:
        """Load a fresh interpreter, dropping the host's earlier one. `options` is a JavaScript expression."""
        host.run(f"return await loadPyodide({options});", replace=True)
        return cls(host)

    def run_js(self, body: str, timeout: float = TIMEOUT) -> Any:
        """Run an async function body with `pyodide` and `loadPyodide` in scope.

        Returns what it returns, as JSON carries it (undefined is None).
        Raises JsError for what it throws, HostError if the host dies or takes longer than `timeout` seconds.
        """
        return self.host.run(body, timeout=timeout)

    def run_python(self, code: str, timeout: float = TIMEOUT) -> Any:
        """Run Python in `__main__`; the value of the last expression, converted as `toJs` does, as JSON carries it."""
        return self._convert(f"pyodide.runPython({json.dumps(code)})", timeout)

    def run_python_async(self, code: str, timeout: float = TIMEOUT) -> Any:
        """As run_python(), for Python that may await."""
        return self._convert(f"await pyodide.runPythonAsync({json.dumps(code)})", timeout)

    def _convert(self, value: str, timeout: float) -> Any:
        return self.run_js(
            f"""
            const value = {value};
            if (typeof value?.toJs !== "function") return value;
            const copy = value.toJs({{ dict_converter: Object.fromEntries }});
            value.destroy();
            return copy;
            """,
            timeout,
        )

    def write_file(self, path: str, data: bytes) -> None:
        """Write a file into the interpreter's file system; its folder must exist."""
        text = base64.b64encode(data).decode()
        self.run_js(
            f"pyodide.FS.writeFile({json.dumps(path)}, Uint8Array.from(atob('{text}'), (c) => c.charCodeAt(0)));"
        )

    def globals(self) -> list[str]:
        """The names in `__main__`."""
        names: list[str] = self.run_python("sorted(globals())")
        return names

    def forget(self, keep: list[str]) -> None:
        """Remove what `__main__` holds beyond `keep`, and the last exception, which holds its frames."""
        self.run_python(FORGET.format(keep=keep))

    def counts(self) -> dict[str, int]:
        """The numbers of live proxies and handles, Python's garbage collected first."""
        counts: dict[str, int] = self.run_js(COUNTS)
        return counts
