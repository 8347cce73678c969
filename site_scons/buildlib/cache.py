"""Built trees by the hash of what made them, outside the clone. A hint, never a source of truth."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from buildlib.archive import pack_tree, tree_manifest, unpack_stream
from buildlib.atomic import enough_space
from buildlib.filelock import BuildLock
from buildlib.paths import cache_root


def key(*parts: str | bytes | Path) -> str:
    """A hash over texts and over the contents of files and folders, in this order; where they are does not count."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            data = tree_manifest(part).encode() if part.is_dir() else part.read_bytes()
        else:
            data = part.encode() if isinstance(part, str) else part
        # The length separates parts: ("ab", "c") is not ("a", "bc").
        digest.update(f"{len(data)}:".encode() + data)
    return digest.hexdigest()


def restore(entry: str, dest: Path) -> bool:
    """Replace `dest` by the tree stored under `entry`, a key. False, and `dest` untouched, if there is no sound one."""
    for file in _folder().glob(f"{entry}-*.tar"):
        with contextlib.suppress(FileNotFoundError), file.open("rb") as packed:
            if hashlib.file_digest(packed, "sha256").hexdigest() == _digest_in(file):
                packed.seek(0)
                unpack_stream(packed, dest, str(file))
                return True
            file.unlink()
    return False


def store(entry: str, tree: Path) -> None:
    """Keep a copy of `tree` under the key `entry`. Raises BuildError if the disk is full.

    An entry is one file named by the key and its own hash: it appears by a rename, a damaged one is
    recognised by its name, and deleting it never leaves half of one.
    """
    folder = _folder()
    partial = folder / f"{entry}.partial"
    with enough_space(partial), BuildLock(folder / f"{entry}.lock"):
        try:
            with partial.open("w+b") as packed:
                pack_tree(tree, packed)
                packed.flush()
                os.fsync(packed.fileno())
                packed.seek(0)
                digest = hashlib.file_digest(packed, "sha256").hexdigest()
            target = folder / f"{entry}-{digest}.tar"
            for old in folder.glob(f"{entry}-*.tar"):
                if old != target:
                    old.unlink(missing_ok=True)
            # The cache may have been deleted meanwhile; then there is simply no entry.
            with contextlib.suppress(FileNotFoundError):
                partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)


def _digest_in(file: Path) -> str:
    return file.stem.rpartition("-")[2]


def _folder() -> Path:
    return cache_root() / "built"
