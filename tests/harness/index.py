"""A package index that serves wheels as PyPI does, and that can be made to fail."""

from __future__ import annotations

import hashlib
import html
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name, parse_wheel_filename

from harness.localserver import LocalServer

JSON = "application/vnd.pypi.simple.v1+json"


@dataclass
class PackageIndex(LocalServer):
    """Runs on a free port of 127.0.0.1. Any page may ask it.

    /simple/NAME/     the project's files, as JSON (PEP 691)
    /html/NAME/       the same as HTML (PEP 503)
    /files/FILE       a file; with .metadata, its metadata (PEP 658)

    wheels:  the files, by name. Tests may add to them.
    faults:  an answer instead of the right one, by path: a status, or bytes.
    asked:   the paths that were asked for.
    """

    wheels: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, int | bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        index = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                index.asked.append(path)
                fault = index.faults.get(path)
                status, kind, body = index.answer(path)
                if isinstance(fault, int):
                    status, kind, body = fault, "text/plain", b"a fault"
                elif fault is not None:
                    body = fault
                self.send_response(status)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet: `asked` is the log."""

        super().__init__(Handler)

    def address(self, file_name: str) -> str:
        """The URL of a file."""
        return f"{self.url}/files/{file_name}"

    def add(self, files: Iterable[Path]) -> None:
        self.wheels.update({path.name: path.read_bytes() for path in files})

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, media type and body."""
        match path.strip("/").split("/"):
            case ["simple", name] if files := self._files(name):
                rows = [
                    {"filename": file, "url": self.address(file), "hashes": hashed(data)}
                    | {"core-metadata": hashed(metadata(data))}
                    for file, data in files.items()
                ]
                versions = sorted({str(parse_wheel_filename(file)[1]) for file in files})
                record = {"meta": {"api-version": "1.1"}, "name": name, "versions": versions, "files": rows}
                return 200, JSON, json.dumps(record).encode()
            case ["html", name] if files := self._files(name):
                links = [
                    f'<a href="{html.escape(self.address(file))}#sha256={hashed(data)["sha256"]}">{file}</a>'
                    for file, data in files.items()
                ]
                return 200, "text/html", f"<!DOCTYPE html><html><body>{'<br>'.join(links)}</body></html>".encode()
            case ["files", name] if name in self.wheels:
                return 200, "application/octet-stream", self.wheels[name]
            case ["files", name] if name.removesuffix(".metadata") in self.wheels:
                return 200, "text/plain", metadata(self.wheels[name.removesuffix(".metadata")])
        return 404, "text/plain", b"not found"

    def _files(self, project: str) -> dict[str, bytes]:
        return {
            name: data
            for name, data in self.wheels.items()
            if parse_wheel_filename(name)[0] == canonicalize_name(project)
        }


def hashed(data: bytes) -> dict[str, str]:
    return {"sha256": hashlib.sha256(data).hexdigest()}


def metadata(wheel: bytes) -> bytes:
    """A wheel's METADATA."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA")))


def make_wheel(
    name: str,
    version: str = "1.0",
    files: Mapping[str, str | bytes] | None = None,
    *,
    requires: str = "",
    extra: str = "",
) -> bytes:
    """A wheel of the given files. `requires`: one requirement a line. `extra`: the name of one it has."""
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    needed = "".join(f"Requires-Dist: {line}\n" for line in requires.splitlines())
    needed += f"Provides-Extra: {extra}\n" if extra else ""
    members: dict[str, str | bytes] = dict(files if files is not None else {f"{name}.py": f"name = {name!r}\n"})
    members[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needed}"
    members[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    members[f"{info}/RECORD"] = "".join(f"{each},,\n" for each in [*members, f"{info}/RECORD"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in members.items():
            archive.writestr(path, data)
    return buffer.getvalue()
