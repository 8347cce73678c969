"""Missing programs are named all at once."""

from __future__ import annotations

import pytest

from buildlib.errors import BuildError
from buildlib.requirements import PROGRAMS, check_programs


def test_all_missing_programs_are_named_with_how_to_get_them() -> None:
    with pytest.raises(BuildError) as caught:
        check_programs(lambda name: None)
    assert all(f"{name}: {where}" in caught.value.what for name, where in PROGRAMS.items())


def test_one_missing_program_is_named_alone() -> None:
    with pytest.raises(BuildError) as caught:
        check_programs(lambda name: None if name == "make" else f"/bin/{name}")
    assert "make" in caught.value.what
    assert "npm" not in caught.value.what
