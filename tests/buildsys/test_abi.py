"""The table of the border and what is generated from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from buildlib import abi
from buildlib.errors import BuildError

TABLE = """
[slot]
size = 16
kind = 0
aux = 4
lo = 8
hi = 12
[constants]
ROOM = { value = 7, doc = "How much." }
[enums.Kind]
doc = "Kinds."
values = [{ name = "A", doc = "first" }, { name = "B", doc = "second" }]
[flags.PyFlag]
doc = "Bits."
values = ["X", "Y", "Z"]
[lists.WORDS]
doc = "Some words."
values = ["class", "if"]
[imports]
jsv_call = "int32_t (JsVal f, Slot *frame)"
[exports]
handle_get = "JsVal (uint32_t handle)"
frame_address = "Slot * (void)"
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "abi.toml"
    path.write_text(TABLE)
    return path


def test_c_header(table: Path) -> None:
    text = abi.c_header(abi.load(table))
    assert "#define ROOM 7" in text
    assert "KIND_B = 1," in text
    assert "#define PY_FLAG_Z 0x4u" in text
    assert '#define WORDS(word) word("class") word("if")' in text
    assert 'import_name("jsv_call"))) int32_t jsv_call(JsVal f, Slot *frame);' in text
    assert "JsVal handle_get(uint32_t handle);" in text
    assert "Slot *frame_address(void);" in text


def test_typescript(table: Path) -> None:
    text = abi.ts_module(abi.load(table))
    assert "export const SLOT_LO = 8;" in text
    assert "  Z = 4," in text
    assert 'export const WORDS: readonly string[] = ["class", "if"];' in text
    assert "  jsv_call(f: unknown, frame: number): number;" in text
    assert "  frame_address(): number;" in text


def test_js_library_names_the_glue(table: Path) -> None:
    assert "jsv_call: '=glue.imports.jsv_call'," in abi.js_library(abi.load(table))


def test_export_names(table: Path) -> None:
    assert abi.load(table).export_names() == ("handle_get", "frame_address")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("int32_t (JsVal f, Slot *frame)", "int32_t JsVal f", "not a prototype"),
        ("JsVal f,", "JsVal,", "not a parameter"),
        ("uint32_t handle", "unsigned handle", "unknown type 'unsigned'"),
        ('["X", "Y", "Z"]', '["X", "Y", "X"]', "X stands twice"),
        ('["X", "Y", "Z"]', '["X", "a b"]', "not an identifier"),
        ("frame_address", "jsv_call", "jsv_call stands twice"),
        ("[slot]", "[slots]", "missing or malformed entry: 'slot'"),
        ("value = 7", "value = ", "Invalid value"),
    ],
)
def test_a_mistake_is_named(table: Path, old: str, new: str, message: str) -> None:
    assert old in TABLE
    table.write_text(TABLE.replace(old, new, 1))
    with pytest.raises(BuildError, match=message):
        abi.load(table)


def test_the_real_table() -> None:
    real = abi.load(Path(__file__).resolve().parents[2] / "runtime/abi.toml")
    kinds = {group.name: [m.name for m in group.members] for group in (*real.enums, *real.flags)}
    assert kinds["Kind"][0] == "ERROR"
    # Public: `$$flags` of a dict.
    assert kinds["PyFlag"].index("IS_DICT") == 17
