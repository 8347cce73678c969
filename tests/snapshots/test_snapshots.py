"""Memory snapshots, in every host: what an interpreter that comes from one is."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from pathlib import Path

import pytest
from conftest import find_node

from harness.hosts import ABLE_TO_SWITCH, NODES, TIMEOUT, Host
from harness.snapshots import refused, restored, run

# What is there again


def test_everything_of_python_is_as_it_was(host: Host) -> None:
    before = """
        import collections, decimal, fractions, sys
        class Point:
            def __init__(self, x): self.x = x
        point = Point([1, 2])
        both = {"a": point, "b": point}
        def generate():
            yield from "abc"
        generator = generate()
        next(generator)
        counter = collections.Counter("hello")
    """
    after = """[both["a"] is both["b"] is point, point.x, type(point) is Point, next(generator), counter["l"],
        str(decimal.Decimal(1) / 3), "fractions" in sys.modules, "unittest" in sys.modules, sorted({"b", "a"})]"""
    expected = [True, [1, 2], True, "b", 2, "0." + 28 * "3", True, False, ["a", "b"]]
    assert restored(host, before, after) == expected


def test_javascript_is_reached_by_the_paths_it_was_reached_by(host: Host) -> None:
    before = """
        import js, pyodide_js
        from js import JSON, Math
        largest = Math.max
        names = {Math.js_id: "Math"}
        load = pyodide_js.loadPackage
    """
    after = """[js.Math == Math, Math.js_id in names, js.Reflect.js_id in names, largest(1, 5), JSON.stringify([1][0]),
        load == pyodide_js.loadPackage, Math.floor(1.5), js.mine]"""
    options = "{jsglobals: Object.assign(Object.create(globalThis), {mine: 'new'})}"
    assert restored(host, before, after, options) == [True, True, False, 5, "1", True, 1, "new"]


def test_the_public_api_is_the_new_interpreters(host: Host) -> None:
    body = """
        const py = await restored("import pyodide_js, pyodide.ffi, sys; x = 1");
        const {version, pyodide_py, globals} = py;
        const list = py.runPython("[1, 2]");
        const same = py.runPython("pyodide_js.version") === version;
        return [same, pyodide_py.__version__ === version, globals.get("x"), globals.get("len") !== undefined,
          list instanceof py.ffi.PySequence, list.toJs(), py.pyimport("sys").path.get(0),
          py.runPython("pyodide_js.globals['x']")];
    """
    assert run(host, body) == [True, True, 1, True, True, [1, 2], "", 1]


def test_the_border_works_both_ways(host: Host) -> None:
    """Also with types of JsProxy that were made before, and names that were used before."""
    before = """
        import js
        from pyodide.ffi import JsException, create_once_callable, create_proxy, to_js
        js.Object.fromEntries(to_js([["a", 1]])).a
        js.Array.new(1, 2)[0]
        try:
            js.JSON.parse("{")
        except JsException:
            pass
    """
    after = """
        results = [js.Object.fromEntries(to_js([["a", 1]])).a, js.Array.new(1, 2)[0], js.Map.new([[1, 2]]).get(1)]
        try:
            js.JSON.parse("{")
        except JsException as error:
            results.append(error.name)
        callback = create_proxy(lambda value, *rest: results.append(value))
        js.Array.of(7, 8).forEach(callback)
        callback.destroy()
        results.append(await js.Promise.resolve(9))
        results
    """
    assert restored(host, before, after) == [1, 1, 2, "SyntaxError", 7, 8, 9]


def test_the_event_loop_goes_on(host: Host) -> None:
    """One that was used, with a timer that was cancelled; on another clock."""
    before = """
        import asyncio
        loop = asyncio.get_running_loop()
        await asyncio.wait_for(asyncio.sleep(0.001), 1000)
        loop.call_later(1000, print).cancel()
        queue = asyncio.Queue()
        queue.put_nowait("before")
    """
    after = """
        async def put():
            await asyncio.sleep(0.002)
            await queue.put("after")
        async with asyncio.TaskGroup() as group:
            group.create_task(put())
            got = [await queue.get(), await queue.get()]
        [loop is asyncio.get_running_loop(), got]
    """
    assert restored(host, before, after) == [True, ["before", "after"]]


@pytest.mark.hosts(*ABLE_TO_SWITCH)
def test_python_can_wait(host: Host) -> None:
    before = "import threading, time; time.sleep(0.001); lock = threading.RLock()"
    after = """
        import asyncio
        from pyodide.ffi import run_sync
        time.sleep(0.001)
        with lock, lock:
            result = run_sync(asyncio.sleep(0.001, "waited"))
        result
    """
    assert restored(host, before, after) == "waited"


def test_several_interpreters_come_from_one_snapshot(host: Host) -> None:
    """And the one it was made of goes on: none sees what another does."""
    body = """
        const [snapshot, maker] = await made("names = ['made']");
        const all = [maker, await loadPyodide({_loadSnapshot: snapshot}),
          await loadPyodide({_loadSnapshot: Promise.resolve(snapshot.buffer)})];
        for (const [i, each] of all.entries()) {
          each.runPython(`names.append(${i}); open("/tmp/mine", "w").write("${i}")`);
        }
        return all.map((each) => each.runPython("str(names) + open('/tmp/mine').read()"));
    """
    assert run(host, body) == ["['made', 0]0", "['made', 1]1", "['made', 2]2"]


def test_a_snapshot_can_be_made_of_what_comes_from_one(host: Host) -> None:
    body = """
        const second = await restored("import js; from js import Math; a = 1", {_makeSnapshot: true});
        second.runPython("a += 1; from js import JSON");
        const third = await loadPyodide({_loadSnapshot: second.makeMemorySnapshot()});
        return third.runPython("[a, Math.abs(-1), JSON.stringify(1), js.Math == Math]").toJs();
    """
    assert run(host, body) == [2, 1, "1", True]


@pytest.mark.hosts(*NODES)
def test_one_host_loads_what_another_has_made(host: Host, dist: Path, tmp_path: Path) -> None:
    """Of which one can switch stacks and has CPython's trampoline in WebAssembly, and the other cannot and has not."""
    file = tmp_path / "snapshot"
    script = tmp_path / "make.mjs"
    script.write_text(
        f"""
        import {{ writeFileSync }} from "node:fs";
        import {{ loadPyodide }} from "{dist.as_uri()}/pyodide.mjs";
        const maker = await loadPyodide({{_makeSnapshot: true}});
        maker.runPython("import functools, sys, threading, time; time.sleep(0.001); lock = threading.Lock()");
        writeFileSync("{file}", maker.makeMemorySnapshot());
        """
    )
    other = find_node("node24" if host.name == "node20" else "node20")
    subprocess.run([other, script], check=True, timeout=TIMEOUT)
    code = """
        from pyodide.ffi import can_run_sync
        time.sleep(0.001)
        with lock:
            total = functools.reduce(lambda a, b: a + b, range(5))
        [total, can_run_sync(), sys._emscripten_info.runtime]
    """
    body = f"""
        const py = await loadPyodide({{_loadSnapshot: process.getBuiltinModule("fs").readFileSync("{file}")}});
        return [(await py.runPythonAsync({json.dumps(code)})).toJs(), process.versions.node.split(".")[0]];
    """
    (total, can_wait, runtime), version = run(host, body)
    assert [total, can_wait] == [10, host.name != "node20"]
    assert re.search(rf"[v/]{version}\b", runtime)


