"""Files and folders that appear under their name complete, or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from buildlib.errors import BuildError


@contextmanager
def enough_space(path: Path) -> Iterator[None]:
    """Turns a full disk met while writing at `path` into a BuildError."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise BuildError(
            f"the disk is full: {path} cannot be written", "Free some space and run the build again; it continues."
        ) from error


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A path to write; renamed to `target` when the block ends well, removed otherwise.

    One writer of `target` at a time: what a killed one left behind is overwritten.
    """
    partial = target.with_name(f"{target.name}.partial")
    with enough_space(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield partial
            with partial.open("rb") as file:
                os.fsync(file.fileno())
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """An empty folder to fill; becomes `target`, replacing it, when the block ends well, and is removed otherwise.

    One writer of `target` at a time: what a killed one left behind is removed.
    """
    partial = target.with_name(f"{target.name}.partial")
    with enough_space(target):
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        try:
            yield partial
            shutil.rmtree(target, ignore_errors=True)
            partial.rename(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
