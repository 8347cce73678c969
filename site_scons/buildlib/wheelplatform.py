"""The platform ABI of wheels for this runtime: cpython/platform.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class WheelPlatform:
    """PEP 783's platform.

    abi:        its name, as in `pyemscripten_2026_0_wasm32`.
    emscripten: the release that defines it.
    flags:      what every object of the distribution and of a wheel is compiled and linked with.
    """

    abi: str
    emscripten: str
    flags: tuple[str, ...]

    @property
    def tag(self) -> str:
        return f"pyemscripten_{self.abi}_wasm32"


def load_platform(path: Path) -> WheelPlatform:
    """Read platform.toml. Raises KeyError for a missing key: the file is ours."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return WheelPlatform(data["abi"], data["emscripten"], tuple(data["flags"]))
