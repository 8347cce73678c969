"""Members of the API object that other rooms do not test."""

from __future__ import annotations

import json

import pytest

from harness.hosts import ENGINES, HOSTS, Host, JsError
from harness.runtime import Runtime

pytestmark = pytest.mark.hosts(*HOSTS, *ENGINES)

ARCHIVE = """
import io, zipfile
file = io.BytesIO()
with zipfile.ZipFile(file, "w") as archive:
    archive.writestr("parcel/__init__.py", "content = 5")
    archive.writestr("parcel-1.dist-info/METADATA", "Name: parcel")
open("/tmp/parcel.zip", "wb").write(file.getvalue())
del file, archive
"""


def unpack(runtime: Runtime, format: str, directory: str) -> None:
    """Unpack the archive of `ARCHIVE`."""
    runtime.run_python(ARCHIVE)
    where = json.dumps(directory)
    runtime.run_js(
        f"pyodide.unpackArchive(pyodide.FS.readFile('/tmp/parcel.zip'), '{format}', {{extractDir: {where}}});"
    )


def test_an_archive_is_unpacked(runtime: Runtime) -> None:
    unpack(runtime, "zip", "/tmp/zip")
    assert runtime.run_python("open('/tmp/zip/parcel/__init__.py').read()") == "content = 5"
    assert runtime.run_js("return pyodide.FS.readdir('/tmp/zip/parcel-1.dist-info');") == [".", "..", "METADATA"]


def test_a_wheel_notes_its_installer(runtime: Runtime) -> None:
    unpack(runtime, ".whl", "/tmp/wheel")
    assert runtime.run_python("open('/tmp/wheel/parcel-1.dist-info/INSTALLER').read()") == "pyodide.unpackArchive\n"


def test_an_empty_archive_makes_its_directory(runtime: Runtime) -> None:
    code = "import io, zipfile; data = io.BytesIO(); zipfile.ZipFile(data, 'w').close(); data.getvalue()"
    body = f"""
        const data = pyodide.runPython({json.dumps(code)}), view = data.getBuffer();
        pyodide.unpackArchive(view.data, "zip", {{extractDir: "/tmp/empty/parcel"}});
        view.release();
        data.destroy();
        return pyodide.FS.readdir("/tmp/empty/parcel");
    """
    assert runtime.run_js(body) == [".", ".."]
    runtime.run_python("del data")


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("unpackArchive('text', 'zip')", "TypeError: unpackArchive: the archive must be an ArrayBuffer"),
        ("unpackArchive(new Uint8Array(3), 'rar')", "TypeError: unpackArchive: unknown format 'rar'"),
        ("unpackArchive(new Uint8Array(3))", "TypeError: unpackArchive: the format must be a string, not undefined"),
    ],
)
def test_unusable_archives_are_refused(runtime: Runtime, call: str, error: str) -> None:
    with pytest.raises(JsError) as caught:
        runtime.run_js(f"pyodide.{call};")
    assert error in str(caught.value)


def test_a_corrupt_archive_leaves_no_file_behind(runtime: Runtime) -> None:
    runtime.run_js(
        """
        const before = pyodide.FS.readdir("/tmp").length;
        let failed = false;
        try { pyodide.unpackArchive(new Uint8Array(3), "zip"); } catch { failed = true; }
        if (!failed || pyodide.FS.readdir("/tmp").length !== before) throw new Error("not as before");
        """
    )


def test_globals_fall_back_to_builtins(runtime: Runtime) -> None:
    runtime.run_python("own = 1; abs = None")
    body = """
        const missing = pyodide.globals.get("missing") ?? null;
        const len = pyodide.globals.get("len");
        const name = String(len);
        len.destroy();
        return [pyodide.globals.get("own"), pyodide.globals.get("abs") ?? null, missing, pyodide.globals.has("len"),
                pyodide.globals.has("missing"), name];
    """
    assert runtime.run_js(body) == [
        1,
        None,
        None,
        True,
        False,
        "<built-in function len>",
    ]
    runtime.run_python("del own, abs")


def test_run_python_in_a_namespace_of_its_own(runtime: Runtime) -> None:
    body = """
        const globals = pyodide.runPython("{}");
        try {
          return [pyodide.runPython("inner = 2; inner + 1", {globals}), pyodide.globals.has("inner"),
                  pyodide.runPython("inner", {globals: pyodide.globals, locals: globals})];
        } finally {
          globals.destroy();
        }
    """
    assert runtime.run_js(body) == [3, False, 2]


