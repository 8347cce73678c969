"""What a test holds: an interpreter in some host."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from harness.hosts import TIMEOUT, Host

COUNT = "return {names, proxies: pyodide._module.core.liveProxies(), handles: pyodide._module.core.liveHandles()};"

NAMES = """
__import__("gc").collect()
" ".join(globals())
"""

FORGET = """
def forget(names, keep):
    import gc, sys
    for name in [*names]:
        if name not in keep:
            del names[name]
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        vars(sys).pop(name, None)
    gc.collect()
forget(globals(), {names!r}.split())
"""


@dataclass(frozen=True)
class Holdings:
    """What an interpreter holds, Python's garbage collected."""

    names: str
    """Those in `__main__`."""
    proxies: int
    handles: int

    def beyond(self, earlier: Holdings) -> dict[str, int]:
        """How many more objects there are. Fewer is no leak: JavaScript's collector may have come round."""
        more = {"proxies": self.proxies - earlier.proxies, "handles": self.handles - earlier.handles}
        return {what: number for what, number in more.items() if number > 0}


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

    def holdings(self) -> Holdings:
        """What there is now."""
        return self._counted(NAMES)

    def restore(self, earlier: Holdings) -> Holdings:
        """Remove what `__main__` has got since then, and the last exception, which holds its frames; what is left."""
        return self._counted(FORGET.format(names=earlier.names))

    def _counted(self, code: str) -> Holdings:
        return Holdings(**self.run_js(f"const names = pyodide.runPython({json.dumps(code)}) ?? ''; {COUNT}"))
