"""A usable Emscripten: what every provider returns and every later step takes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from buildlib.errors import BuildError

OF_THE_USER = ("EM_CACHE", "EM_LLVM_ROOT", "EM_BINARYEN_ROOT", "EMSDK", "EMSDK_NODE", "EMSDK_PYTHON")
"""What configures an Emscripten that the user has activated."""


@dataclass(frozen=True)
class Toolchain:
    """An Emscripten that can be run.

    provider:   "activated", "debian" or "emsdk".
    emscripten: the folder of emcc.
    llvm:       the folder of llvm-nm and its siblings.
    version:    Emscripten's version.
    config:     EM_CONFIG, or "" for the installation's own.
    cache:      EM_CACHE, frozen once its system libraries are built, or "".
    components: name and exact version of everything that made the output.
    notes:      what differs from the pin.
    """

    provider: str
    emscripten: str
    llvm: str
    version: str
    config: str = ""
    cache: str = ""
    components: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def env(self) -> dict[str, str]:
        """The environment to run emcc in: small and known, so that a build depends on nothing else."""
        node = shutil.which("node")
        if node is None:
            raise BuildError("node is not on PATH", "Emscripten runs JavaScript: install Node.js 20 or newer.")
        kept = ("HOME", "LANG", "TMPDIR", *(() if self.provider == "debian" else OF_THE_USER))
        env = {name: os.environ[name] for name in kept if name in os.environ}
        env["PATH"] = os.pathsep.join([self.emscripten, os.environ.get("PATH", os.defpath)])
        env["EM_NODE_JS"] = node
        if self.config:
            env["EM_CONFIG"] = self.config
        if self.cache:
            env["EM_CACHE"] = self.cache
            env["EM_FROZEN_CACHE"] = "1"
        return env

    def tool(self, name: str) -> Path:
        """emcc, emar, …, or an llvm-… tool, as an absolute path."""
        folder = self.llvm if name.startswith(("llvm-", "clang", "wasm-ld")) else self.emscripten
        return Path(folder) / name

    def identity(self) -> str:
        """What of it can change its output: not where it is."""
        return json.dumps([self.provider, self.version, dict(self.components)], sort_keys=True)

    def dump(self) -> str:
        """The stamp file's text."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"

    @staticmethod
    def load(text: str) -> Toolchain:
        record = json.loads(text)
        record["notes"] = tuple(record["notes"])
        return Toolchain(**record)
