"""What pyodide.asm.wasm exports: runtime/exports.toml resolved against the linked archives."""

from __future__ import annotations

import fnmatch
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from buildlib.errors import BuildError
from buildlib.process import output

HIDDEN = frozenset({"UNDEFINED", "BINDING_LOCAL", "VISIBILITY_HIDDEN"})


@dataclass(frozen=True)
class Group:
    """One consumer's exports.

    names:    symbols named one by one.
    archives: archives whose default-visibility symbols are exported; each entry is a list of
              file names of which the first that exists is taken (they differ between Emscripten releases).
    exclude:  glob patterns of symbols in `archives` that are not.
    """

    name: str
    consumer: str
    names: tuple[str, ...]
    archives: tuple[tuple[str, ...], ...]
    exclude: tuple[str, ...]


def load_groups(path: Path) -> tuple[Group, ...]:
    """Read exports.toml. Raises BuildError that names the group and the key."""
    groups = []
    for name, row in tomllib.loads(path.read_text(encoding="utf-8")).items():
        unknown = set(row) - {"consumer", "names", "archives", "exclude"}
        if unknown or not row.get("consumer"):
            fault = f"has unknown {', '.join(unknown)}" if unknown else "has no consumer"
            raise BuildError(f"{path.name}: [{name}] {fault}")
        groups.append(
            Group(
                name,
                row["consumer"],
                tuple(row.get("names", ())),
                tuple(tuple(files) for files in row.get("archives", ())),
                tuple(row.get("exclude", ())),
            )
        )
    return tuple(groups)


def visible_symbols(archive: Path, readobj: Path) -> frozenset[str]:
    """Functions and data an archive defines with default visibility: what a shared library made of it would export."""
    listing = output([readobj, "--symbols", archive], cwd=archive.parent)
    found = set()
    for block in re.findall(r"Symbol \{\n(.*?)\n  \}", listing, re.DOTALL):
        flags = set(re.findall(r"^\s+([A-Z_]+) \(0x", block, re.MULTILINE))
        kind = re.search(r"Type: (\w+)", block)
        name = re.search(r"Name: (\S+)", block)
        if kind and name and kind[1] in ("FUNCTION", "DATA") and not flags & HIDDEN:
            found.add(name[1])
    return frozenset(found)


def resolve(
    groups: Sequence[Group], folders: Sequence[Path], readobj: Path, unused: Collection[str] = ()
) -> Mapping[str, tuple[str, ...]]:
    """The sorted symbols of each group, `folders` being where its archives are looked for.

    `unused` are the names of archives that this build does not link.

    Raises BuildError for an archive in none of them, and for a pattern that matches nothing.
    """
    resolved = {}
    for group in groups:
        symbols = set(group.names)
        seen: set[str] = set()
        for files in group.archives:
            if files[0] in unused:
                continue
            seen |= visible_symbols(_find(group, files, folders), readobj)
        for pattern in group.exclude:
            matching = set(fnmatch.filter(seen, pattern))
            if not matching:
                raise BuildError(f"exports.toml: [{group.name}] exclude: nothing matches {pattern!r}", "Remove it.")
            seen -= matching
        resolved[group.name] = tuple(sorted(symbols | seen))
    return resolved


def _find(group: Group, files: Sequence[str], folders: Sequence[Path]) -> Path:
    for file in files:
        for folder in folders:
            if (folder / file).exists():
                return folder / file
    raise BuildError(
        f"exports.toml: [{group.name}] none of {', '.join(files)} is in {', '.join(map(str, folders))}",
        "Add this Emscripten's name for the archive.",
    )
