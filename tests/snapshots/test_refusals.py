"""What cannot be part of a memory snapshot, and what is none: errors that say what it is."""

from __future__ import annotations

import base64
import json

import pytest

from harness.hosts import ABLE_TO_SWITCH, Host
from harness.snapshots import refused, restored, run

# Objects that have no path


def test_other_objects_go_through_the_callers_functions(host: Host) -> None:
    """Each once, so that one object stays one."""
    body = """
        const objects = [];
        const serializer = (value) => ({number: objects.push(value) - 1});
        const maker = await loadPyodide({_makeSnapshot: true});
        const one = {name: "one"};
        maker.globals.set("one", one);
        maker.globals.set("again", one);
        maker.globals.set("call", () => "called");
        maker.runPython("seen = {one.js_id}");
        const asked = [];
        const _snapshotDeserializer = (given) => (asked.push(given), objects[given.number]);
        const py = await loadPyodide({_loadSnapshot: maker.makeMemorySnapshot({serializer}), _snapshotDeserializer});
        const code = "[one.name, one == again, again.js_id in seen, call(), one is again]";
        return [py.runPython(code).toJs(), asked.length, objects.length];
    """
    assert run(host, body) == [["one", True, True, "called", False], 2, 2]


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("import js; held = js.JSON.parse('{}')", "object [object Object]"),
        ("import js; held = js.Promise.new(lambda *_: None)", "object [object Promise]"),
        ("from pyodide.ffi import create_proxy; held = create_proxy([1, 2])", "object [1, 2]"),
    ],
)
def test_an_object_that_nothing_describes_is_named(host: Host, code: str, named: str) -> None:
    message = refused(host, f"await made({json.dumps(code)});")
    assert f"did not get as an attribute, from jsglobals on: {named}" in message
    assert "pass a serializer" in message


def test_a_serializer_can_use_python(host: Host) -> None:
    """What that changes is not part of the snapshot."""
    body = """
        const maker = await loadPyodide({_makeSnapshot: true});
        maker.globals.set("held", {});
        maker.runPython("import js; more = []");
        const serializer = () => maker.runPython("more.extend(js.Object.new() for _ in range(300)); len(more)");
        const options = {_loadSnapshot: maker.makeMemorySnapshot({serializer}), _snapshotDeserializer: (a) => ({a})};
        const py = await loadPyodide(options);
        const code = "more.extend(js.Object.new() for _ in range(300)); [held.a, len(more), str(more[-1])]";
        return [py.runPython(code).toJs(), maker.runPython("len(more)")];
    """
    assert run(host, body) == [[300, 300, "[object Object]"], 300]


def test_what_a_serializer_gives_must_be_json(host: Host) -> None:
    message = refused(host, "await made('import js; o = js.JSON.parse(\"{}\")', {serializer: () => () => 1});")
    assert "must return what JSON can hold" in message


def test_a_serializer_wants_a_deserializer(host: Host) -> None:
    body = "await restored('import js; o = js.JSON.parse(\"{}\")', {}, {serializer: () => 1});"
    assert "You must pass an appropriate deserializer as _snapshotDeserializer" in refused(host, body)


def test_a_path_that_leads_nowhere_is_named(host: Host) -> None:
    body = """
        const jsglobals = Object.assign(Object.create(globalThis), {mine: {part: {}}});
        await restored("from js import mine; part = mine.part", {}, {options: {jsglobals}});
    """
    assert "the snapshot needs js.mine, which is not there (undefined)" in refused(host, body)


# What cannot be part of one


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("file = open('/tmp/a', 'w')", "the file /tmp/a is open (descriptor 3)"),
        ("import asyncio; task = asyncio.ensure_future(asyncio.sleep(1000))", "the event loop has callbacks or tasks"),
        ("import ctypes; call = ctypes.CFUNCTYPE(None)(print)", "a function that JavaScript made"),
    ],
)
def test_what_goes_on_is_an_error_that_names_it(host: Host, code: str, message: str) -> None:
    """And the interpreter is as good as before."""
    body = f"""
        const maker = await loadPyodide({{_makeSnapshot: true}});
        maker.runPython({json.dumps(code)});
        let message;
        try {{ maker.makeMemorySnapshot(); }} catch (error) {{ message = error.message; }}
        return [message, maker.runPython("1 + 1")];
    """
    found, two = run(host, body)
    assert message in found
    assert two == 2


