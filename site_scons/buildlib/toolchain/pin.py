"""Read emsdk-pin.txt."""

from __future__ import annotations

import configparser
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from buildlib.errors import BuildError


@dataclass(frozen=True)
class DebianPackage:
    name: str
    version: str
    sha256: str


@dataclass(frozen=True)
class ToolchainPin:
    """What emsdk-pin.txt says: the range accepted, and what each provider installs."""

    accepts: SpecifierSet
    emsdk_version: str
    emsdk_home: str
    debian_suites: tuple[str, ...]
    debian_llvm: int
    debian_packages: tuple[DebianPackage, ...]


def load_pin(path: Path) -> ToolchainPin:
    """Parse the pin file (INI syntax). Raises BuildError that names the file and the key."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8"), source=path.name)
        return ToolchainPin(
            accepts=SpecifierSet(parser["emscripten"]["accepts"]),
            emsdk_version=parser["emsdk"]["version"],
            emsdk_home=parser["emsdk"]["home"],
            debian_suites=tuple(parser["debian"]["suites"].split()),
            debian_llvm=int(parser["debian"]["llvm"]),
            debian_packages=tuple(_packages(parser["debian"]["packages"], path)),
        )
    except (configparser.Error, KeyError, ValueError, InvalidSpecifier) as error:
        raise BuildError(f"{path.name}: {error}", "Compare with the file's own comments or its last commit.") from error


def _packages(rows: str, path: Path) -> list[DebianPackage]:
    packages = []
    for row in filter(None, map(str.strip, rows.splitlines())):
        words = row.split()
        if len(words) != 3 or len(words[2]) != 64:
            raise BuildError(f"{path.name}: [debian] packages: {row!r} is not 'name version sha256'")
        packages.append(DebianPackage(*words))
    return packages
