"""`scons lock`: from wheels and requirements to a folder of wheels with their lock file."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename

from buildlib import lockfile
from buildlib.atomic import new_folder
from buildlib.errors import BuildError
from buildlib.wheelplatform import WheelPlatform

LOCK = "pyodide-lock.json"

Download = Callable[[Requirement, Path], Path]
"""Fetches the newest wheel for a requirement into a folder."""


@dataclass
class Wanted:
    """A package that must be in the lock: in which versions, with which extras, and who says so."""

    name: str
    specifier: SpecifierSet = field(default_factory=SpecifierSet)
    extras: set[str] = field(default_factory=set)
    reasons: set[str] = field(default_factory=set)

    def requirement(self) -> Requirement:
        return Requirement(f"{self.name}{self.specifier}")

    def fits(self, wheel: Path | None) -> bool:
        return wheel is not None and self.specifier.contains(parse_wheel_filename(wheel.name)[1], prereleases=True)


def lock(wants: Sequence[str], folder: Path, *, info: Mapping[str, str], download: Download) -> Path:
    """Make `folder` anew: wheels, all that they need, and the lock file, which is returned.

    `wants`: wheels, folders of wheels, files of requirements (.txt), or requirements.
    Raises BuildError for what cannot be had or does not fit together.
    """
    items = [item for want in wants for item in _spelled_out(want)]
    if not items:
        raise BuildError("there is nothing to lock", 'Say what: packages="pydantic ./wheels requirements.txt".')
    with new_folder(folder) as made:
        given = {_name_of(item): made / item.name for item in items if isinstance(item, Path)}
        for item in items:
            if isinstance(item, Path):
                shutil.copyfile(item, made / item.name)
        _complete(given, [item for item in items if isinstance(item, Requirement)], made, info, download)
        (made / LOCK).write_text(lockfile.render(info, made.glob("*.whl")), encoding="utf-8")
    return folder / LOCK


def _complete(
    given: Mapping[str, Path],
    roots: Sequence[Requirement],
    folder: Path,
    info: Mapping[str, str],
    download: Download,
) -> None:
    """Download until everything that anything needs is in `folder`, in a version that fits. Nothing is tried twice."""
    chosen = dict(given)
    tried: set[str] = set()
    while unmet := [
        want for want in _wanted(chosen, given, roots, info).values() if not want.fits(chosen.get(want.name))
    ]:
        for want in unmet:
            requirement = want.requirement()
            old = chosen.pop(want.name, None)
            if want.name in given or str(requirement) in tried:
                wheel = old.name if old else want.name
                raise BuildError(f"{wheel} does not fit {requirement}, wanted by {', '.join(sorted(want.reasons))}")
            tried.add(str(requirement))
            if old:
                old.unlink()
            chosen[want.name] = download(requirement, folder)
    for name in chosen.keys() - _wanted(chosen, given, roots, info).keys() - given.keys():
        chosen[name].unlink()  # a version that was given up needed it


def _wanted(
    chosen: Mapping[str, Path], given: Mapping[str, Path], roots: Sequence[Requirement], info: Mapping[str, str]
) -> dict[str, Wanted]:
    """What the roots and the given wheels need, as far as the chosen wheels tell."""
    wanted: dict[str, Wanted] = {}
    waiting = [(root, "you") for root in roots]
    waiting += [(each, wheel.name) for wheel in given.values() for each in lockfile.requirements(wheel, info)]
    while waiting:
        requirement, reason = waiting.pop()
        if requirement.url:
            raise BuildError(f"{reason} requires {requirement}, which names an address", "Give the wheel itself.")
        name = canonicalize_name(requirement.name)
        first = name not in wanted
        want = wanted.setdefault(name, Wanted(name))
        more = requirement.extras - want.extras
        want.specifier &= requirement.specifier
        want.extras |= more
        want.reasons.add(reason)
        if name in chosen and (first or more):
            wheel = chosen[name]
            waiting += [(each, wheel.name) for each in lockfile.requirements(wheel, info, want.extras)]
    return wanted


def _name_of(wheel: Path) -> str:
    return canonicalize_name(wheel.name.partition("-")[0])


def _spelled_out(want: str) -> Iterable[Path | Requirement]:
    path = Path(want)
    if path.suffix == ".whl" or path.is_dir():
        wheels = sorted(path.glob("*.whl")) if path.is_dir() else [path]
        if not wheels or not wheels[0].is_file():
            raise BuildError(f"{path} {'has no wheels in it' if path.is_dir() else 'does not exist'}")
        return wheels
    if path.suffix == ".txt":
        if not path.is_file():
            raise BuildError(f"{path} does not exist")
        lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
        return [lockfile.parse_requirement(line, str(path)) for line in lines if line]
    return [lockfile.parse_requirement(want, "packages=")]


def pip_download(platform: WheelPlatform, python: str) -> Download:
    """Downloads for `platform`, and the given version of Python, through pip."""
    major, minor, *_ = python.split(".")
    target = [f"--platform={platform.tag}", f"--python-version={major}.{minor}", "--implementation=cp"]
    target += [f"--abi=cp{major}{minor}", "--abi=abi3", "--abi=none"]

    def download(requirement: Requirement, folder: Path) -> Path:
        before = set(folder.glob("*.whl"))
        options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", f"--dest={folder}"]
        command = [sys.executable, "-m", "pip", "download", *options, *target, str(requirement)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        found = sorted(set(folder.glob("*.whl")) - before)
        if done.returncode or not found:
            raise BuildError(f"pip finds no wheel of {requirement} for {platform.tag}:\n{done.stderr.strip()}")
        return found[0]

    return download
