"""What a step depends on, and what the command line refuses."""

from __future__ import annotations

import pytest

import steps
from buildlib.paths import ROOT
from harness.clone import scons


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["toolchan"], "unknown target toolchan\n  Did you mean toolchain?"),
        (["mod=dev"], "unknown option mod=\n  Did you mean mode?"),
        (["mode=fast"], "mode=fast: choose release or dev"),
        (["toolchain=brew"], "toolchain=brew: choose"),
    ],
)
def test_unknown_words_are_answered_with_the_nearest(words: list[str], complaint: str) -> None:
    done = scons(ROOT, "-n", *words)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "File " not in done.stdout + done.stderr, "a traceback"


def test_help_names_every_target_and_option() -> None:
    shown = scons(ROOT, "-h").stdout
    for word in ("dist", "test-browser", "clean-cache", "mode", "toolchain", "SOURCE_MIRROR", "verbose"):
        assert word in shown


def test_a_step_depends_on_the_modules_behind_it() -> None:
    names = {path.name for path in steps.module_files("stdlib")}
    assert {"stdlib.py", "policy.py", "archive.py"} <= names
    assert "errors.py" not in names, "how a step reports does not change what it makes"
