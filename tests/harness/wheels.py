"""Wheels from PyPI that other people built for this platform, with their hashes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from buildlib.paths import cache_root

PLATFORM = "pyemscripten_2026_0_wasm32"


@dataclass(frozen=True)
class Wheel:
    distribution: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        return f"{self.distribution.replace('-', '_')}-{self.version}-cp314-cp314-{PLATFORM}.whl"


MSGPACK = Wheel("msgpack", "1.2.4", "06a0657a4110d563255006b7cb7147432f67827144e429c2cdb1c967548d1817")
"""C, made by Cython."""

LUAU = Wheel("luau-wasm", "0.1a0", "15c352440d63b9d5d7c9b4ebf6970526de3f1ed80525105b7944833767d6824e")
"""C++ that throws exceptions."""


def fetch(wheel: Wheel, folder: Path | None = None) -> bytes:
    """The wheel, from the cache folder or from PyPI. Raises RuntimeError if it cannot be had, or is another one."""
    folder = folder or cache_root() / "wheels"
    path = folder / wheel.file_name
    if not path.exists():
        command = [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"),
            *("--platform", PLATFORM, "--python-version", "3.14", "--implementation", "cp", "--abi", "cp314"),
            *("--dest", str(folder), f"{wheel.distribution}=={wheel.version}"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{wheel.file_name} is not in {folder} and pip cannot download it:\n{done.stderr}")
    data = path.read_bytes()
    actual = hashlib.sha256(data).hexdigest()
    if actual != wheel.sha256:
        path.unlink()
        raise RuntimeError(f"{wheel.file_name} has sha256 {actual}, expected {wheel.sha256}; removed it from the cache")
    return data
