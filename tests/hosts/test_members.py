"""The members of the API object beside the reference's."""

from __future__ import annotations

import json
import subprocess

import pytest

from buildlib.paths import ROOT
from harness.hosts import Host, JsError
from harness.runtime import Runtime

REFERENCE = ROOT / "node_modules/pyodide/pyodide.mjs"

DIFFERENT = {
    "length": "an accident: the reference's object is a class, thus a function with a length",
    "name": "an accident, as length",
}
"""What the reference has and we have not, and why."""

MEMBERS = """
const kind = (value) => value === null ? "null" : typeof value;
const describe = (object) => Object.fromEntries(Object.getOwnPropertyNames(object)
  .filter((name) => name !== "prototype").map((name) => [name, kind(object[name])]));
const members = {api: describe(pyodide), ffi: describe(pyodide.ffi), canvas: describe(pyodide.canvas)};
for (const part of ["PATH", "ERRNO_CODES"]) members[part] = describe(pyodide[part]);
members.filesystems = describe(pyodide.FS.filesystems);
"""


@pytest.fixture(scope="module")
def reference() -> dict[str, dict[str, str]]:
    """The type of each member of the reference's objects."""
    script = f"""
        import {{ loadPyodide }} from {json.dumps(REFERENCE.as_uri())};
        const pyodide = await loadPyodide();
        {MEMBERS}
        console.log(JSON.stringify(members));
    """
    words = [str(ROOT / "node_modules/node24/bin/node"), "--input-type=module", "--eval", script]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
    found: dict[str, dict[str, str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_every_public_member_is_there(runtime: Runtime, reference: dict[str, dict[str, str]]) -> None:
    ours: dict[str, dict[str, str]] = runtime.run_js(f"{MEMBERS} return members;")
    # As in every object, `_…` is private.
    missing = {name for name in reference["api"] if not name.startswith("_") and name not in ours["api"]}
    assert missing == set(DIFFERENT)
    for part, members in reference.items():
        wanted = {name: kind for name, kind in members.items() if part != "api" or name not in DIFFERENT}
        assert {name: kind for name, kind in ours[part].items() if name in wanted} == wanted, part


def test_members_can_be_taken_apart(runtime: Runtime) -> None:
    """No member needs its `this`."""
    body = """
        const { runPython, runPythonAsync, pyimport, toPy, globals } = pyodide;
        runPython("taken = 4");
        const math = pyimport("math");
        const list = toPy([1]);
        try {
          return [globals.get("taken"), await runPythonAsync("taken + 1"), math.floor(2.5), list.length];
        } finally {
          math.destroy();
          list.destroy();
        }
    """
    assert runtime.run_js(body) == [4, 5, 2, 1]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("math", "module"), ("os.path", "module"), ("os.path.join", "function"), ("collections.abc.Mapping", "ABCMeta")],
)
def test_pyimport_takes_dotted_names(runtime: Runtime, path: str, expected: str) -> None:
    body = f"const found = pyodide.pyimport({json.dumps(path)}); const {{type}} = found; found.destroy(); return type;"
    assert runtime.run_js(body) == expected


def test_pyimport_gives_values_of_their_own_type(runtime: Runtime) -> None:
    assert runtime.run_js("return [pyodide.pyimport('math.pi'), pyodide.pyimport('os.sep')];") == [
        pytest.approx(3.14159265),
        "/",
    ]


@pytest.mark.parametrize(
    ("argument", "error"),
    [
        ("'nowhere'", "ModuleNotFoundError: No module named 'nowhere'"),
        ("'os.nowhere'", "ModuleNotFoundError: No module named 'os.nowhere'"),
        ("'nowhere.at.all'", "ModuleNotFoundError: No module named 'nowhere'"),
        ("''", "ValueError"),
        ("5", "TypeError"),
    ],
)
def test_pyimport_of_what_is_not_there(runtime: Runtime, argument: str, error: str) -> None:
    with pytest.raises(JsError) as caught:
        runtime.run_js(f"pyodide.pyimport({argument});")
    assert error in str(caught.value)


def test_set_debug_gives_the_setting_before(runtime: Runtime) -> None:
    body = """
        const settings = [pyodide.setDebug(true), pyodide.setDebug(false), pyodide.setDebug(false)];
        const message = (debug) => {
          const proxy = pyodide.runPython("[1234567]");
          const before = pyodide.setDebug(debug);
          proxy.destroy();
          pyodide.setDebug(before);
          try { proxy.length; } catch (error) { return error.message; }
        };
        return [settings, message(true).includes("1234567"), message(false).includes("1234567")];
    """
    assert runtime.run_js(body) == [[False, True, False], True, False]


def test_paths_and_error_codes(runtime: Runtime) -> None:
    body = """
        const { PATH, ERRNO_CODES } = pyodide;
        return [PATH.join("/a", "../b", "c"), PATH.dirname("/a/b"), PATH.basename("/a/b"), PATH.normalize("a//./b/.."),
                ERRNO_CODES.ENOENT, ERRNO_CODES.EIO];
    """
    assert runtime.run_js(body) == ["/b/c", "/a", "b", "a", 44, 29]
    assert runtime.run_python("import errno; (errno.ENOENT, errno.EIO)") == [44, 29]