@pytest.mark.parametrize("run", ["runPython", "runPythonAsync"])
def test_null_is_no_option(runtime: Runtime, run: str) -> None:
    options = "{globals: null, locals: undefined, filename: null}"
    assert runtime.run_js(f"return await pyodide.{run}('abs(-3)', {options});") == 3


@pytest.mark.parametrize("run", ["runPython", "runPythonAsync"])
def test_options_that_are_no_object_are_refused(runtime: Runtime, run: str) -> None:
    with pytest.raises(JsError, match="runPython takes an object of options, not a string"):
        runtime.run_js(f"await pyodide.{run}('1', 'globals');")


def test_the_filename_is_in_the_traceback(runtime: Runtime) -> None:
    with pytest.raises(JsError, match=r'File "mine\.py", line 2(.|\n)*ZeroDivisionError'):
        runtime.run_js("pyodide.runPython('1\\n1/0', {filename: 'mine.py'});")


def test_an_interrupt_ends_an_endless_loop(runtime: Runtime) -> None:
    body = """
        const buffer = new Uint8Array([2]);
        pyodide.setInterruptBuffer(buffer);
        try {
          pyodide.runPython("while True: pass");
        } catch (error) {
          return [error.type, buffer[0]];
        } finally {
          pyodide.setInterruptBuffer(undefined);
        }
    """
    assert runtime.run_js(body) == ["KeyboardInterrupt", 0]


def test_check_interrupt_throws_what_the_buffer_asks_for(runtime: Runtime) -> None:
    body = """
        const buffer = new Uint8Array(1);
        pyodide.setInterruptBuffer(buffer);
        try {
          pyodide.checkInterrupt();
          buffer[0] = 2;
          pyodide.checkInterrupt();
        } catch (error) {
          return error.type;
        } finally {
          pyodide.setInterruptBuffer(undefined);
        }
    """
    assert runtime.run_js(body) == "KeyboardInterrupt"


def test_without_a_buffer_nothing_is_interrupted(runtime: Runtime) -> None:
    runtime.run_js("pyodide.setInterruptBuffer(new Uint8Array([2])); pyodide.setInterruptBuffer(undefined);")
    assert runtime.run_python("sum(range(10000))") == 49995000


def test_python_reaches_the_api(runtime: Runtime) -> None:
    assert runtime.run_python("import pyodide, pyodide_js; pyodide_js.version == pyodide.__version__") is True


def test_after_an_exit_the_api_is_blocked(host: Host) -> None:
    body = """
        const api = await loadPyodide();
        const seen = [];
        api._api.on_fatal = (cause) => seen.push(cause.name);
        const message = (call) => { try { call(); } catch (error) { return error.message; } };
        message(() => api.runPython("import os; os._exit(4)"));
        return [message(() => api.runPython("1")), typeof api.version, seen];
    """
    assert host.run(body) == ["Pyodide already exited and can no longer be used.", "string", ["Exit"]]


def test_after_a_trap_the_api_is_blocked_and_others_are_not(host: Host) -> None:
    body = """
        const [api, other] = await Promise.all([loadPyodide(), loadPyodide()]);
        const message = (call) => { try { call(); } catch (error) { return error.message; } };
        const trap = message(() => api.runPython("import ctypes; ctypes.string_at(0xfffffff0, 100000)"));
        return [Boolean(trap), message(() => api.FS), other.runPython("1 + 1")];
    """
    assert host.run(body) == [True, "Pyodide already fatally failed and can no longer be used.", 2]


def test_a_system_exit_is_an_exception_like_any_other(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="SystemExit: 3"):
        runtime.run_python("import sys; sys.exit(3)")
    assert runtime.run_python("1 + 1") == 2


@pytest.mark.hosts("node20", "chromium")
def test_sockets_are_refused_where_they_cannot_work(runtime: Runtime) -> None:
    reason = "cannot switch stacks" if runtime.host.name == "node20" else "works in Node only"
    with pytest.raises(JsError, match=f"useNodeSockFS.*{reason}"):
        runtime.run_js("await pyodide.useNodeSockFS();")