def test_neither_are_shared_libraries_part_of_one(host: Host, library: bytes) -> None:
    body = f"""
        const maker = await loadPyodide({{_makeSnapshot: true}});
        const bytes = Uint8Array.from(atob("{base64.b64encode(library).decode()}"), (c) => c.charCodeAt(0));
        maker.FS.mkdirTree("/usr/lib");
        maker.FS.writeFile("/usr/lib/libanswer.so", bytes);
        maker.runPython("import ctypes; library = ctypes.CDLL('libanswer.so')");
        maker.makeMemorySnapshot();
    """
    assert "the shared library /usr/lib/libanswer.so is loaded" in refused(host, body)


def test_closed_files_and_freed_callbacks_do_no_harm(host: Host) -> None:
    before = """
        import ctypes, gc
        call = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 3)
        call()
        del call
        gc.collect()
        open("/tmp/a", "w").close()
        length = ctypes.CDLL(None).strlen
    """
    assert restored(host, before, "[length(b'abc'), ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 4)()]") == [3, 4]


def test_python_that_runs_has_no_snapshot(host: Host) -> None:
    body = """
        const maker = await loadPyodide({_makeSnapshot: true});
        maker.runPython("import pyodide_js; pyodide_js.makeMemorySnapshot()");
    """
    assert "Python is running. Call it from JavaScript that Python has not called" in refused(host, body)


@pytest.mark.hosts(*ABLE_TO_SWITCH)
def test_neither_has_python_that_waits(host: Host) -> None:
    body = """
        const maker = await loadPyodide({_makeSnapshot: true});
        const waiting = maker.runPythonAsync("import time; time.sleep(0.1)");
        await new Promise((resolve) => setTimeout(resolve, 20));
        let message;
        try { maker.makeMemorySnapshot(); } catch (error) { message = error.message; }
        await waiting;
        return [message, maker.makeMemorySnapshot().length > 0];
    """
    message, later = run(host, body)
    assert "1 call(s) of Python wait for something" in message
    assert later


def test_it_must_have_been_meant_from_the_start(host: Host) -> None:
    message = "Can only use pyodide.makeMemorySnapshot if the _makeSnapshot option is passed to loadPyodide"
    assert message in refused(host, "(await loadPyodide()).makeMemorySnapshot();")
    assert message in refused(host, "(await restored('')).makeMemorySnapshot();")


# Bytes that are no snapshot of this release


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("new Uint8Array(0)", "is no memory snapshot"),
        ("new Uint8Array(100)", "is no memory snapshot"),
        ("snapshot.slice(0, 47)", "is no memory snapshot"),
        ("snapshot.slice(0, 60)", "the snapshot is truncated: it has 60 bytes"),
        ("snapshot.slice(0, -1)", "the snapshot is truncated"),
        ("snapshot.with(20, snapshot[20] ^ 1)", "Snapshot build id mismatch"),
        ("'snapshot'", "option '_loadSnapshot' must be a Uint8Array, an ArrayBuffer, or a promise of one"),
        ("Promise.reject(new Error('on its way'))", "on its way"),
        ("other(snapshot)", "was made with another standard library"),
    ],
)
def test_other_bytes_are_refused(host: Host, change: str, message: str) -> None:
    body = f"""
        function other(bytes) {{
          const size = /"stdlib":([0-9])/.exec(new TextDecoder("latin1").decode(bytes.subarray(0, 1e5)));
          const place = size.index + size[0].length - 1;
          return bytes.with(place, bytes[place] === 57 ? 56 : bytes[place] + 1);
        }}
        const [snapshot] = await made("");
        await loadPyodide({{_loadSnapshot: {change}}});
    """
    assert message in refused(host, body)