def test_the_memory_grows_to_what_it_was(host: Host) -> None:
    before = "data = bytes(range(256)) * (300 << 10); hole = bytearray(100 << 20)"
    assert restored(host, before, "[data[-1], sum(data[-256:]), hole.count(0) >> 20]") == [255, 32640, 100]


# What an interpreter is told when it starts


def test_options_are_those_of_the_start(host: Host) -> None:
    body = """
        const lines = [];
        const options = {env: {A: "new", HOME: "/tmp/home"}, args: ["program.py", "-v"], stdin: () => "typed",
          stdout: (line) => lines.push(line), fsInit: async (FS) => FS.writeFile("/tmp/mine.py", "a = 1")};
        const py = await restored("import os, sys; os.environ['B'] = '2'; os.environ['A'] = '1'", options);
        py.runPython(`
            print(input(), sys.argv, os.environ["A"], os.environ["B"], os.getcwd(), "PYTHONINSPECT" in os.environ)
            sys.path.append("/tmp")
            import mine
            print(mine.a, end="")`);
        py.runPython("import os; os.fsync(1)");
        return lines;
    """
    assert run(host, body)[0] == "typed ['program.py', '-v'] new 2 /tmp/home True"


def test_an_option_of_the_interpreter_comes_too_late(host: Host) -> None:
    message = refused(host, "await loadPyodide({_loadSnapshot: new ArrayBuffer(0), args: ['-X', 'dev']});")
    assert "has started already: '-X' comes too late" in message


