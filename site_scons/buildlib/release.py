"""Collects what was built into dist/ and packs it.

dist/ then holds the files, what describes them, and the tarball of all of that, which
is an npm package and a plain archive. Nothing in it depends on when or where it was made.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from buildlib import hostwheel, lockfile, manifest, notice
from buildlib.archive import write_tgz
from buildlib.atomic import new_folder
from buildlib.errors import BuildError
from buildlib.pins import Pin
from buildlib.toolchain.model import Toolchain
from buildlib.wheelplatform import WheelPlatform
from buildlib.wheels import WheelPin

BUILT = (
    "README.md",
    "console.css",
    "console.html",
    "console.mjs",
    "ffi.d.ts",
    "package.json",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "pyodide.d.ts",
    "pyodide.js",
    "pyodide.js.map",
    "pyodide.mjs",
    "pyodide.mjs.map",
    "python",
    "python_cli_entry.mjs",
    "python_stdlib.zip",
)
"""What the other rooms hand over, besides the wheel for other machines."""

EXECUTABLE = frozenset({"python"})

LOCK, MANIFEST, NOTICE, CHECKSUMS = "pyodide-lock.json", "manifest.json", "NOTICE", "SHA256SUMS"
"""What is written here."""


@dataclass(frozen=True)
class Source:
    """A source that is compiled in, and the folder its archive was unpacked to."""

    pin: Pin
    tree: Path


@dataclass(frozen=True)
class Brought:
    """A wheel that the release brings, as it was fetched."""

    pin: WheelPin
    path: Path


@dataclass(frozen=True)
class Inputs:
    """Everything a release is made of.

    version:  the distribution's. python: that of the Python inside.
    built:    the name of each file in built_names(), and where it is.
    wheels:   what the lock file offers.
    packages: the npm packages that are bundled into a built file.
    data:     what the standard library's archive brings from other packages.
    """

    version: str
    python: str
    platform: WheelPlatform
    built: Mapping[str, Path]
    sources: Sequence[Source]
    wheels: Sequence[Brought]
    packages: Sequence[notice.Component]
    toolchain: Toolchain
    data: Sequence[notice.Component] = ()


def tarball_name(version: str) -> str:
    return f"pyodide-{version}.tgz"


def built_names(version: str) -> tuple[str, ...]:
    """The files that the other rooms hand over."""
    return (*BUILT, hostwheel.file_name(version))


def file_names(version: str, wheels: Iterable[str]) -> tuple[str, ...]:
    """Every file of dist/ but the tarball, sorted; `wheels` are the names of those it brings."""
    return tuple(sorted((*built_names(version), *wheels, LOCK, MANIFEST, NOTICE, CHECKSUMS)))


def collect(inputs: Inputs, dist: Path) -> Path:
    """Make `dist` anew, complete or not at all, and return the tarball in it.

    Raises BuildError if a built file or a licence is missing.
    """
    expected = set(built_names(inputs.version))
    missing = sorted(expected - inputs.built.keys())
    unknown = sorted(inputs.built.keys() - expected)
    if missing or unknown:
        raise BuildError(
            f"the release lacks {', '.join(missing) or 'nothing'} and does not know {', '.join(unknown) or 'nothing'}",
            "BUILT in buildlib/release.py lists what the rooms hand over.",
        )
    with new_folder(dist) as folder:
        for name, path in inputs.built.items():
            if not path.is_file():
                raise BuildError(f"{path} was not built, so {name} cannot be released")
            shutil.copyfile(path, folder / name)
            if name in EXECUTABLE:
                (folder / name).chmod(0o755)
        for wheel in inputs.wheels:
            shutil.copyfile(wheel.path, folder / wheel.pin.filename)
        info = lockfile.platform_info(inputs.python, inputs.platform)
        _write(folder / LOCK, lockfile.render(info, [wheel.path for wheel in inputs.wheels]))
        _write(folder / NOTICE, notice.render(_components(inputs)))
        entries = [manifest.FileEntry.of(path) for path in folder.iterdir()]
        pins = [source.pin for source in inputs.sources]
        _write(
            folder / MANIFEST, manifest.render(inputs.version, info, inputs.toolchain, pins, entries, data=inputs.data)
        )
        _write(folder / CHECKSUMS, manifest.checksums([*entries, manifest.FileEntry.of(folder / MANIFEST)]))
        names = file_names(inputs.version, (wheel.pin.filename for wheel in inputs.wheels))
        write_tgz(
            folder / tarball_name(inputs.version), {f"package/{name}": folder / name for name in names}, EXECUTABLE
        )
    return dist / tarball_name(inputs.version)


def _components(inputs: Inputs) -> list[notice.Component]:
    libraries = [
        notice.Component(
            source.pin.name,
            source.pin.version,
            source.pin.licence,
            notice.read_texts(source.tree, source.pin.licence_files, source.pin.name),
        )
        for source in inputs.sources
    ]
    wheels = [
        notice.Component(
            wheel.pin.name,
            wheel.pin.version,
            wheel.pin.licence,
            notice.wheel_texts(wheel.path, wheel.pin.licence_files),
        )
        for wheel in inputs.wheels
    ]
    return [
        *libraries,
        *wheels,
        *inputs.packages,
        *inputs.data,
        *notice.toolchain_components(Path(inputs.toolchain.emscripten), inputs.toolchain.version),
    ]


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
