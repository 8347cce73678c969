"""The release as it is handed over: complete, described correctly, installable."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import tarfile
import tomllib
from pathlib import Path
from typing import Any

import pytest

from buildlib import release
from buildlib.paths import ROOT, cache_root
from harness import readme
from harness.dist import extract
from harness.wheels import BROUGHT

VERSION = str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])
NAMES = release.file_names(VERSION, (pin.filename for pin in BROUGHT.values()))


@pytest.fixture(scope="module")
def package(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the release's files."""
    return extract(tarball, tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="module")
def manifest(package: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((package / release.MANIFEST).read_text())
    return record


def test_the_tarball_holds_what_the_manifest_says(package: Path, manifest: dict[str, Any]) -> None:
    described = {each["name"] for each in manifest["files"]} | {release.MANIFEST, release.CHECKSUMS}
    assert {path.name for path in package.iterdir()} == described == set(NAMES)
    for each in manifest["files"]:
        data = (package / each["name"]).read_bytes()
        assert len(data) == each["size"]
        assert hashlib.sha256(data).hexdigest() == each["sha256"]
        algorithm, _, digest = each["integrity"].partition("-")
        assert base64.b64decode(digest) == hashlib.new(algorithm, data).digest(), each["name"]


def test_the_files_beside_the_tarball_are_those_in_it(tarball: Path, package: Path) -> None:
    beside = {path.name: path.read_bytes() for path in tarball.parent.iterdir() if path != tarball}
    assert beside == {path.name: path.read_bytes() for path in package.iterdir()}


def test_the_tarball_carries_nothing_of_the_machine_it_was_made_on(tarball: Path) -> None:
    with tarfile.open(tarball) as tar:
        members = tar.getmembers()
    assert [member.name for member in members] == [f"package/{name}" for name in NAMES]
    assert {(member.uid, member.gid, member.uname, member.gname) for member in members} == {(0, 0, "", "")}
    assert len({member.mtime for member in members}) == 1
    modes = {f"package/{name}": 0o755 if name in release.EXECUTABLE else 0o644 for name in NAMES}
    assert {member.name: member.mode for member in members} == modes
    assert tarball.read_bytes()[4:8] == bytes(4), "the gzip header holds a time"
    for name in NAMES:
        assert str(ROOT).encode() not in (tarball.parent / name).read_bytes(), name


def test_sha256sum_agrees(package: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", release.CHECKSUMS], cwd=package, check=True)
    listed = {line.split()[1] for line in (package / release.CHECKSUMS).read_text().splitlines()}
    assert listed == set(NAMES) - {release.CHECKSUMS}


def test_the_version_is_the_same_everywhere(tarball: Path, package: Path, manifest: dict[str, Any]) -> None:
    version = manifest["version"]
    assert tarball.name == release.tarball_name(version)
    assert json.loads((package / "package.json").read_text())["version"] == version
    assert version.split(".")[0] == "314"


def test_the_lock_file_names_the_platform_and_the_wheels(package: Path, manifest: dict[str, Any]) -> None:
    lock = json.loads((package / release.LOCK).read_text())
    files = {each["name"]: each for each in manifest["files"]}
    assert sorted(lock["packages"]) == ["micropip", "packaging"]
    for each in lock["packages"].values():
        assert (each["sha256"], each["tool"]["pyodide-dist"]["size"]) == (
            files[each["file_name"]]["sha256"],
            files[each["file_name"]]["size"],
        )
    assert lock["info"] == manifest["info"]
    assert lock["info"]["arch"] == "wasm32"
    assert lock["info"]["platform"] == "emscripten_5_0_3"
    assert lock["info"]["abi_version"] == "2026_0"
    assert lock["info"]["python"].startswith("3.14.")


def test_notice_names_every_source_and_the_toolchain(package: Path, manifest: dict[str, Any]) -> None:
    contents, _, texts = (package / release.NOTICE).read_text().partition("=" * 100)
    assert len(manifest["sources"]) >= 8
    for each in manifest["sources"]:
        assert f"{each['name']} {each['version']} ({each['licence']})" in contents
    for phrase in ("PYTHON SOFTWARE FOUNDATION LICENSE", "Emscripten Authors", "Rich Felker", "LLVM Exceptions"):
        assert phrase in texts


def test_the_toolchain_is_recorded(manifest: dict[str, Any]) -> None:
    assert manifest["toolchain"]["provider"] in ("activated", "debian", "emsdk")
    assert int(manifest["toolchain"]["emscripten"].split(".")[0]) in (5, 6)


@pytest.fixture(scope="module")
def project(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has installed the tarball with npm, which fetches the one package of types it depends on."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "package.json").write_text('{"name": "project", "private": true}')
    done = subprocess.run(
        [
            "npm",
            "install",
            "--prefer-offline",
            "--no-audit",
            "--no-fund",
            f"--cache={cache_root() / 'npm'}",
            str(tarball),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


EXPRESSION = "import sqlite3, lzma, sys; sys.version.split()[0]"


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (
            "app.mjs",
            f'import {{ loadPyodide, version }} from "pyodide"; const py = await loadPyodide();\n'
            f'console.log(py.runPython("{EXPRESSION}"), version, py.version);',
        ),
        (
            "app.cjs",
            'const { loadPyodide, version } = require("pyodide");\n'
            f'loadPyodide().then((py) => console.log(py.runPython("{EXPRESSION}"), version, py.version));',
        ),
    ],
    ids=["esm", "cjs"],
)
def test_the_installed_package_runs(project: Path, manifest: dict[str, Any], node: Path, file: str, code: str) -> None:
    (project / file).write_text(code)
    done = subprocess.run([node, file], cwd=project, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [manifest["info"]["python"], manifest["version"], manifest["version"]]
    assert done.stderr == ""


def test_the_readmes_example_prints_the_version(project: Path, manifest: dict[str, Any], node: Path) -> None:
    (project / "example.mjs").write_text(readme.example())
    done = subprocess.run([node, "example.mjs"], cwd=project, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{manifest['info']['python']} ")


def test_every_file_can_be_resolved_through_the_package(project: Path, node: Path) -> None:
    names = ["pyodide.asm.wasm", "pyodide.asm.mjs", "python_stdlib.zip", "pyodide-lock.json", "package.json"]
    code = "for (const name of process.argv.slice(1)) console.log(require.resolve(`pyodide/${name}`));"
    done = subprocess.run([node, "-e", code, *names], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [Path(line).name for line in done.stdout.splitlines()] == names
