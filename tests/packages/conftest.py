"""A package index on this machine, and interpreters that use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from buildlib import xbuildenv
from buildlib.hostpython import short_version
from buildlib.interpreter import SYSCONFIGDATA
from buildlib.paths import ROOT
from buildlib.pins import load_pins
from buildlib.wheelplatform import load_platform
from harness.builder import Builder
from harness.index import PackageIndex
from harness.runtime import Runtime
from harness.sidemodules import build_wheel
from harness.wheels import SDISTS, WHEELS, fetch


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PackageIndex]:
    """An index of the wheels in wheels.toml, and of those compiled here from the archives in sdists.toml."""
    with PackageIndex() as server:
        server.add(fetch(pin) for pin in WHEELS.values())
        for name, package in {"markupsafe": "src/markupsafe", "pyyaml": "lib/yaml"}.items():
            server.add([build_wheel(fetch(SDISTS[name]), package, tmp_path_factory.mktemp(name))])
        yield server


@pytest.fixture(scope="module")
def micropip(module_runtime: Runtime, index: PackageIndex) -> Runtime:
    """The module's interpreter with micropip imported, which asks the index above."""
    module_runtime.run_js('await pyodide.loadPackage("micropip", { messageCallback() {} });')
    module_runtime.run_python_async(f"import micropip; micropip.set_index_urls('{index.url}/simple')")
    return module_runtime


@pytest.fixture(scope="session")
def builder(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """pyodide-build that has installed the cross-build environment of the distribution under test."""
    work = tmp_path_factory.mktemp("builder")
    python = load_pins(ROOT / "cpython/pins.toml")["cpython"].version
    archive = work / xbuildenv.archive_name("0")
    xbuildenv.collect(
        xbuildenv.Inputs(
            version="0",
            python=python,
            platform=load_platform(ROOT / "cpython/platform.toml"),
            headers=ROOT / f"build/cpython/include/python{short_version(python)}",
            libffi=ROOT / "build/libs/libffi/include",
            sysconfig=ROOT / "build/cpython" / SYSCONFIGDATA,
            dist=dist,
            template=ROOT / "cpython/templates/Makefile.envs.j2",
        ),
        archive,
    )
    return Builder(archive, work)
