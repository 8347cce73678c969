"""pyodide-lock.json: which packages there are, with hashes and sizes, what they import and what they need."""

from __future__ import annotations

import email
import hashlib
import re
import zipfile
from collections.abc import Iterable, Mapping
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


def missing(lock: Mapping[str, Mapping[str, Entry]]) -> dict[str, list[str]]:
    """Packages that others in the lock depend on and that it lacks, each with those others."""
    packages = lock["packages"]
    lacking: dict[str, list[str]] = {}
    for name, each in packages.items():
        depends = each["depends"]
        assert isinstance(depends, list)
        for needed in depends:
            if needed not in packages:
                lacking.setdefault(needed, []).append(name)
    return lacking


def entry(path: Path, info: Mapping[str, str]) -> Entry:
    """What a lock file says of one wheel. Raises BuildError if it is none, or is for another platform or Python."""
    _check_tags(path.name, info)
    data = path.read_bytes()
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            folder = next((name.partition("/")[0] for name in names if name.endswith(".dist-info/METADATA")), None)
            if folder is None:
                raise BuildError(f"{path}: the wheel has no METADATA")
            metadata = email.message_from_bytes(archive.read(f"{folder}/METADATA"))
    except zipfile.BadZipFile as error:
        raise BuildError(f"{path}: {error}") from error
    return {
        "name": metadata["Name"],
        "version": metadata["Version"],
        "file_name": path.name,
        "install_dir": "site",
        "package_type": "package",
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "imports": _imports(names),
        "depends": _depends(path.name, metadata.get_all("Requires-Dist", []), info),
    }


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


def _depends(wheel: str, requirements: Iterable[str], info: Mapping[str, str]) -> list[str]:
    """The names of what a wheel needs on this platform, without its extras."""
    environment = _environment(info["python"])
    found = set()
    for text in requirements:
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            raise BuildError(f"{wheel} requires {text!r}: {error}") from error
        if requirement.marker is None or requirement.marker.evaluate(environment):
            found.add(canonicalize_name(requirement.name))
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
        "extra": "",
    }
