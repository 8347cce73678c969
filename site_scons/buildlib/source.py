"""An unpacked source and its patches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from buildlib.errors import BuildError
from buildlib.process import run


def apply_patches(source: Path, patches: Sequence[Path], log: Path) -> None:
    """Apply each patch to a freshly unpacked source. Raises BuildError naming the patch that does not apply."""
    for patch in patches:
        try:
            run(["patch", "-p1", "--fuzz=0", "--batch", "-i", patch.resolve()], cwd=source, log=log)
        except BuildError as error:
            raise BuildError(f"{patch.name} does not apply to {source.name}", str(error)) from error
