"""What is left of Emscripten's export variables."""

from __future__ import annotations

import pytest

from buildlib.jsexports import drop_unused

PROGRAM = """\
before(_used);
// Imports from the Wasm binary.
var _kept,
  _used,
  _dead,
  _data;

function assignWasmExports(wasmExports) {
  _kept = Module['_kept'] = wasmExports['kept'];
  _used = Module['_used'] = wasmExports['used'];
  _dead = Module['_dead'] = wasmExports['dead'];
  _data = Module['_data'] = (wasmExports['data'].value) >>> 0;
}
"""


def test_only_what_is_kept_or_read_remains() -> None:
    assert (
        drop_unused(PROGRAM, {"kept"})
        == """\
before(_used);
// Imports from the Wasm binary.
var _kept, _used;

function assignWasmExports(wasmExports) {
  _kept = Module['_kept'] = wasmExports['kept'];
  _used = wasmExports['used'];
}
"""
    )


def test_the_other_order_of_variable_and_property_is_understood() -> None:
    program = PROGRAM.replace("_dead = Module['_dead'] =", "Module['_dead'] = _dead =")
    assert program != PROGRAM
    assert drop_unused(program, {"kept"}) == drop_unused(PROGRAM, {"kept"})


def test_kept_data_keeps_its_address() -> None:
    assert "_data = Module['_data'] = (wasmExports['data'].value) >>> 0;" in drop_unused(PROGRAM, {"data"})


@pytest.mark.parametrize("program", ["var _a;\n", "// Imports from the Wasm binary.\nlet _a;\n"])
def test_an_unknown_shape_is_refused(program: str) -> None:
    with pytest.raises(ValueError, match="no block of wasm exports"):
        drop_unused(program, ())
