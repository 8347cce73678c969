"""loadPackage as tests call it, and lock files of wheels that they made."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from harness.runtime import Runtime

FRESH = "globalThis.fresh"

LOAD = """
const messages = [], errors = [];
const options = {
  messageCallback: (message) => messages.push(message),
  errorCallback: (message) => errors.push(message),
  ...OPTIONS,
};
let loaded, failure;
try {
  loaded = await PYODIDE.loadPackage(NAMES, options);
} catch (error) {
  failure = error.message;
}
return { loaded, failure, messages, errors };
"""


def load(runtime: Runtime, names: object, pyodide: str = "pyodide", **options: object) -> dict[str, Any]:
    """What loadPackage gave, threw and said."""
    code = LOAD.replace("NAMES", json.dumps(names)).replace("OPTIONS", json.dumps(options)).replace("PYODIDE", pyodide)
    outcome: dict[str, Any] = runtime.run_js(code)
    return outcome


def lock_file(wheels: dict[str, bytes], depends: dict[str, list[str]]) -> dict[str, Any]:
    """A lock file of made wheels. Each imports its own name."""
    packages = {}
    for file_name, data in wheels.items():
        name, version = file_name.split("-")[:2]
        packages[name.replace("_", "-")] = {
            "name": name,
            "version": version,
            "file_name": file_name,
            "install_dir": "site",
            "package_type": "package",
            "sha256": hashlib.sha256(data).hexdigest(),
            "imports": [name],
            "depends": depends.get(name, []),
        }
    return {
        "info": {"arch": "wasm32", "platform": "emscripten_5_0_3", "python": "3.14.7", "abi_version": "2026_0"},
        "packages": packages,
    }


def start_fresh(runtime: Runtime, options: str) -> str:
    """Load another interpreter beside `runtime`'s; the JavaScript expression that it is."""
    runtime.run_js(f"{FRESH} = await loadPyodide({options});")
    return FRESH
