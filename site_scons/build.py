"""What every room of the build is told: options, folders, versions, and the step that adds to the graph."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import steps
from buildlib.paths import ROOT, cache_root
from buildlib.pins import Pin, load_pins
from buildlib.policy import Policy, load_all
from buildlib.toolchain import Toolchain
from buildlib.wheelplatform import WheelPlatform, load_platform


@dataclass(frozen=True)
class Build:
    """One run of the build.

    env:      the SCons environment; only `step`, `alias` and `depends` touch it.
    mode:     "release", or "dev" for quick links.
    provider: the `toolchain=` option.
    mirrors:  folders given as SOURCE_MIRROR.
    jobs:     how many processes a step that runs alone may start.
    policy_files: what `profile=` and `policy=` chose.
    """

    env: Any
    mode: str
    provider: str
    mirrors: tuple[Path, ...]
    jobs: int
    policy_files: tuple[Path, ...]

    root = ROOT
    out = ROOT / "build"
    dist = ROOT / "dist"
    cache = cache_root()

    @property
    def version(self) -> str:
        """The release's version."""
        return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])

    @property
    def pins(self) -> dict[str, Pin]:
        return load_pins(ROOT / "cpython/pins.toml")

    @property
    def python_version(self) -> str:
        """The version of the CPython that is built, "3.14.7"."""
        return self.pins["cpython"].version

    @property
    def platform(self) -> WheelPlatform:
        return load_platform(ROOT / "cpython/platform.toml")

    @property
    def policy(self) -> Policy:
        """What becomes of each module of the standard library."""
        return load_all(self.policy_files)

    def toolchain(self) -> Toolchain:
        """The toolchain, once its step has run."""
        return Toolchain.load((self.out / "toolchain.json").read_text())

    def log(self, name: str) -> Path:
        return self.out / "logs" / f"{name}.log"

    def step(
        self, targets: Path | Sequence[Path], sources: Iterable[Any], work: Callable[[], None], **options: Any
    ) -> Any:
        """Add a step: see `steps.step`. Paths become file nodes."""
        listed = [targets] if isinstance(targets, Path) else targets
        return steps.step(
            self.env, [str(path) for path in listed], [_node(self.env, source) for source in sources], work, **options
        )

    def alias(self, name: str, nodes: Any) -> None:
        self.env.Alias(name, nodes)

    def command(self, name: str, needs: Any, work: Callable[[], None]) -> None:
        """A target that is a deed, not a file: it runs whenever it is asked for."""
        node = self.env.Alias(name, needs, self.env.Action(steps.Step("", work), cmdstr=None))
        self.env.AlwaysBuild(node)


def _node(env: Any, source: Any) -> Any:
    return env.File(str(source)) if isinstance(source, Path) else source
