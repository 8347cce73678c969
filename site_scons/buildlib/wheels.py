"""Wheels and source archives from PyPI, pinned by hash: fetched through pip, which knows where PyPI is."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from buildlib.atomic import new_file
from buildlib.errors import BuildError
from buildlib.filelock import BuildLock

UNBUILT = '--config-settings="compile-args=-n" --config-settings="install-args=--tags=none"'
"""pip asks a source archive for its metadata. meson-python compiles for that; so it makes an empty wheel instead."""


@dataclass(frozen=True)
class WheelPin:
    """One wheel, exactly.

    name:          of the project on PyPI.
    size:          bytes.
    licence:       SPDX expression; licence_files: the texts in the wheel's .dist-info/licenses, if a release has it.
    """

    name: str
    version: str
    filename: str
    sha256: str
    size: int
    licence: str = ""
    licence_files: tuple[str, ...] = ()


def load_wheels(path: Path) -> dict[str, WheelPin]:
    """Read a table of wheels. `{version}` in file names is the row's. Raises BuildError naming row and key."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: _pin(f"{path}: [{name}]", name, row) for name, row in rows.items()}


def _pin(where: str, name: str, row: Mapping[str, object]) -> WheelPin:
    known = {field.name for field in fields(WheelPin)} - {"name"}
    needed = {"version", "filename", "sha256", "size"}
    wrong = sorted(row.keys() - known) or sorted(needed - row.keys())
    if wrong:
        raise BuildError(f"{where} must have {', '.join(sorted(needed))} and may have licences; see {wrong[0]}")
    values = {key: str(value) for key, value in row.items() if key not in ("size", "licence_files")}
    values["filename"] = values["filename"].replace("{version}", values["version"])
    files = row.get("licence_files", [])
    size = row["size"]
    if not isinstance(files, list) or not isinstance(size, int):
        raise BuildError(f"{where}: size must be a number, and licence_files a list")
    return WheelPin(name=name, size=size, licence_files=tuple(map(str, files)), **values)


def fetch_wheel(pin: WheelPin, folder: Path) -> Path:
    """The verified wheel, from `folder` or else from PyPI. Raises BuildError if it cannot be had, or is another one."""
    path = folder / pin.filename
    with BuildLock(folder / f"{pin.filename}.lock"):
        if path.exists() and _sha256(path) == pin.sha256:
            return path
        with tempfile.TemporaryDirectory() as downloads:
            _download(pin, Path(downloads))
            fetched = Path(downloads) / pin.filename
            if not fetched.exists():
                found = ", ".join(each.name for each in Path(downloads).glob("*.whl")) or "nothing"
                raise BuildError(f"pip fetched {found} for {pin.name} {pin.version}, wanted is {pin.filename}")
            with new_file(path) as partial:
                partial.write_bytes(fetched.read_bytes())
    return path


def _download(pin: WheelPin, folder: Path) -> None:
    wanted = folder / "requirements.txt"
    unbuilt = "" if pin.filename.endswith(".whl") else f" {UNBUILT}"
    wanted.write_text(f"{pin.name}=={pin.version} --hash=sha256:{pin.sha256}{unbuilt}\n")
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", f"--dest={folder}"]
    command = [sys.executable, "-m", "pip", "download", *options, *_choice(pin), f"-r{wanted}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"pip cannot download {pin.filename}:\n{done.stderr.strip()}", "Check the network.")


def _choice(pin: WheelPin) -> list[str]:
    """Options that make pip, which runs on the build machine, look at the file; the hash says that it must be this."""
    if not pin.filename.endswith(".whl"):
        return [f"--no-binary={pin.name}"]
    _, python, abi, platform = pin.filename.removesuffix(".whl").rsplit("-", 3)
    if platform == "any":
        return ["--only-binary=:all:", "--ignore-requires-python"]
    target = [
        f"--platform={platform}",
        f"--abi={abi}",
        f"--implementation={python[:2]}",
        f"--python-version={python[2:]}",
    ]
    return ["--only-binary=:all:", *target]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
