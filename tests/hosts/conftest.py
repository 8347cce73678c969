"""Certificates for the servers of tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.tcpserver import make_certificates


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificates(tmp_path_factory.mktemp("certificates"))