def test_text_that_was_not_written_yet_is_written_once(host: Host) -> None:
    body = """
        const lines = [];
        const options = {stdout: (line) => lines.push(line)};
        const py = await restored("print('before', end='')", options, {options});
        py.runPython("print('after')");
        return lines;
    """
    assert run(host, body) == ["after"]


def test_what_is_random_is_drawn_anew(host: Host) -> None:
    body = """
        const [snapshot] = await made(`
            import random, sqlite3, tempfile, uuid
            random.seed(1)
            database = sqlite3.connect(":memory:")
            draw = lambda: database.execute("SELECT random()").fetchone()[0]
            draw(), tempfile.mktemp(), uuid.uuid1(), random.random()
            own = random.Random(1)`);
        const code = "[random.random(), tempfile.mktemp(), uuid.getnode(), draw(), own.random()]";
        const draw = async () => (await loadPyodide({_loadSnapshot: snapshot})).runPython(code).toJs();
        const [one, other] = [await draw(), await draw()];
        return one.map((value, i) => value === other[i]);
    """
    assert run(host, body) == [False, False, False, False, True]


@pytest.mark.hosts(*NODES)
def test_the_time_zone_is_the_hosts(host: Host) -> None:
    body = """
        const zone = process.env.TZ;
        try {
          process.env.TZ = "Asia/Tokyo";
          const [snapshot] = await made("import time; before = time.timezone");
          process.env.TZ = "America/New_York";
          const py = await loadPyodide({_loadSnapshot: snapshot});
          const code = "[before, time.timezone, time.altzone, time.daylight, *time.tzname, time.localtime(0).tm_zone]";
          return [py.runPython(code).toJs(), (await loadPyodide()).runPython(code.replace("before", "0")
            .replace(/^/, "import time; ")).toJs()];
        } finally {
          if (zone === undefined) delete process.env.TZ; else process.env.TZ = zone;
        }
    """
    [before, *zone], [_, *fresh] = run(host, body)
    assert before == -9 * 3600
    assert zone == fresh == [5 * 3600, 4 * 3600, 1, "UTC-0500", "UTC-0400", "UTC-0500"]


# Files and packages


def test_files_in_memory_are_kept(host: Host) -> None:
    before = """
        import os, sys
        os.makedirs("/data/empty")
        os.chdir("/data")
        with open("module_in_data.py", "w") as file:
            file.write("a = 'imported'")
        os.symlink("module_in_data.py", "link")
        os.utime("module_in_data.py", (10**9, 10**9))
        os.chmod("module_in_data.py", 0o600)
        sys.path.append("/data")
    """
    after = """
        import module_in_data
        about = os.stat("module_in_data.py")
        [module_in_data.a, os.getcwd(), os.readlink("link"), sorted(os.listdir()), about.st_mtime, oct(about.st_mode)]
    """
    names = ["empty", "link", "module_in_data.py"]
    expected = ["imported", "/data", "module_in_data.py", names, 10**9, "0o100600"]
    assert restored(host, before, after) == expected