def test_there_is_one_canvas(runtime: Runtime) -> None:
    body = """
        const { canvas } = pyodide;
        const [first, second] = [{id: "canvas"}, {id: "canvas"}];
        const before = [canvas.getCanvas2D(), canvas.getCanvas3D()];
        canvas.setCanvas2D(first);
        const same = canvas.getCanvas2D() === first && canvas.getCanvas3D() === first;
        canvas.setCanvas3D(second);
        return [before.every((value) => value === undefined), same,
                canvas.getCanvas2D() === second && pyodide._module.canvas === second];
    """
    assert runtime.run_js(body) == [True, True, True]


def test_a_canvas_that_sdl_will_not_find_is_warned_of(runtime: Runtime) -> None:
    body = """
        const { warn } = console;
        const warnings = [];
        console.warn = (text) => warnings.push(text);
        try { pyodide.canvas.setCanvas2D({id: "mine"}); } finally { console.warn = warn; }
        return warnings;
    """
    (warning,) = runtime.run_js(body)
    assert '"mine"' in warning


COMLINK = """
const createEndpoint = Symbol("Comlink.endpoint");
// A remote object as Comlink makes it: every property is another one, calls give promises, it is no promise itself.
const remote = (path) => new Proxy(function () {}, {
  get: (_target, name) => name === "then" && path.length === 0 ? {then: () => remote([])} : remote([...path, name]),
  apply: async (_target, _this, args) => `${path.map(String).join(".")}(${args.join()})`,
});
"""


def test_comlink(runtime: Runtime) -> None:
    """Registered or not, what Comlink proxies can be called from Python."""
    body = f"""
        {COMLINK}
        pyodide.registerComlink({{createEndpoint}});
        pyodide.globals.set("remote", remote([]));
        const answer = await pyodide.runPythonAsync("await remote.console.log('a', 5)");
        pyodide.globals.delete("remote");
        return answer;
    """
    assert runtime.run_js(body) == "console.log(a,5)"


EXITED = "Pyodide already exited and can no longer be used."
FAILED = "Pyodide already fatally failed and can no longer be used."


@pytest.mark.parametrize(
    ("end", "message"),
    [("import os; os._exit(4)", EXITED), ("import ctypes; ctypes.string_at(0xfffffff0, 100000)", FAILED)],
    ids=["exit", "trap"],
)
def test_after_the_end_every_public_member_says_so(host: Host, end: str, message: str) -> None:
    """`version` and what begins with an underscore stay, and so does Python's death: nothing enters it again."""
    body = f"""
        const {{ error }} = console;
        console.error = () => {{}};
        try {{
          const api = await loadPyodide();
          const {{ runPython, globals }} = api;
          const list = runPython("[1]");
          const told = (work) => {{ try {{ work(); }} catch (error) {{ return error.message; }} }};
          told(() => runPython({json.dumps(end)}));
          const names = Object.getOwnPropertyNames(api).filter((name) => !name.startsWith("_"));
          return [
            Object.fromEntries(names.map((name) => [name, told(() => api[name]) ?? null])),
            typeof api.version, typeof api._module, typeof api._api,
            [() => runPython("1"), () => list.length, () => globals.get("x")].map((work) => Boolean(told(work))),
          ];
        }} finally {{
          console.error = error;
        }}
    """
    members, version, module, internals, dead = host.run(body)
    assert {members.pop("version")} == {None}
    assert set(members.values()) == {message}
    assert (version, module, internals) == ("string", "object", "object")
    assert dead == [True, True, True]


def test_the_exit_status_is_told(host: Host) -> None:
    """To who caused it, and to a client that hangs on `_api.on_fatal`."""
    body = """
        const api = await loadPyodide();
        let seen;
        api._api.on_fatal = (cause) => { seen = cause; };
        try {
          api.runPython("import os; os._exit(4)");
        } catch (error) {
          return [error.name, error.status, error === seen];
        }
    """
    assert host.run(body) == ["Exit", 4, True]


def test_a_failure_says_where_python_was(host: Host) -> None:
    """On standard error. An exit does not."""
    body = """
        const { error } = console;
        console.error = () => {};
        const told = async (code) => {
          const lines = [];
          const api = await loadPyodide({stderr: (line) => lines.push(line)});
          try { api.runPython(code, {filename: "mine.py"}); } catch {}
          return lines;
        };
        try {
          return [
            await told("import ctypes\\ndef f():\\n    ctypes.string_at(0xfffffff0, 100000)\\nf()"),
            await told("import os; os._exit(1)"),
          ];
        } finally {
          console.error = error;
        }
    """
    failed, exited = host.run(body)
    assert failed[0].startswith("Stack (most recent call first)")
    frames = [line.strip() for line in failed]
    assert 'File "mine.py", line 3 in f' in frames
    assert 'File "mine.py", line 4 in <module>' in frames
    assert exited == []


def test_the_dead_can_be_destroyed(host: Host) -> None:
    """Cleaning up does not fail for what cannot be cleaned up any more."""
    body = """
        const api = await loadPyodide();
        const list = api.runPython("[1]"), buffer = api.runPython("bytearray(3)"), view = buffer.getBuffer();
        try { api.runPython("import os; os._exit(4)"); } catch {}
        view.release();
        for (const proxy of [list, buffer]) proxy.destroy();
    """
    assert host.run(body) is None
