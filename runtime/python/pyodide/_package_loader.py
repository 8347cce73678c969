"""Unpacks archives of packages: whole, or not at all."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import stat
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from zipfile import ZipFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zipfile import ZipInfo

STAGE = ".installing"
"""A folder in the target. What is in it is verified; then it is moved to its places."""

ROOMY = 256 << 20
LARGEST_RATIO = 100
"""An archive that unpacks to more bytes than ROOMY, and to more than so many times its own size, is a bomb."""

PIECE = 256 << 10
"""How many bytes of a file are unpacked at a time."""

_SHARED_LIBRARY = re.compile(r"\.so(\.\d+)*$")
_FOREIGN_TAG = re.compile(r"\.(cpython|pypy|graalpy)\w*-[\w-]+\.so$")
"""Names of extension modules have a tag (PEP 3149)."""

_SCHEMES = ("purelib", "platlib", "data")
"""What of a wheel's .data folder is installed: modules, and files below sys.prefix."""


class BadArchive(ValueError):
    """An archive that must not be installed, and why."""


def install(archive: str, target: str, metadata: Mapping[str, str] | None = None) -> list[str]:
    """Unpack a wheel or a zip archive into the folder `target` and return the paths of its shared libraries.

    `metadata` are files to add to a wheel's .dist-info folder, by name.
    Raises BadArchive, BadZipFile or OSError; nothing is installed then.
    """
    stage = f"{target}/{STAGE}"
    shutil.rmtree(stage, ignore_errors=True)
    try:
        with ZipFile(archive) as source:
            members = list(_checked(source, os.path.getsize(archive)))
            _unpack(source, members, f"{stage}/target")
        names = [member.filename for member in members]
        if archive.endswith(".whl"):
            names = _finish_wheel(stage, os.path.basename(archive), names, metadata or {})
        moves = [*_moves(f"{stage}/target", target), *_moves(f"{stage}/prefix", sys.prefix)]
        for path, place in moves:
            shutil.move(path, place)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    importlib.invalidate_caches()
    return [os.path.join(target, name) for name in names if is_shared_library(name)]


def is_shared_library(name: str) -> bool:
    """Whether a file of that name can be loaded here: no extension module of another Python or platform."""
    if not _SHARED_LIBRARY.search(name):
        return False
    return not _FOREIGN_TAG.search(name) or any(name.endswith(suffix) for suffix in EXTENSION_SUFFIXES)


def _checked(source: ZipFile, size: int) -> Iterator[ZipInfo]:
    """The files of an archive. Raises BadArchive for names that lead out of it, and for more than can be meant."""
    total = 0
    for member in source.infolist():
        parts = member.filename.split("/")
        if member.filename.startswith("/") or ".." in parts or "\\" in member.filename:
            raise BadArchive(f"the archive has a file {member.filename!r}, which lies outside of it")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise BadArchive(f"the archive has a symbolic link {member.filename!r}")
        total += member.file_size
        if total > max(ROOMY, LARGEST_RATIO * size):
            raise BadArchive(f"the archive has {size} bytes and unpacks to more than {total >> 20} MiB: that is a bomb")
        if not member.is_dir():
            yield member


def _unpack(source: ZipFile, members: list[ZipInfo], folder: str) -> None:
    os.makedirs(folder)
    made = {folder}
    for member in members:
        path = f"{folder}/{member.filename}"
        parent = os.path.dirname(path)
        if parent not in made:
            os.makedirs(parent, exist_ok=True)
            made.add(parent)
        with source.open(member) as packed, open(path, "wb", buffering=0) as file:
            if member.file_size > PIECE:
                file.truncate(member.file_size)  # as it grows, JavaScript would copy it again and again
            # In pieces; reading the last one verifies the checksum.
            shutil.copyfileobj(packed, file, PIECE)


def _finish_wheel(stage: str, file_name: str, names: list[str], metadata: Mapping[str, str]) -> list[str]:
    """Add `metadata` and spread the .data folder; the names of all files, relative to the target."""
    info = _only_folder(names, file_name)
    folder = f"{stage}/target"
    for name, text in metadata.items():
        with open(f"{folder}/{info}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
    data = f"{info.removesuffix('.dist-info')}.data"
    if not os.path.isdir(f"{folder}/{data}"):
        return names
    placed = {name: _place(name, data) for name in names}
    _rewrite_record(f"{folder}/{info}/RECORD", placed)
    for scheme in _SCHEMES:
        if os.path.isdir(f"{folder}/{data}/{scheme}"):
            to = f"{stage}/prefix" if scheme == "data" else folder
            os.makedirs(to, exist_ok=True)
            for path, place in list(_moves(f"{folder}/{data}/{scheme}", to)):
                shutil.move(path, place)
    shutil.rmtree(f"{folder}/{data}")
    return [name for name in placed.values() if not name.startswith(f"{data}/")]


def _only_folder(names: list[str], file_name: str) -> str:
    """The .dist-info folder of a wheel. Raises BadArchive unless it is there, once, and the wheel's own."""
    found = {name.partition("/")[0] for name in names if name.partition("/")[0].endswith(".dist-info")}
    if len(found) != 1:
        raise BadArchive(f"{file_name} has {len(found) or 'no'} .dist-info folders, a wheel has one")
    (info,) = found
    if _normalized(info.partition("-")[0]) != _normalized(file_name.partition("-")[0]):
        raise BadArchive(f"{file_name} has a folder {info}, which is that of another package")
    return info


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _place(name: str, data: str) -> str:
    """Where a wheel's file goes, relative to the target: a file below sys.prefix gets an absolute path."""
    for scheme in _SCHEMES:
        prefix = f"{data}/{scheme}/"
        if name.startswith(prefix):
            rest = name.removeprefix(prefix)
            return os.path.join(sys.prefix, rest) if scheme == "data" else rest
    return name


def _rewrite_record(path: str, moved: Mapping[str, str]) -> None:
    """Let RECORD say where files are, so that they can be uninstalled."""
    import csv

    if not os.path.exists(path):
        return
    with open(path, newline="", encoding="utf-8") as file:
        rows = [[moved.get(row[0], row[0]), *row[1:]] for row in csv.reader(file) if row]
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _moves(source: str, target: str) -> Iterator[tuple[str, str]]:
    """What to rename to what, so that the contents of the folder `source` come to `target`, replacing files there.

    Whole folders where there is none yet. Raises FileExistsError for a file where a folder is needed, or the reverse.
    """
    for entry in os.scandir(source) if os.path.isdir(source) else ():
        place = os.path.join(target, entry.name)
        folder = entry.is_dir()
        if folder and os.path.isdir(place):
            yield from _moves(entry.path, place)
        elif os.path.lexists(place) and folder != os.path.isdir(place):
            raise FileExistsError(f"{place} is in the way: it is {'no' if folder else 'a'} folder")
        else:
            yield entry.path, place
