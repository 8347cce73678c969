"""Unpack source archives safely; write archives whose bytes depend on nothing but their members."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import os
import shutil
import tarfile
import time
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from buildlib.atomic import enough_space, new_file, new_folder
from buildlib.errors import BuildError

EPOCH = 499162500
"""1985-10-26, the time npm gives to every member of a package; in seconds."""

ZIP_EPOCH = 315532800
"""1980-01-01: zip knows no earlier time."""


def unpack(archive: Path, dest: Path) -> None:
    """Unpack a tar file (any compression) into `dest`, without the one folder that all its members are in.

    `dest` is replaced, and exists only when complete: a killed run leaves at most `dest`.partial, which
    the next one removes. Raises BuildError for a damaged archive, one with a member that would land outside
    `dest`, or a full disk.
    """
    try:
        with archive.open("rb") as file:
            unpack_stream(file, dest, str(archive))
    except OSError as error:
        raise BuildError(f"{archive} cannot be unpacked to {dest}: {error}") from error


def unpack_stream(file: BinaryIO, dest: Path, name: str) -> None:
    """`unpack` for an open file; `name` stands for it in messages."""
    try:
        with tarfile.open(fileobj=file) as tar, new_folder(dest) as partial:
            for member, path in _inside(tar, name):
                _unpack_member(tar, member, path, partial, name)
    except (tarfile.TarError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise BuildError(f"{name} is not a whole archive: {error}", "Delete it and run the build again.") from error


def _inside(tar: tarfile.TarFile, name: str) -> Iterator[tuple[tarfile.TarInfo, PurePosixPath]]:
    """Each member with its path below the one top folder; a member that is that folder itself is left out."""
    top = None
    for member in tar:
        parts = PurePosixPath(member.name).parts
        if member.name.startswith("/") or ".." in parts:
            raise BuildError(f"{name}: member {member.name} climbs out of the archive's folder")
        top = top or parts[0]
        if parts[0] != top:
            raise BuildError(f"{name}: member {member.name} is beside the folder {top}, not in it")
        if parts[1:]:
            yield member, PurePosixPath(*parts[1:])


def _unpack_member(tar: tarfile.TarFile, member: tarfile.TarInfo, path: PurePosixPath, root: Path, name: str) -> None:
    target = root / path
    # Links are followed here: an earlier member may have made one of the folders on the way a link.
    _check_inside(target.parent, root, member, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    if member.isdir():
        target.mkdir(exist_ok=True)
    elif member.issym():
        _check_inside(target.parent / member.linkname, root, member, name)
        target.symlink_to(member.linkname)
    elif member.islnk():
        other = root / PurePosixPath(*PurePosixPath(member.linkname).parts[1:])
        _check_inside(other, root, member, name)
        os.link(other, target)
    elif member.isreg():
        source = tar.extractfile(member)
        assert source is not None
        with source, target.open("xb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
        target.chmod(0o755 if member.mode & 0o100 else 0o644)
        # configure scripts and their inputs are compared by time.
        os.utime(target, (member.mtime, member.mtime))
    else:
        raise BuildError(f"{name}: member {member.name} is neither file, folder nor link")


def _check_inside(path: Path, root: Path, member: tarfile.TarInfo, name: str) -> None:
    if not path.resolve().is_relative_to(root.resolve()):
        raise BuildError(f"{name}: member {member.name} climbs out of the archive's folder")


def write_tgz(
    path: Path, members: Mapping[str, bytes | Path], executable: Collection[str] = (), epoch: int = EPOCH
) -> None:
    """Write a .tgz of files: sorted, owner 0, all from `epoch` (seconds).

    Their mode is 0644, or 0755 for the files whose names, without folders, are in `executable`.
    """
    with (
        new_file(path) as partial,
        partial.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name, content in sorted(members.items()):
            data = _bytes(content)
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), epoch
            info.mode = 0o755 if PurePosixPath(name).name in executable else 0o644
            tar.addfile(info, io.BytesIO(data))


def write_zip_stored(path: Path, members: Mapping[str, bytes | Path], epoch: int = EPOCH) -> None:
    """Write an uncompressed .zip of files: sorted, mode 0644, all from `epoch` (seconds), 1980 at the earliest."""
    date = time.gmtime(max(epoch, ZIP_EPOCH))
    with new_file(path) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(members.items()):
            info = zipfile.ZipInfo(
                name, (date.tm_year, date.tm_mon, date.tm_mday, date.tm_hour, date.tm_min, date.tm_sec)
            )
            info.create_system = 3  # Unix, whatever the build machine is.
            info.external_attr = 0o100644 << 16
            archive.writestr(info, _bytes(content))


def pack_tree(tree: Path, out: BinaryIO) -> None:
    """Write `tree`, links and modes included, as an uncompressed tar that `unpack_stream` reads."""
    with enough_space(tree), tarfile.open(fileobj=out, mode="w") as tar:
        tar.add(tree, "tree")


def tree_manifest(folder: Path) -> str:
    """One line `sha256 size path` for each file below `folder`, sorted by path.

    A link stands as `path -> target`, with the hash and size of the target's name.
    """
    lines = []
    for path in sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            target = str(path.readlink())
            name, data = f"{name} -> {target}", os.fsencode(target)
            lines.append(f"{hashlib.sha256(data).hexdigest()} {len(data)} {name}\n")
        else:
            with path.open("rb") as file:
                lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()} {path.stat().st_size} {name}\n")
    return "".join(lines)


def _bytes(content: bytes | Path) -> bytes:
    return content.read_bytes() if isinstance(content, Path) else content
