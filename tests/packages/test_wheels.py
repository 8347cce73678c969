"""Extension modules that other people compiled, with another Emscripten, for this distribution's platform."""

from __future__ import annotations

import pytest

from harness.hosts import JsError
from harness.runtime import Runtime
from harness.wheels import LUAU, MSGPACK, Wheel, fetch


def install(runtime: Runtime, wheel: Wheel) -> None:
    """Unpack a wheel where imports look for it, as any unzip would."""
    runtime.write_file(f"/tmp/{wheel.file_name}", fetch(wheel))
    runtime.run_python(
        f"""
import importlib, zipfile
with zipfile.ZipFile("/tmp/{wheel.file_name}") as archive:
    archive.extractall("/lib/python3.14/site-packages")
importlib.invalidate_caches()
None
"""
    )


@pytest.fixture(scope="module")
def installed(module_runtime: Runtime) -> None:
    """The wheels are unpacked and imported, so that each test finds what it leaves."""
    for wheel in (MSGPACK, LUAU):
        install(module_runtime, wheel)
    module_runtime.run_python("import msgpack, msgpack._cmsgpack, luau_wasm; None")


@pytest.mark.usefixtures("installed")
class TestMsgpack:
    def test_the_compiled_module_is_in_use(self, runtime: Runtime) -> None:
        assert runtime.run_python("msgpack.Packer.__module__") == "msgpack._cmsgpack"
        assert runtime.run_python("msgpack._cmsgpack.__file__").endswith(".cpython-314-wasm32-emscripten.so")

    def test_values_survive_a_round_trip(self, runtime: Runtime) -> None:
        code = """
import datetime
value = {"int": [0, -1, 2**63, -2**63], "float": 1.5, "text": "é\\U0001f40d", "bytes": b"\\0\\xff", "none": None,
         "nested": [[[]], {"a": {}}], "when": datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)}
packed = msgpack.packb(value, datetime=True)
msgpack.unpackb(packed, timestamp=3) == value
"""
        assert runtime.run_python(code) is True

    def test_the_bytes_are_those_of_the_format(self, runtime: Runtime) -> None:
        assert runtime.run_python("msgpack.packb([1, 'a', None, True, 1.5]).hex()") == "9501a161c0c3cb3ff8000000000000"

    def test_a_python_callback_is_called_from_compiled_code(self, runtime: Runtime) -> None:
        code = "msgpack.unpackb(msgpack.packb({'a': 1}), object_hook=lambda d: sorted(d.items())) == [('a', 1)]"
        assert runtime.run_python(code) is True

    def test_its_errors_are_python_exceptions(self, runtime: Runtime) -> None:
        with pytest.raises(JsError, match="OverflowError: Integer value out of range"):
            runtime.run_python("msgpack.packb(2**64); None")
        with pytest.raises(JsError, match="ValueError: Unpack failed: incomplete input"):
            runtime.run_python("msgpack.unpackb(b'\\x92\\x01'); None")


@pytest.mark.usefixtures("installed")
class TestLuau:
    def test_a_script_runs(self, runtime: Runtime) -> None:
        assert runtime.run_python("luau_wasm.execute('print(6 * 7)')") == "42\n"

    def test_an_error_thrown_in_cpp_is_a_python_exception(self, runtime: Runtime) -> None:
        code = """
try:
    luau_wasm.execute('print("before"); error("boom")')
except luau_wasm.LuauError as error:
    outcome = str(error)
else:
    outcome = "no exception"
outcome
"""
        assert "boom" in runtime.run_python(code)

    def test_an_exception_caught_in_cpp_stays_there(self, runtime: Runtime) -> None:
        """Luau's pcall catches what its error throws: both ends are C++."""
        script = "local ok, why = pcall(function() error('inner') end) print(ok, why ~= nil)"
        assert runtime.run_python(f'luau_wasm.execute("{script}")') == "false\ttrue\n"

    def test_many_exceptions_leave_the_interpreter_sound(self, runtime: Runtime) -> None:
        code = """
caught = 0
for _ in range(1000):
    try:
        luau_wasm.execute("error('again')")
    except luau_wasm.LuauError:
        caught += 1
caught
"""
        assert runtime.run_python(code) == 1000

    def test_a_syntax_error_is_reported(self, runtime: Runtime) -> None:
        with pytest.raises(JsError, match="LuauError"):
            runtime.run_python("luau_wasm.execute('this is not luau')")
