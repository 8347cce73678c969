"""NOTICE: the licences of everything that is inside the release."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from buildlib.errors import BuildError

RULE = "=" * 100

COMMON_LICENCES = Path("/usr/share/common-licenses")
COMMON_REFERENCE = re.compile(r"/usr/share/common-licenses/([\w.+-]*\w)")

HEAD = """\
This distribution contains the software named below, each under its own licence.
The licence of the distribution itself is in the file LICENSE of its sources.
"""


@dataclass(frozen=True)
class Component:
    """A piece of software inside the release.

    licence: its SPDX expression.
    texts:   the licence texts, each with the name of the file it came from.
    """

    name: str
    version: str
    licence: str
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ToolchainPart:
    """Emscripten code that every program linked with it contains.

    places: where its licence may be, relative to the folder of emcc, best first. Upstream ships the licence
            files beside the code; Debian removes them in favour of one machine-readable copyright file per package.
    """

    name: str
    licence: str
    places: tuple[str, ...]


TOOLCHAIN_PARTS = (
    ToolchainPart(
        "Emscripten: JavaScript and system libraries", "MIT OR NCSA", ("LICENSE", "../doc/emscripten/copyright")
    ),
    ToolchainPart("Emscripten: musl", "MIT", ("system/lib/libc/musl/COPYRIGHT",)),
    ToolchainPart(
        "Emscripten: compiler-rt, libc++, libc++abi and libunwind of LLVM",
        "Apache-2.0 WITH LLVM-exception",
        ("system/lib/compiler-rt/LICENSE.TXT", "../doc/libclang-common-*-dev/copyright"),
    ),
)


def read_texts(tree: Path, files: Iterable[str], owner: str) -> tuple[tuple[str, str], ...]:
    """The licence files of a source tree. Raises BuildError naming the first that is missing."""
    texts = []
    for name in files:
        path = tree / name
        if not path.is_file():
            raise BuildError(
                f"{owner}: the licence file {name} is not in {tree}", "Correct its row in the table of pins."
            )
        texts.append((name, path.read_text(encoding="utf-8", errors="replace")))
    return tuple(texts)


def wheel_texts(wheel: Path, files: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The licence files of a wheel (PEP 639). Raises BuildError naming the first that is missing."""
    with zipfile.ZipFile(wheel) as archive:
        texts = []
        for file in files:
            path = next((name for name in archive.namelist() if name.endswith(f".dist-info/licenses/{file}")), None)
            if path is None:
                raise BuildError(f"{wheel.name}: the licence file {file} is not in it", "Correct its row in the table.")
            texts.append((file, archive.read(path).decode("utf-8", "replace")))
    return tuple(texts)


def package_components(root: Path) -> list[Component]:
    """The npm packages that get into the release: package-lock.json's, but those for development only.

    Raises BuildError if one has no licence file.
    """
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))
    components = []
    for place, entry in sorted(lock["packages"].items()):
        if not place or entry.get("dev"):
            continue
        name = place.rpartition("node_modules/")[2]
        files = sorted(path.name for path in (root / place).iterdir() if path.name.lower().startswith("licen"))
        if not files:
            raise BuildError(f"{name}: no licence file in {place}", "A package without one cannot be released.")
        texts = read_texts(root / place, files, name)
        components.append(Component(f"npm: {name}", entry["version"], entry["license"], texts))
    return components


def toolchain_components(emscripten: Path, version: str, common: Path = COMMON_LICENCES) -> list[Component]:
    """What Emscripten adds to the output, with licences taken from its installation.

    `emscripten` is the folder of emcc. Raises BuildError if a licence is in none of its known places.
    """
    components = []
    for part in TOOLCHAIN_PARTS:
        found = next((path for place in part.places for path in _at(emscripten, place)), None)
        if found is None:
            places = ", ".join(part.places)
            raise BuildError(
                f"the licence of {part.name} is in none of its known places below {emscripten}: {places}",
                "Add its place to TOOLCHAIN_PARTS in buildlib/notice.py.",
            )
        text = found.read_text(encoding="utf-8", errors="replace")
        texts = debian_licence(text, common) if found.name == "copyright" else ((found.name, text),)
        components.append(Component(part.name, version, part.licence, texts))
    return components


def _at(folder: Path, place: str) -> list[Path]:
    """The files a place names; a leading ".." is the parent in the path's own words, links are not resolved."""
    while place.startswith("../"):
        folder, place = folder.parent, place[3:]
    return sorted(folder.glob(place))


def debian_licence(text: str, common: Path) -> tuple[tuple[str, str], ...]:
    """Of a package's copyright file, what holds for the package as a whole, and the common licences it refers to.

    The rest describes the package's tests and tools, which are not in the release.
    Raises BuildError if a common licence is missing.
    """
    stanzas = [stanza.strip("\n") for stanza in re.split(r"\n[ \t]*\n", text)]
    whole = next((stanza for stanza in stanzas if re.match(r"Files:\s*\*\s*\n", stanza)), text)
    name = re.search(r"^License:\s*(.+)$", whole, re.MULTILINE)
    heads = {f"License: {each}" for each in re.split(r" (?:or|and) ", name[1].strip())} if name else set()
    named = [stanza for stanza in stanzas if stanza.partition("\n")[0].strip() in heads]
    relevant = "\n\n".join([whole, *named])
    texts = [("copyright", relevant)]
    for reference in sorted(set(COMMON_REFERENCE.findall(relevant))):
        path = common / reference
        if not path.is_file():
            raise BuildError(f"{path} is missing", "Debian's copyright files refer to it; it is in package base-files.")
        texts.append((reference, path.read_text(encoding="utf-8")))
    return tuple(texts)


def render(components: Sequence[Component]) -> str:
    """The file's text: a table of contents and then every licence. Raises BuildError for a component without a text."""
    for component in components:
        if not component.texts:
            raise BuildError(f"{component.name}: no licence text", "Name its licence files in the table of pins.")
    rows = [f"  {each.name} {each.version} ({each.licence})" for each in components]
    sections = [_section(each) for each in components]
    return "\n".join([HEAD, *rows, "", *sections])


def _section(component: Component) -> str:
    lines = [RULE, f"{component.name} {component.version}", f"Licence: {component.licence}", RULE, ""]
    for name, text in component.texts:
        lines += [f"--- {name} ---", "", text.strip("\n"), ""]
    return "\n".join(lines)
