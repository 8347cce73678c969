"""The export list: groups, archives, patterns."""

from __future__ import annotations

from pathlib import Path

import pytest

from buildlib.errors import BuildError
from buildlib.exports import load_groups, resolve, visible_symbols
from buildlib.paths import ROOT

LISTING = """\
#!/bin/sh
cat <<'END'
Symbols [
  Symbol {
    Name: shown
    Type: FUNCTION (0x0)
    Flags [ (0x0)
    ]
  }
  Symbol {
    Name: table_of_facts
    Type: DATA (0x1)
    Flags [ (0x1)
      BINDING_WEAK (0x1)
    ]
  }
  Symbol {
    Name: inside
    Type: FUNCTION (0x0)
    Flags [ (0x4)
      VISIBILITY_HIDDEN (0x4)
    ]
  }
  Symbol {
    Name: elsewhere
    Type: FUNCTION (0x0)
    Flags [ (0x10)
      UNDEFINED (0x10)
    ]
  }
  Symbol {
    Name: here_only
    Type: FUNCTION (0x0)
    Flags [ (0x2)
      BINDING_LOCAL (0x2)
    ]
  }
  Symbol {
    Name: __stack_pointer
    Type: GLOBAL (0x2)
    Flags [ (0x0)
    ]
  }
]
END
"""


@pytest.fixture
def readobj(tmp_path: Path) -> Path:
    program = tmp_path / "llvm-readobj"
    program.write_text(LISTING)
    program.chmod(0o755)
    (tmp_path / "libnew.a").touch()
    return program


def groups(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "exports.toml"
    path.write_text(text)
    return path


def test_hidden_local_and_undefined_symbols_stay_inside(readobj: Path) -> None:
    assert visible_symbols(readobj.parent / "libnew.a", readobj) == {"shown", "table_of_facts"}


def test_an_archive_is_found_under_any_of_its_names(readobj: Path, tmp_path: Path) -> None:
    text = (
        '[lib]\nconsumer = "wheels"\nnames = ["extra"]\nexclude = ["table*"]\narchives = [["libold.a", "libnew.a"]]\n'
    )
    assert resolve(load_groups(groups(tmp_path, text)), [tmp_path], readobj) == {"lib": ("extra", "shown")}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[lib]\nnames = ["a"]\n', r"\[lib\] has no consumer"),
        ('[lib]\nconsumer = "x"\nname = ["a"]\n', r"\[lib\] has unknown name"),
        ('[lib]\nconsumer = "x"\narchives = [["libgone.a"]]\n', "none of libgone.a"),
        ('[lib]\nconsumer = "x"\narchives = [["libnew.a"]]\nexclude = ["zz*"]\n', r"nothing matches 'zz\*'"),
    ],
)
def test_mistakes_are_named(readobj: Path, tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(BuildError, match=complaint):
        resolve(load_groups(groups(tmp_path, text)), [tmp_path], readobj)


def test_our_own_table_has_a_consumer_for_every_group() -> None:
    assert all(group.consumer for group in load_groups(ROOT / "runtime/exports.toml"))
