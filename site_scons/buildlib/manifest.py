"""manifest.json and SHA256SUMS: what a release consists of and what it was made from."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from buildlib.notice import Component
from buildlib.pins import Pin
from buildlib.toolchain.model import Toolchain


@dataclass(frozen=True)
class FileEntry:
    """A file of the release.

    size:      bytes.
    sha256:    in hex, as sha256sum prints it.
    integrity: for the `integrity` attribute of HTML and for fetch (W3C Subresource Integrity, sha384).
    """

    name: str
    size: int
    sha256: str
    integrity: str

    @classmethod
    def of(cls, path: Path) -> FileEntry:
        data = path.read_bytes()
        integrity = "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()
        return cls(path.name, len(data), hashlib.sha256(data).hexdigest(), integrity)


def render(
    version: str,
    info: Mapping[str, str],
    toolchain: Toolchain,
    pins: Iterable[Pin],
    files: Iterable[FileEntry],
    *,
    data: Iterable[Component] = (),
) -> str:
    """manifest.json. `info` is what the lock file says of the platform. Equal inputs give equal text."""
    return to_json(
        {
            "version": version,
            "info": dict(info),
            "toolchain": {
                "provider": toolchain.provider,
                "emscripten": toolchain.version,
                "components": dict(toolchain.components),
                "notes": list(toolchain.notes),
            },
            "sources": [
                {"name": pin.name, "version": pin.version, "sha256": pin.sha256, "licence": pin.licence}
                for pin in sorted(pins, key=lambda pin: pin.name)
            ],
            "data": [{"name": each.name, "version": each.version, "licence": each.licence} for each in data],
            "files": [asdict(each) for each in sorted(files, key=lambda file: file.name)],
        }
    )


def checksums(files: Iterable[FileEntry]) -> str:
    """SHA256SUMS, in the format `sha256sum -c` reads."""
    return "".join(f"{each.sha256}  {each.name}\n" for each in sorted(files, key=lambda file: file.name))


def to_json(value: object) -> str:
    """JSON text that depends on the value alone."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
