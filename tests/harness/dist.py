"""The distribution under test."""

from __future__ import annotations

from pathlib import Path

from buildlib.archive import unpack

TARBALLS = "pyodide-*.tgz"


def tarball(dist: Path) -> Path:
    """The release in `dist`. Raises FileNotFoundError if there is not exactly one."""
    found = sorted(dist.glob(TARBALLS))
    if len(found) != 1:
        have = ", ".join(path.name for path in found) or "none"
        raise FileNotFoundError(f"expected one {TARBALLS} in {dist}, found {have}: run ./scons dist")
    return found[0]


def extract(archive: Path, to: Path) -> Path:
    """Unpack a release below `to`; the folder of its files. (Debian 12's tarfile has no extraction filters.)"""
    package = to / "package"
    unpack(archive, package)
    return package
