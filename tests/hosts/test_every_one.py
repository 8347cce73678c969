"""One example of each option of loadPyodide and of each member of the API, wherever it can work.

The files beside this one know more of most of them. This one is whole: it has every name that the types declare.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.hosts import Host
from harness.runtime import Runtime

NODE = ("node20", "node24", "node26")
BROWSERS = ("chromium", "chromium-worker")

LOCK = '{info: {abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.7"}, packages: {}}'

HELPERS = """
const load = (options) => loadPyodide(options);
const python = async (options, code) => (await load(options)).runPython(code);
const refused = async (work) => { try { await work(); } catch (error) { return error.message; } return "nothing"; };
"""

OPTIONS = {
    "indexURL": "return [(await refused(() => load({indexURL: '/nowhere/'}))).includes('/nowhere/')];",
    "lockFileURL": "return [(await refused(() => load({lockFileURL: '/no/lock.json'}))).includes('/no/lock.json')];",
    "lockFileContents": "const lock = LOCK; return [(await load({lockFileContents: lock})).lockfile === lock];",
    "packageBaseUrl": "return [(await load({packageBaseUrl: '/base/'})).lockfileBaseUrl === '/base/'];",
    "packageCacheDir": "return [(await load({packageCacheDir: '/cache'})).lockfileBaseUrl.endsWith('/cache/')];",
    "stdLibURL": "return [(await refused(() => load({stdLibURL: '/nowhere.zip'}))).includes('/nowhere.zip')];",
    "fullStdLib": "return [await python({fullStdLib: true}, 'import json; True')];",
    "stdin": "return [(await python({stdin: () => 'typed'}, 'input()')) === 'typed'];",
    "stdout": "const l = []; await python({stdout: (s) => l.push(s)}, 'print(1)'); return [l.join() === '1'];",
    "stderr": """const l = [];
        await python({stderr: (s) => l.push(s)}, "import sys; print(1, file=sys.stderr)");
        return [l.join() === "1"];""",
    "jsglobals": "return [(await python({jsglobals: {a: 5}}, 'import js; js.a')) === 5];",
    "args": "return [(await python({args: ['-X', 'spam']}, \"import sys; 'spam' in sys._xoptions\"))];",
    "env": "return [(await python({env: {A: 'b'}}, \"import os; os.environ['A']\")) === 'b'];",
    "packages": "const api = await load({packages: ['micropip']}); return ['micropip' in api.loadedPackages];",
    "enableRunUntilComplete": """const code = "import asyncio; asyncio.isfuture(asyncio.run(asyncio.sleep(0)))";
        return [await python({enableRunUntilComplete: false}, code)];""",
    "checkAPIVersion": """const lockFileContents = {...LOCK, info: {...LOCK.info, abi_version: "2020_0"}};
        return [(await refused(() => load({lockFileContents}))).includes("2020_0"),
                await python({lockFileContents, checkAPIVersion: false}, "True")];""",
    "fsInit": """const fsInit = async (FS, {sitePackages}) => FS.writeFile(`${sitePackages}/mine.py`, "a = 1");
        return [(await python({fsInit}, "import mine; mine.a")) === 1];""",
    "createPyodideModule": """const message = "this is the factory given";
        const createPyodideModule = async () => { throw new Error(message); };
        return [(await refused(() => load({createPyodideModule}))).includes(message)];""",
    "pyproxyToStringRepr": """const code = "import fractions; fractions.Fraction(1, 2)";
        return [String(await python({pyproxyToStringRepr: true}, code)) === "Fraction(1, 2)"];""",
    "convertNullToNone": """const options = {convertNullToNone: true, jsglobals: {nothing: null}};
        return [await python(options, "import js; js.nothing is None")];""",
    "toJsLiteralMap": "return [(await python({toJsLiteralMap: true}, \"{'a': 1}\")).toJs() instanceof Map];",
    "_commandLine": "return [(await python({_commandLine: true}, 'import sys; sys.path[0]')) !== ''];",
    "_sysExecutable": "return [(await python({_sysExecutable: '/x/py'}, 'import sys; sys.executable')) === '/x/py'];",
    "_makeSnapshot": "return [(await load({_makeSnapshot: true})).makeMemorySnapshot().length > 1e6];",
    "_loadSnapshot": """const maker = await load({_makeSnapshot: true}); maker.runPython("a = 5");
        return [(await python({_loadSnapshot: maker.makeMemorySnapshot()}, "a")) === 5];""",
    "_snapshotDeserializer": """const maker = await load({_makeSnapshot: true}); maker.globals.set("o", {});
        const _loadSnapshot = maker.makeMemorySnapshot({serializer: () => 5});
        const _snapshotDeserializer = (a) => ({a});
        return [(await python({_loadSnapshot, _snapshotDeserializer}, "o.a")) === 5];""",
    "BUILD_ID": "return [(await load({BUILD_ID: 'x'}))._api.config.BUILD_ID === 'x'];",
    "cdnUrl": "return [(await load({cdnUrl: '/cdn/'}))._api.config.cdnUrl === '/cdn/'];",
}

MEMBERS = {
    "version": "return [/^314\\.\\d+\\.\\d+/.test(pyodide.version)];",
    "globals": "pyodide.runPython('a = 1'); return [pyodide.globals.get('a') === 1, pyodide.globals.has('print')];",
    "pyodide_py": "return [pyodide.pyodide_py.__name__ === 'pyodide'];",
    "ffi": """const list = pyodide.runPython("[1]"); const is = list instanceof pyodide.ffi.PySequence;
        list.destroy(); return [is];""",
    "FS": "pyodide.FS.writeFile('/tmp/a', 'b'); return [pyodide.runPython(\"open('/tmp/a').read()\") === 'b'];",
    "PATH": "return [pyodide.PATH.join('a', '..', 'b') === 'b'];",
    "canvas": """const canvas = {id: "canvas"}; pyodide.canvas.setCanvas2D(canvas);
        return [pyodide.canvas.getCanvas2D() === canvas];""",
    "ERRNO_CODES": "return [pyodide.ERRNO_CODES.ENOENT === 44];",
    "loadedPackages": "return [typeof pyodide.loadedPackages === 'object'];",
    "lockfile": "return [pyodide.lockfile.info.arch === 'wasm32'];",
    "lockfileBaseUrl": "return [pyodide.lockfileBaseUrl === pyodide._api.config.packageBaseUrl];",
    "runPython": "return [pyodide.runPython('1 + 1') === 2];",
    "runPythonAsync": "return [(await pyodide.runPythonAsync('import asyncio; await asyncio.sleep(0, 3)')) === 3];",
    "pyimport": "return [pyodide.pyimport('math.pi') > 3];",
    "toPy": "const d = pyodide.toPy({a: [1]}); const {type} = d; d.destroy(); return [type === 'dict'];",
    "registerJsModule": """pyodide.registerJsModule("mine", {a: 1});
        return [pyodide.runPython("from mine import a; a") === 1];""",
    "unregisterJsModule": """pyodide.registerJsModule("mine", {a: 1}); pyodide.unregisterJsModule("mine");
        return [(await refused(() => pyodide.runPython("import mine"))).includes("No module named 'mine'")];""",
    "loadPackage": "return [(await pyodide.loadPackage('packaging'))[0].name === 'packaging'];",
    "loadPackagesFromImports": """await pyodide.loadPackagesFromImports("import micropip");
        return ["micropip" in pyodide.loadedPackages];""",
    "unpackArchive": """const code = `import io, zipfile, pyodide.ffi
with zipfile.ZipFile(file := io.BytesIO(), "w") as archive: archive.writestr("inside.txt", "a")
pyodide.ffi.to_js(file.getvalue())`;
        pyodide.unpackArchive(pyodide.runPython(code), "zip", {extractDir: "/tmp/unpacked"});
        return [pyodide.FS.readFile("/tmp/unpacked/inside.txt", {encoding: "utf8"}) === "a"];""",
    "registerComlink": """const Comlink = {}; pyodide.registerComlink(Comlink);
        return [pyodide._api.Comlink === Comlink];""",
    "setStdin": """pyodide.setStdin({stdin: () => "typed"});
        try { return [pyodide.runPython("input()") === "typed"]; } finally { pyodide.setStdin(); }""",
    **{
        f"setStd{name}": f"""const lines = []; pyodide.setStd{name}({{batched: (line) => lines.push(line)}});
        try {{ pyodide.runPython("import sys; print(1, file=sys.std{name})"); }} finally {{ pyodide.setStd{name}(); }}
        return [lines.join() === "1"];"""
        for name in ("out", "err")
    },
    "setInterruptBuffer": """pyodide.setInterruptBuffer(new Uint8Array([2]));
        try { return [(await refused(() => pyodide.runPython("while True: pass"))).includes("KeyboardInterrupt")]; }
        finally { pyodide.setInterruptBuffer(undefined); }""",
    "checkInterrupt": """pyodide.setInterruptBuffer(new Uint8Array([2]));
        try { return [(await refused(() => pyodide.checkInterrupt())).includes("KeyboardInterrupt")]; }
        finally { pyodide.setInterruptBuffer(undefined); }""",
    "setDebug": "return [pyodide.setDebug(true) === false, pyodide.setDebug(false) === true];",
    "makeMemorySnapshot": """const message = await refused(() => pyodide.makeMemorySnapshot());
        return [message.includes("if the _makeSnapshot option is passed to loadPyodide")];""",
}

IN_NODE = {
    "mountNodeFS": """pyodide.mountNodeFS("/mnt/host", ".");
        try { return [pyodide.FS.readdir("/mnt/host").length > 1]; } finally { pyodide.FS.unmount("/mnt/host"); }""",
}

IN_BROWSERS = {
    "mountNodeFS": "return [(await refused(() => pyodide.mountNodeFS('/mnt', '.'))).includes('in Node only')];",
    "mountNativeFS": """const directory = await (await navigator.storage.getDirectory())
          .getDirectoryHandle("a", {create: true});
        const { syncfs } = await pyodide.mountNativeFS("/mnt/native", directory);
        pyodide.FS.writeFile("/mnt/native/file", "b");
        await syncfs();
        const file = await (await directory.getFileHandle("file")).getFile();
        try { return [await file.text() === "b"]; } finally { pyodide.FS.unmount("/mnt/native"); }""",
    "useNodeSockFS": "return [(await refused(() => pyodide.useNodeSockFS())).includes('in Node only')];",
}

SOCKETS = """const api = await loadPyodide(); await api.useNodeSockFS();
        return [api.runPython("import socket; socket.socket().close(); True")];"""


def hold(host: Host, row: str) -> None:
    """Each thing that the row claims."""
    facts = host.run(HELPERS + row.replace("LOCK", LOCK))
    assert facts
    assert all(fact is True for fact in facts), facts


@pytest.mark.parametrize("option", OPTIONS)
def test_option(host: Host, option: str) -> None:
    hold(host, OPTIONS[option])


@pytest.mark.keeps("modules, packages and helpers that these rows are the first to ask for")
@pytest.mark.parametrize("member", MEMBERS)
def test_member(runtime: Runtime, member: str) -> None:
    hold(runtime.host, MEMBERS[member])


@pytest.mark.hosts(*NODE)
@pytest.mark.parametrize("member", IN_NODE)
def test_member_in_node(runtime: Runtime, member: str) -> None:
    hold(runtime.host, IN_NODE[member])


@pytest.mark.hosts("node24", "node26")
@pytest.mark.keeps("the event loop")
def test_sockets_in_node(host: Host) -> None:
    hold(host, SOCKETS)


@pytest.mark.hosts(*BROWSERS)
@pytest.mark.parametrize("member", IN_BROWSERS)
def test_member_in_browsers(runtime: Runtime, member: str) -> None:
    hold(runtime.host, IN_BROWSERS[member])


def declared(dist: Path, interface: str) -> set[str]:
    """The members of an interface of the released types."""
    text = (dist / "pyodide.d.ts").read_text(encoding="utf-8")
    (body,) = re.findall(rf"^export interface {interface} \{{\n(.*?)^\}}", text, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"^(?:\t| {4})(?:readonly |get )?(\w+)\??[:(]", body, re.MULTILINE))


def test_every_option_is_here(dist: Path) -> None:
    assert declared(dist, "PyodideConfig") == set(OPTIONS)


def test_every_member_is_here(dist: Path) -> None:
    assert declared(dist, "PyodideAPI") == {*MEMBERS, *IN_NODE, *IN_BROWSERS}
