"""The file systems that can be mounted: in memory, IndexedDB, the host's disk, another interpreter's, blobs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.hosts import Host, JsError
from harness.runtime import Runtime

UNMOUNTED = """
const { FS } = pyodide;
FS.mkdirTree("/there");
try { %s } finally { FS.unmount("/there"); FS.rmdir("/there"); }
"""


def test_memory(runtime: Runtime) -> None:
    """What JavaScript writes Python reads, and the reverse; what was mounted over comes back."""
    body = """
        FS.writeFile("/there/hidden", "");
        FS.mount(FS.filesystems.MEMFS, {}, "/there");
        FS.writeFile("/there/a", new Uint8Array([0, 200, 10]));
        pyodide.runPython("open('/there/b', 'wb').write(open('/there/a', 'rb').read()[::-1]); None");
        const found = [FS.readdir("/there").sort(), [...FS.readFile("/there/b")]];
        FS.unmount("/there");
        const uncovered = FS.readdir("/there").sort();
        FS.unlink("/there/hidden");
        FS.mount(FS.filesystems.MEMFS, {}, "/there");
        return [...found, uncovered];
    """
    assert runtime.run_js(UNMOUNTED % body) == [[".", "..", "a", "b"], [10, 200, 0], [".", "..", "hidden"]]


@pytest.mark.hosts("chromium", "chromium-worker")
def test_indexed_db_outlives_the_interpreter(host: Host) -> None:
    body = """
        const sync = (api, populate) => new Promise((resolve, reject) => {
          api.FS.syncfs(populate, (error) => error ? reject(error) : resolve());
        });
        const mounted = async () => {
          const api = await loadPyodide();
          api.FS.mkdir("/stored");
          api.FS.mount(api.FS.filesystems.IDBFS, {}, "/stored");
          await sync(api, true);
          return api;
        };
        const first = await mounted();
        first.runPython("import os; os.mkdir('/stored/d'); open('/stored/d/f', 'wb').write(bytes([1, 0, 255])); None");
        await sync(first, false);
        const second = await mounted();
        const text = second.runPython("repr(open('/stored/d/f', 'rb').read())");
        second.runPython("import shutil; shutil.rmtree('/stored/d')");
        await sync(second, false);
        return [text, (await mounted()).FS.readdir("/stored")];
    """
    assert host.run(body) == ["b'\\x01\\x00\\xff'", [".", ".."]]


def test_another_interpreters_files(host: Host) -> None:
    body = """
        const [api, other] = await Promise.all([loadPyodide(), loadPyodide()]);
        other.FS.mkdir("/data");
        api.FS.mkdir("/theirs");
        api.FS.mount(api.FS.filesystems.PROXYFS, {root: "/data", fs: other.FS}, "/theirs");
        api.runPython("open('/theirs/f', 'w').write('from one')");
        return other.runPython("open('/data/f').read() + ' to the other'");
    """
    assert host.run(body) == "from one to the other"


@pytest.mark.hosts("chromium-worker")
def test_blobs_are_read_without_a_copy(runtime: Runtime) -> None:
    body = """
        FS.mount(FS.filesystems.WORKERFS, {blobs: [{name: "b", data: new Blob(["in a blob"])}]}, "/there");
        return pyodide.runPython("open('/there/b').read()");
    """
    assert runtime.run_js(UNMOUNTED % body) == "in a blob"


@pytest.fixture
def disk(host: Host, tmp_path: Path) -> Path:
    """A directory of the host's disk; `host` makes sure that there is one."""
    return tmp_path


def on_disk(runtime: Runtime, disk: Path, body: str) -> object:
    """What `body` gives while `disk` is mounted at /there."""
    return runtime.run_js(UNMOUNTED % f"pyodide.mountNodeFS('/there', {json.dumps(str(disk))}); {body}")


@pytest.mark.hosts("node20", "node24", "node26")
def test_the_hosts_disk(runtime: Runtime, disk: Path) -> None:
    (disk / "in.bin").write_bytes(bytes([0, 255, 10]))
    code = """
import os, shutil
os.chdir('/there')
data = open('in.bin', 'rb').read()
os.makedirs('a/b')
open('a/b/out.bin', 'wb').write(data * 2)
os.rename('a/b/out.bin', 'a/moved')
os.rmdir('a/b')
os.symlink('a/moved', 'link')
with open('appended', 'a+') as file:
    file.write('one')
    copy = os.dup(file.fileno())
    os.write(copy, b'two')
    os.close(copy)
os.truncate('appended', 4)
os.utime('appended', (1, 2))
os.chdir('/')
shutil.copy('/there/in.bin', '/there/copied')
os.remove('/there/in.bin')
repr((sorted(os.listdir('/there')), os.stat('/there/appended').st_mtime, os.readlink('/there/link')))
"""
    found = on_disk(runtime, disk, f"return pyodide.runPython({json.dumps(code)});")
    assert found == "(['a', 'appended', 'copied', 'link'], 2.0, 'a/moved')"
    assert (disk / "a/moved").read_bytes() == bytes([0, 255, 10, 0, 255, 10])
    assert (disk / "link").is_symlink()
    assert (disk / "appended").read_text() == "twoo"
    assert (disk / "copied").read_bytes() == bytes([0, 255, 10])


@pytest.mark.hosts("node20", "node24", "node26")
@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("open('/there/none')", "FileNotFoundError: [Errno 44] No such file or directory: '/there/none'"),
        ("open('/there/folder', 'w')", "IsADirectoryError"),
        ("import os; os.rmdir('/there/folder')", "OSError: [Errno 55]"),
        ("import os; os.mkdir('/there/folder')", "FileExistsError"),
    ],
)
def test_errors_of_the_disk_are_os_errors(runtime: Runtime, disk: Path, code: str, error: str) -> None:
    (disk / "folder/full").mkdir(parents=True)
    with pytest.raises(JsError) as caught:
        on_disk(runtime, disk, f"return pyodide.runPython({json.dumps(code)});")
    assert error in caught.value.message


@pytest.mark.hosts("chromium", "chromium-worker")
def test_a_browser_has_no_disk(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="mountNodeFS works in Node only"):
        runtime.run_js("pyodide.mountNodeFS('/there', '/tmp');")


@pytest.mark.parametrize("name", ["MEMFS", "IDBFS", "NODEFS", "PROXYFS", "WORKERFS", "NATIVEFS_ASYNC"])
def test_every_file_system_is_there(runtime: Runtime, name: str) -> None:
    assert runtime.run_js(f"return typeof pyodide.FS.filesystems.{name}.mount;") == "function"
