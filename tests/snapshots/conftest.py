"""What the tests of snapshots share."""

from __future__ import annotations

import pytest

from harness.sidemodules import compile_module


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A shared library with a function `answer`."""
    source = tmp_path_factory.mktemp("library") / "answer.c"
    source.write_text("int answer(void) { return 42; }")
    return compile_module(source, source.with_name("libanswer.so")).read_bytes()
