"""Servers from Debian's packages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from buildlib.errors import BuildError
from harness import daemons
from harness.daemons import Server

Kind = Callable[[Path, Path, Path], Server]


@pytest.fixture(scope="session")
def debian_servers() -> Path:
    """The folder with the servers; skips, with the reason, where they cannot be had."""
    try:
        return daemons.unpack()
    except BuildError as error:
        pytest.skip(f"no servers from Debian's packages: {error}")


@pytest.fixture(scope="session")
def make(
    debian_servers: Path, certificates: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Kind], Server]:
    """Prepares one of the servers of `daemons`."""

    def prepare(kind: Kind) -> Server:
        try:
            return kind(debian_servers, tmp_path_factory.mktemp(kind.__name__), certificates)
        except BuildError as error:
            pytest.skip(str(error))

    return prepare


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, make: Callable[[Kind], Server]) -> Iterator[Server]:
    """The server of the test module, which says what it is as KIND."""
    with make(request.module.KIND) as running:
        yield running
