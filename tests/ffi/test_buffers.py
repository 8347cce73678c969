"""The memory of Python buffers in JavaScript: getBuffer and PyBufferView (2.4)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.hosts import JsError
from harness.runtime import Runtime

DESCRIBE = """
const describe = (v) => [v.data.constructor.name, v.data.length ?? v.data.byteLength, v.offset, v.shape, v.strides,
  v.ndim, v.itemsize, v.nbytes, v.format, v.readonly, v.c_contiguous, v.f_contiguous];
"""


def view(runtime: Runtime, code: str, body: str, type: str | None = None) -> Any:
    """What the body gives for the view `v` of a Python buffer."""
    argument = "" if type is None else json.dumps(type)
    return runtime.run_js(
        f"""
        {DESCRIBE}
        const o = pyodide.runPython({code!r});
        let v;
        try {{ v = o.getBuffer({argument}); {body} }} finally {{ v?.release(); o.destroy(); }}
        """
    )


@pytest.mark.parametrize(
    ("format", "array", "size"),
    [
        ("b", "Int8Array", 1),
        ("B", "Uint8Array", 1),
        ("c", "Uint8Array", 1),
        ("?", "Uint8Array", 1),
        ("h", "Int16Array", 2),
        ("H", "Uint16Array", 2),
        ("i", "Int32Array", 4),
        ("I", "Uint32Array", 4),
        ("l", "Int32Array", 4),
        ("L", "Uint32Array", 4),
        ("q", "BigInt64Array", 8),
        ("Q", "BigUint64Array", 8),
        ("f", "Float32Array", 4),
        ("d", "Float64Array", 8),
    ],
)
def test_formats(runtime: Runtime, format: str, array: str, size: int) -> None:
    found = view(runtime, f"memoryview(bytearray(16)).cast('{format}')", "return describe(v);")
    assert found == [array, 16 // size, 0, [16 // size], [1], 1, size, 16, format, False, True, True]


@pytest.mark.parametrize(
    ("type", "array", "length"),
    [
        ("i8", "Int8Array", 16),
        ("u8", "Uint8Array", 16),
        ("u8clamped", "Uint8ClampedArray", 16),
        ("i16", "Int16Array", 8),
        ("u16", "Uint16Array", 8),
        ("i32", "Int32Array", 4),
        ("u32", "Uint32Array", 4),
        ("i64", "BigInt64Array", 2),
        ("u64", "BigUint64Array", 2),
        ("f32", "Float32Array", 4),
        ("f64", "Float64Array", 2),
        ("dataview", "DataView", 16),
    ],
)
def test_types(runtime: Runtime, type: str, array: str, length: int) -> None:
    assert view(runtime, "bytearray(16)", "return describe(v).slice(0, 2);", type) == [array, length]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("memoryview(b'abcd')[::-1]", [4, 3, [4], [-1], 4, False]),
        ("memoryview(b'abcdefg')[1::2]", [5, 0, [3], [2], 5, False]),
        ("memoryview(bytes(12)).cast('B', (3, 4))", [12, 0, [3, 4], [4, 1], 12, True]),
        ("memoryview(bytes(12)).cast('H', (3, 2))", [6, 0, [3, 2], [2, 1], 12, True]),
        ("memoryview(bytes(4)).cast('i', ())", [1, 0, [], [], 4, True]),
        ("b''", [0, 0, [0], [1], 0, True]),
        ("import ctypes\n(ctypes.c_int * 3)(1, 2, 3)", [3, 0, [3], [1], 12, True]),
    ],
)
def test_shapes(runtime: Runtime, code: str, expected: list[object]) -> None:
    body = "return [v.data.length, v.offset, v.shape, v.strides, v.nbytes, v.c_contiguous];"
    assert view(runtime, code, body) == expected


def test_items_are_where_offset_and_strides_say(runtime: Runtime) -> None:
    body = "return Array.from({ length: v.shape[0] }, (_, i) => v.data[v.offset + i * v.strides[0]]);"
    assert view(runtime, "memoryview(bytes(range(9)))[7:1:-3]", body) == [7, 4]


def test_the_memory_is_shared(runtime: Runtime) -> None:
    view(runtime, "b = bytearray(3)\nb", "v.data[1] = 7;")
    assert runtime.run_python("list(b)") == [0, 7, 0]


def test_readonly_is_told(runtime: Runtime) -> None:
    assert view(runtime, "b'x'", "return v.readonly;") is True


@pytest.mark.parametrize(
    ("code", "type", "message"),
    [
        ("b'x'", "i33", "Unknown type i33"),
        ("b'x'", "toString", "Unknown type toString"),
        ("memoryview(bytearray(17))[1:]", "f64", "valid alignment for a Float64Array"),
        ("bytearray(3)", "u16", "valid alignment for a Uint16Array"),
        ("memoryview(bytes(12))[::3]", "u32", "valid alignment for a Uint32Array"),
        ("memoryview(bytes(4)).cast('e')", None, "no Float16Array"),
        ("import ctypes\n(ctypes.c_int32.__ctype_be__ * 2)(1, 2)", None, "big-endian"),
        ("import ctypes\ntype('S', (ctypes.Structure,), {'_fields_': [('a', ctypes.c_int)]})()", None, "buffer format"),
    ],
)
def test_what_there_is_no_view_of(runtime: Runtime, code: str, type: str | None, message: str) -> None:
    with pytest.raises(JsError, match=message):
        view(runtime, code, "", type)


def test_a_refused_buffer_is_not_held(runtime: Runtime) -> None:
    runtime.run_js(
        """
        const b = pyodide.runPython("b = bytearray(3)\\nb");
        try { b.getBuffer("f64"); } catch {} finally { b.destroy(); }
        """
    )
    runtime.run_python("b.append(1)\nNone")


def test_big_endian_with_a_dataview(runtime: Runtime) -> None:
    code = "import ctypes\n(ctypes.c_int32.__ctype_be__ * 2)(1, 2)"
    assert view(runtime, code, "return [v.data.getInt32(0), v.data.getInt32(4)];", "dataview") == [1, 2]


def test_release(runtime: Runtime) -> None:
    """While the view is open Python cannot resize what it shows."""
    assert runtime.run_js(
        """
        const o = pyodide.runPython("bytearray(3)");
        const v = o.getBuffer();
        let type;
        try { o.append(1); } catch (error) { type = error.type; }
        v.release();
        v.release();
        o.append(1);
        const result = [type, o.length, v.data, v instanceof pyodide.ffi.PyBufferView, v.constructor.name];
        const w = o.getBuffer();
        w[Symbol.dispose ?? Symbol.for("Symbol.dispose")]();
        result.push(w.data);
        o.destroy();
        return result;
        """
    ) == ["BufferError", 4, None, True, "PyBufferView", None]


def test_a_view_outlives_its_proxy(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const o = pyodide.runPython("bytes([5, 6])");
        const v = o.getBuffer();
        o.destroy();
        const items = [...v.data];
        v.release();
        return items;
        """
    ) == [5, 6]


def test_growth_of_the_memory(runtime: Runtime) -> None:
    """Arrays read before are detached, as JavaScript has it; `data` is good again."""
    assert runtime.run_js(
        """
        const other = await loadPyodide();
        const o = other.runPython("bytearray([1, 2, 3])");
        const v = o.getBuffer();
        const before = v.data;
        const size = other._module.HEAPU8.length;
        other.runPython("grown = bytearray(64 << 20); None");
        return [other._module.HEAPU8.length > size, before.length, [...v.data], v.data === v.data];
        """
    ) == [True, 0, [1, 2, 3], True]


def test_views_cannot_be_constructed(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="PyBufferView is not a constructor"):
        runtime.run_js("new pyodide.ffi.PyBufferView();")
