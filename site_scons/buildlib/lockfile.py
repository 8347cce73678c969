"""pyodide-lock.json: which packages there are, with hashes and sizes, what they import and what they need."""

from __future__ import annotations

import email
import hashlib
import re
import zipfile
from collections.abc import Iterable, Mapping
from email.message import Message
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from buildlib import manifest
from buildlib.errors import BuildError
from buildlib.wheelplatform import WheelPlatform

Entry = dict[str, object]

MODULE = re.compile(r"(?P<name>\w+)(\.[\w-]+)*\.(py|so)")
"""A module's file: a source file, or an extension module, whose name may have a tag."""


def platform_info(python: str, platform: WheelPlatform) -> dict[str, str]:
    """A lock file's `info`: what packages must have been built for.

    `platform` names the Emscripten that defines the ABI, whichever compiled this release.
    """
    return {
        "arch": "wasm32",
        "platform": f"emscripten_{platform.emscripten.replace('.', '_')}",
        "python": python,
        "abi_version": platform.abi,
    }


def render(info: Mapping[str, str], wheels: Iterable[Path]) -> str:
    """The lock file of `wheels`; equal wheels give equal text. Raises BuildError for a wrong one, or two of a name."""
    packages: dict[str, Entry] = {}
    for path in sorted(wheels):
        made = entry(path, info)
        key = canonicalize_name(str(made["name"]))
        if key in packages:
            raise BuildError(f"{path.name} and {packages[key]['file_name']} are the same package", "Leave one out.")
        packages[key] = made
    return manifest.to_json({"info": dict(info), "packages": packages})


def entry(path: Path, info: Mapping[str, str]) -> Entry:
    """What a lock file says of one wheel. Raises BuildError if it is none, or is for another platform or Python."""
    _check_tags(path.name, info)
    data = path.read_bytes()
    metadata, names = read_metadata(path)
    return {
        "name": metadata["Name"],
        "version": metadata["Version"],
        "file_name": path.name,
        "install_dir": "site",
        "package_type": "package",
        "sha256": hashlib.sha256(data).hexdigest(),
        # The format has no field for it, and its readers refuse unknown ones.
        "tool": {"pyodide-dist": {"size": len(data)}},
        "imports": _imports(names),
        "depends": sorted({canonicalize_name(each.name) for each in requirements(path, info)}),
    }


def read_metadata(path: Path) -> tuple[Message, list[str]]:
    """A wheel's METADATA and the names of its files. Raises BuildError if it is no wheel."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            file = next((name for name in names if name.endswith(".dist-info/METADATA")), None)
            if file is None:
                raise BuildError(f"{path}: the wheel has no METADATA")
            return email.message_from_bytes(archive.read(file)), names
    except zipfile.BadZipFile as error:
        raise BuildError(f"{path}: {error}") from error


def requirements(path: Path, info: Mapping[str, str], extras: Iterable[str] = ()) -> list[Requirement]:
    """What a wheel needs on this platform. Raises BuildError for a requirement that is none."""
    environments = [_environment(info["python"]) | {"extra": extra} for extra in ("", *extras)]
    found = []
    for text in read_metadata(path)[0].get_all("Requires-Dist", []):
        requirement = parse_requirement(text, path.name)
        if requirement.marker is None or any(map(requirement.marker.evaluate, environments)):
            found.append(requirement)
    return found


def parse_requirement(text: str, where: str) -> Requirement:
    """Raises BuildError that says where the text stands."""
    try:
        return Requirement(text)
    except InvalidRequirement as error:
        raise BuildError(f"{where} requires {text!r}, which is no requirement: {error}") from error


def _check_tags(name: str, info: Mapping[str, str]) -> None:
    try:
        tags = parse_wheel_filename(name)[3]
    except InvalidWheelFilename as error:
        raise BuildError(f"{name} is not the file name of a wheel: {error}") from error
    platforms = {tag.platform for tag in tags}
    good = {"any", f"pyemscripten_{info['abi_version']}_wasm32", f"pyodide_{info['abi_version']}_wasm32"}
    if not platforms & good:
        raise BuildError(
            f"{name} is for {', '.join(sorted(platforms))}, the lock file for ABI {info['abi_version']}",
            f"Take a wheel for pyemscripten_{info['abi_version']}_wasm32.",
        )
    major, minor, *_ = info["python"].split(".")
    interpreters = {tag.interpreter for tag in tags}
    if not interpreters & {f"py{major}", f"cp{major}{minor}", f"py{major}{minor}"} and not any(
        tag.abi == "abi3" for tag in tags
    ):
        raise BuildError(f"{name} is for {', '.join(sorted(interpreters))}, the lock file for Python {major}.{minor}")


def _imports(names: Iterable[str]) -> list[str]:
    """The top-level modules and packages among the files of a wheel."""
    found = set()
    for name in names:
        top, slash, rest = name.partition("/")
        if not slash:
            if match := MODULE.fullmatch(top):
                found.add(match["name"])
        elif top.isidentifier() and MODULE.fullmatch(rest.rpartition("/")[2]):
            found.add(top)
    return sorted(found)


def _environment(python: str) -> dict[str, str]:
    """The values of markers (PEP 508) in the interpreter of a release."""
    return {
        "implementation_name": "cpython",
        "implementation_version": python,
        "os_name": "posix",
        "platform_machine": "wasm32",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Emscripten",
        "platform_version": "",
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": "emscripten",
    }
