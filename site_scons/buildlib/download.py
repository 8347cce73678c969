"""Fetch pinned archives into the cache. Whatever the place, size and sha256 decide."""

from __future__ import annotations

import hashlib
import http.client
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from buildlib.atomic import enough_space, new_file
from buildlib.errors import BuildError
from buildlib.filelock import BuildLock
from buildlib.pins import Pin

TIMEOUT = 30.0
"""Seconds a place may be silent before the next is tried."""

CHUNK = 1 << 20

DEBIAN = "debian:"
MIRROR_HINT = "Check the network, or set SOURCE_MIRROR to a folder that has the archive."


class _Unusable(Exception):
    """Why one place did not give the archive."""


def fetch(
    pin: Pin,
    *,
    cache: Path,
    mirror_dirs: Sequence[Path] = (),
    debian_mirror: str | None = None,
    timeout: float = TIMEOUT,
) -> Path:
    """The verified archive of `pin`, from `cache` or else from the first place that has it.

    Several processes may share a cache, and it may be damaged, deleted or left by a killed process at any
    moment. Raises BuildError with every place and its outcome when none gives the right bytes, or when the
    disk is full.
    """
    target = cache / pin.sha256 / pin.filename
    with enough_space(target), BuildLock(cache / f"{pin.sha256}.lock"):
        if target.exists() and _mismatch(pin, target) is None:
            return target
        outcomes: list[str] = []
        for place in _places(pin, mirror_dirs, debian_mirror):
            try:
                with new_file(target) as partial:
                    _copy(pin, place, partial, timeout)
                return target
            except _Unusable as reason:
                outcomes.append(f"{place}: {reason}")
    if debian_mirror is None and any(place.startswith(DEBIAN) for place in pin.places):
        outcomes.append("a Debian mirror: apt on this machine names none")
    tried = "".join(f"\n  - {outcome}" for outcome in outcomes)
    raise BuildError(
        f"no place gives {pin.name} {pin.version} ({pin.filename}, {pin.size} bytes, sha256 {pin.sha256}):{tried}",
        MIRROR_HINT,
    )


def _places(pin: Pin, mirror_dirs: Iterable[Path], debian_mirror: str | None) -> Iterator[str | Path]:
    """URLs first, then files in the mirror folders under any of the names the archive goes by."""
    names = dict.fromkeys([pin.filename])
    for place in pin.places:
        names[urllib.parse.unquote(place.rpartition("/")[2])] = None
        if not place.startswith(DEBIAN):
            yield place
        elif debian_mirror is not None:
            yield f"{debian_mirror.rstrip('/')}/{urllib.parse.quote(place.removeprefix(DEBIAN))}"
    for folder in mirror_dirs:
        found = [folder / name for name in names if (folder / name).is_file()]
        yield from found or [folder]


def _copy(pin: Pin, place: str | Path, partial: Path, timeout: float) -> None:
    """Write what `place` has to `partial`, or raise _Unusable. Errors of writing are ours and pass through."""
    received = 0
    with _open(place, timeout) as source, partial.open("wb") as out:
        while True:
            try:
                chunk = source.read(CHUNK)
            except (OSError, http.client.HTTPException) as error:
                raise _Unusable(f"broke off after {received} of {pin.size} bytes ({error})") from error
            if not chunk:
                break
            received += len(chunk)
            if received > pin.size:
                raise _Unusable(f"sends more than {pin.size} bytes")
            out.write(chunk)
    if (reason := _mismatch(pin, partial)) is not None:
        raise _Unusable(reason)


def _open(place: str | Path, timeout: float) -> BinaryIO:
    """The bytes of `place`, to be read and closed, or _Unusable."""
    try:
        if isinstance(place, Path):
            return place.open("rb")
        request = urllib.request.Request(place, headers={"User-Agent": "pyodide-dist"})
        answer: BinaryIO = urllib.request.urlopen(request, timeout=timeout)
        return answer
    except urllib.error.HTTPError as error:
        error.close()
        raise _Unusable(f"HTTP {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise _Unusable(f"no answer ({error.reason})") from error
    except IsADirectoryError as error:
        raise _Unusable("the folder has no such archive") from error
    except (OSError, http.client.HTTPException) as error:
        raise _Unusable(f"no answer ({error})") from error


def _mismatch(pin: Pin, file: Path) -> str | None:
    """What is wrong with the bytes of `file`, or None."""
    with file.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    if digest == pin.sha256:
        return None
    return f"has sha256 {digest}, {file.stat().st_size} bytes; {pin.sha256}, {pin.size} bytes are wanted"


def debian_mirror() -> str | None:
    """The base address of the Debian mirror that this machine's apt uses, or None."""
    single = Path(_apt_config("Dir::Etc::sourcelist/f", "/etc/apt/sources.list"))
    parts = Path(_apt_config("Dir::Etc::sourceparts/d", "/etc/apt/sources.list.d"))
    return find_mirror([single, *sorted(parts.glob("*.list"))], sorted(parts.glob("*.sources")))


def find_mirror(lists: Iterable[Path], deb822: Iterable[Path]) -> str | None:
    """The first of apt's sources that is Debian's main archive: not its security archive, nor a third party's."""
    entries = [entry for file in lists for entry in _list_entries(file)]
    entries += [entry for file in deb822 for entry in _deb822_entries(file)]
    for address, suites, components in entries:
        if (
            address.startswith(("http://", "https://"))
            and address.rstrip("/").endswith("/debian")
            and "main" in components
            and not any("security" in suite for suite in suites)
        ):
            return address.rstrip("/")
    return None


_Entry = tuple[str, list[str], list[str]]
"""Address, suites, components."""


def _list_entries(file: Path) -> Iterator[_Entry]:
    """One-line style: deb [options] address suite component..."""
    for line in _lines(file):
        words = line.partition("#")[0].split()
        if words[:1] not in (["deb"], ["deb-src"]):
            continue
        rest = " ".join(words[1:])
        if rest.startswith("["):
            rest = rest.partition("]")[2]
        match rest.split():
            case [address, suite, *components]:
                yield address, [suite], components


def _deb822_entries(file: Path) -> Iterator[_Entry]:
    """Paragraphs of `Field: values`, which may continue on indented lines."""
    paragraph: dict[str, list[str]] = {}
    field = ""
    for line in [*_lines(file), ""]:
        if line.startswith("#"):
            continue
        if line.strip():
            values = line
            if line[0] not in " \t":
                field, _, values = line.partition(":")
            paragraph.setdefault(field.lower(), []).extend(values.split())
        else:
            if paragraph.get("enabled") != ["no"]:
                for address in paragraph.get("uris", []):
                    yield address, paragraph.get("suites", []), paragraph.get("components", [])
            paragraph = {}


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _apt_config(name: str, default: str) -> str:
    """One setting of apt, or `default` where there is no apt."""
    try:
        done = subprocess.run(["apt-config", "shell", "value", name], capture_output=True, text=True, check=False)
    except OSError:
        return default
    return done.stdout.strip().removeprefix("value=").strip("'") or default