def test_what_is_mounted_is_not(host: Host) -> None:
    body = """
        const maker = await loadPyodide({_makeSnapshot: true});
        maker.FS.mkdirTree("/mnt");
        maker.FS.mount(maker.FS.filesystems.MEMFS, {}, "/mnt");
        maker.FS.writeFile("/mnt/file", "a");
        const py = await loadPyodide({_loadSnapshot: maker.makeMemorySnapshot()});
        return py.FS.analyzePath("/mnt/file").exists;
    """
    assert run(host, body) is False


def test_packages_are_kept_and_more_can_be_loaded(host: Host) -> None:
    body = """
        const maker = await loadPyodide({_makeSnapshot: true, packages: ["packaging"]});
        maker.runPython("import packaging.version");
        const py = await loadPyodide({_loadSnapshot: maker.makeMemorySnapshot(), stdout: () => {}});
        const before = {...py.loadedPackages};
        await py.loadPackage("micropip");
        py.runPython("import micropip, packaging.tags");
        return [before, py.runPython("'packaging' in micropip.list()")];
    """
    assert run(host, body) == [{"packaging": "default channel"}, True]


def test_shared_libraries_can_be_loaded_afterwards(host: Host, library: bytes) -> None:
    body = f"""
        const py = await restored("import ctypes; call = lambda: ctypes.CDLL('libanswer.so').answer()");
        py.FS.mkdirTree("/usr/lib");
        const bytes = Uint8Array.from(atob("{base64.b64encode(library).decode()}"), (c) => c.charCodeAt(0));
        py.FS.writeFile("/usr/lib/libanswer.so", bytes);
        return py.runPython("call()");
    """
    assert run(host, body) == 42


# Nothing leaks


def test_what_javascript_held_is_let_go_of(host: Host) -> None:
    """Nobody will come back for it: proxies, buffers, names."""
    body = """
        const maker = await loadPyodide({_makeSnapshot: true});
        maker.runPython("class C: pass\\nimport gc, weakref\\nwatch = weakref.WeakSet()\\nopened = bytearray(5)");
        const held = maker.runPython("held = C(); watch.add(held); held");
        maker.runPython("del held");
        const opened = maker.globals.get("opened"), buffer = opened.getBuffer();
        const some = held.__class__;
        const py = await loadPyodide({_loadSnapshot: maker.makeMemorySnapshot()});
        const code = "gc.collect(); opened.extend(b'more'); [len(watch), len(opened)]";
        const after = py.runPython(code).toJs();
        return [after, maker.runPython("gc.collect(); len(watch)"), buffer.data.length, held.type, some.__name__];
    """
    assert run(host, body) == [[0, 9], 1, 5, "C", "C"]


def test_no_proxies_and_handles_are_left_over(host: Host) -> None:
    body = """
        const counts = ({_module: {core}}) => [core.liveHandles(), core.liveProxies()];
        const fresh = await loadPyodide();
        const [snapshot, maker] = await made("import js, asyncio; js.Math.max(1, 2); await asyncio.sleep(0)");
        const all = [counts(fresh), counts(maker)];
        const again = await loadPyodide({_loadSnapshot: snapshot, _makeSnapshot: true});
        all.push(counts(again));
        const more = await loadPyodide({_loadSnapshot: again.makeMemorySnapshot()});
        all.push(counts(more));
        return all;
    """
    fresh, maker, again, more = run(host, body)
    assert [again, more] == [fresh, fresh]
    assert maker[0] == fresh[0]
