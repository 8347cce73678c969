"""The wheel of our Python packages for other machines: type checkers there learn what programs for the runtime import.

Part of what is in it works there as well, `pyodide.code` for one.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

from buildlib.archive import write_zip_stored
from buildlib.stdlib import PACKAGES, version_module

DISTRIBUTION = "pyodide_py"

METADATA = """\
Metadata-Version: 2.4
Name: pyodide-py
Version: {version}
Summary: The Python packages of the pyodide distribution, for type checkers
License-Expression: MIT
Requires-Python: >=3.11
"""

WHEEL = """\
Wheel-Version: 1.0
Generator: pyodide-dist
Root-Is-Purelib: true
Tag: py3-none-any
"""


def file_name(version: str) -> str:
    return f"{DISTRIBUTION}-{version}-py3-none-any.whl"


def write(target: Path, version: str) -> None:
    """Write the wheel. Modules that are a stub only become stub packages (PEP 561)."""
    members: dict[str, bytes] = {"_pyodide/_version.py": version_module(version)}
    for package in ("pyodide", "_pyodide"):
        for path in (PACKAGES / package).rglob("*"):
            if path.suffix in (".py", ".pyi", ".typed"):
                members[path.relative_to(PACKAGES).as_posix()] = path.read_bytes()
    for stub in PACKAGES.glob("*.pyi"):
        members[f"{stub.stem}-stubs/__init__.pyi"] = stub.read_bytes()
    info = f"{DISTRIBUTION}-{version}.dist-info"
    members |= {f"{info}/METADATA": METADATA.format(version=version).encode(), f"{info}/WHEEL": WHEEL.encode()}
    members[f"{info}/RECORD"] = _record(members, f"{info}/RECORD")
    write_zip_stored(target, members)


def _record(members: Mapping[str, bytes], own: str) -> bytes:
    """The list of a wheel's files: https://packaging.python.org/en/latest/specifications/recording-installed-packages/"""
    lines = [f"{name},sha256={_digest(data)},{len(data)}" for name, data in sorted(members.items())]
    return "".join(f"{line}\n" for line in [*lines, f"{own},,"]).encode()


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
