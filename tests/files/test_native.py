"""mountNativeFS over real directory handles: those of the origin-private file system."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.hosts import JsError
from harness.runtime import Runtime

pytestmark = pytest.mark.hosts("chromium", "chromium-worker")

SIDES = Path(__file__).with_name("sides.js").read_text(encoding="utf-8")


def run(runtime: Runtime, body: str) -> Any:
    """The value of `body`, with the functions of sides.js."""
    names = "shared, fileHandle, put, remove, remote, local, python, later, mount, unmount"
    return runtime.run_js(
        f"{SIDES}\nconst {{{names}}} = await sides(pyodide); try {{ {body} }} finally {{ unmount(); }}"
    )


def test_python_finds_what_the_directory_has(runtime: Runtime) -> None:
    body = """
        await put("a.txt", "a");
        await put("deep/er/b.bin", new Uint8Array([0, 255]));
        await shared.getDirectoryHandle("empty", {create: true});
        await mount();
        return pyodide.runPython(`
import os
sorted((path, sorted(folders), sorted(files)) for path, folders, files in os.walk("/shared")).__repr__() + \
repr(open("/shared/deep/er/b.bin", "rb").read())`);
    """
    assert run(runtime, body) == (
        "[('/shared', ['deep', 'empty'], ['a.txt']), ('/shared/deep', ['er'], []), "
        "('/shared/deep/er', [], ['b.bin']), ('/shared/empty', [], [])]b'\\x00\\xff'"
    )


def test_times_come_with_files(runtime: Runtime) -> None:
    body = """
        await put("a", "a");
        const { lastModified } = await (await fileHandle("a")).getFile();
        await mount();
        return pyodide.runPython("import os; os.stat('/shared/a').st_mtime_ns // 1000000") - lastModified;
    """
    assert run(runtime, body) == 0


def test_what_python_does_is_carried_over(runtime: Runtime) -> None:
    body = """
        for (const name of ["changed", "deleted", "moved", "kept", "folder/x"]) await put(name, "old");
        const { syncfs } = await mount();
        await later();
        python(`
open('changed', 'w').write('new')
os.remove('deleted')
os.makedirs('made/deep')
os.rename('moved', 'made/deep/moved')
shutil.rmtree('folder')
open('made/binary', 'wb').write(bytes(range(256)) * 1000)`);
        await syncfs();
        const found = await remote();
        found["made/binary"] = found["made/binary"].length > 255000;
        return found;
    """
    assert run(runtime, body) == {
        "changed": "new",
        "kept": "old",
        "made": None,
        "made/deep": None,
        "made/deep/moved": "old",
        "made/binary": True,
    }


def test_what_others_do_is_carried_over(runtime: Runtime) -> None:
    body = """
        for (const name of ["changed", "deleted", "kept", "folder/x"]) await put(name, "old");
        const { syncfs } = await mount();
        await later();
        await put("changed", "new");
        await put("made/file", "new");
        await remove("deleted");
        await remove("folder");
        await syncfs();
        return local();
    """
    assert run(runtime, body) == {"changed": "new", "kept": "old", "made": None, "made/file": "new"}


def test_no_file_is_lost_when_both_sides_have_changed(runtime: Runtime) -> None:
    """Whichever was newer: new files of either side stay, and of a file that both changed, the newer contents."""
    body = """
        for (const name of ["mine", "yours", "both1", "both2", "gone-here", "gone-there"]) await put(name, "old");
        const { syncfs } = await mount();
        await later();
        for (const name of ["new-here", "mine", "both1", "gone-there"]) python(`open('${name}', 'w').write('here')`);
        python("os.remove('gone-here')");
        await later();
        for (const name of ["new-there", "yours", "both1", "both2", "gone-here"]) await put(name, "there");
        await remove("gone-there");
        await later();
        python("open('both2', 'w').write('here')");
        await syncfs();
        return [local(), await remote()];
    """
    sides = run(runtime, body)
    expected = {
        "mine": "here",
        "yours": "there",
        "both1": "there",
        "both2": "here",
        "new-here": "here",
        "new-there": "there",
        "gone-here": "there",
        "gone-there": "here",
    }
    assert sides == [expected, expected]


def test_a_second_synchronisation_writes_nothing(runtime: Runtime) -> None:
    body = """
        await put("theirs", "1");
        const { syncfs } = await mount();
        python("open('ours', 'w').write('2')");
        await syncfs();
        const modified = async (name) => (await (await fileHandle(name)).getFile()).lastModified;
        const before = [await modified("ours"), await modified("theirs")];
        await later();
        await syncfs();
        return [await modified("ours") - before[0], await modified("theirs") - before[1]];
    """
    assert run(runtime, body) == [0, 0]


def test_a_write_right_after_is_noticed(runtime: Runtime) -> None:
    """In the same millisecond and of the same length, too."""
    body = """
        const { syncfs } = await mount();
        for (let i = 0; i < 20; i++) {
          python(`open('file', 'w').write('${String(i).padStart(2)}')`);
          await syncfs();
          const { file } = await remote();
          if (Number(file) !== i) return `wrote ${i}, found ${file}`;
        }
    """
    assert run(runtime, body) is None


def test_a_file_becomes_a_directory_and_the_reverse(runtime: Runtime) -> None:
    body = """
        await put("a", "file"); await put("b/file", "in b"); await put("c", "file"); await put("d/file", "in d");
        const { syncfs } = await mount();
        await later();
        python("os.remove('a'); os.mkdir('a'); open('a/file', 'w').write('in a')");
        python("shutil.rmtree('b'); open('b', 'w').write('b')");
        await remove("c"); await put("c/file", "in c"); await remove("d"); await put("d", "d");
        await syncfs();
        return [local(), await remote()];
    """
    expected = {"a": None, "a/file": "in a", "b": "b", "c": None, "c/file": "in c", "d": "d"}
    assert run(runtime, body) == [expected, expected]


def test_links_stay_pythons_own(runtime: Runtime) -> None:
    body = """
        await put("folder/file", "x");
        const { syncfs } = await mount();
        python("os.symlink('file', 'folder/link')");
        await remove("folder");
        await syncfs();
        return [Object.keys(local()), await remote()];
    """
    assert run(runtime, body) == [["folder", "folder/link"], {"folder": None}]


def test_modes_do_not_stand_in_the_way(runtime: Runtime) -> None:
    body = """
        await put("file", "old");
        const { syncfs } = await mount();
        python("os.chmod('file', 0o400)");
        await later();
        await put("file", "new");
        await syncfs();
        return [local().file, pyodide.FS.stat("/shared/file").mode & 0o777];
    """
    assert run(runtime, body) == ["new", 0o400]


FAILING = """
    const { prototype } = TYPE, original = prototype.METHOD;
    prototype.METHOD = function (...given) {
      const fails = CONDITION;
      return fails ? Promise.reject(new DOMException("as tested", "NAME")) : original.apply(this, given);
    };
    const lock = { calls: 0, abort() { prototype.METHOD = original; } };
"""
"""A method of the host's that fails under a condition."""

TEXT = "new TextDecoder().decode(given[0])"

FAILURES = {
    # Another writer holds the file, so that it cannot be written.
    "locked": (
        "NoModificationAllowedError",
        'const lock = await (await fileHandle("m-locked")).createWritable({mode: "exclusive"});',
    ),
    # The host breaks off in the middle of a file.
    "full": ("QuotaExceededError", ("FileSystemWritableFileStream", "write", f"{TEXT} === 'now'")),
    "full at the end": ("QuotaExceededError", ("FileSystemWritableFileStream", "close", "++lock.calls === 2")),
    "a new file": ("NotAllowedError", ("FileSystemFileHandle", "createWritable", "this.name === 'n-new'")),
    "a new directory": ("NotAllowedError", ("FileSystemDirectoryHandle", "getDirectoryHandle", "given[0] === 'e'")),
    "a removal": ("NotAllowedError", ("FileSystemDirectoryHandle", "removeEntry", "given[0] === 'folder'")),
    # Seen, and gone when it is read.
    "removed meanwhile": ("NotFoundError", ("FileSystemDirectoryHandle", "getFileHandle", "given[0] === 'z-theirs'")),
    "unreadable": ("NotReadableError", ("Blob", "arrayBuffer", "true")),
}


def failing(failure: str) -> str:
    name, how = FAILURES[failure]
    if isinstance(how, str):
        return how
    code = FAILING.replace("NAME", name)
    for word, value in zip(("TYPE", "METHOD", "CONDITION"), how, strict=True):
        code = code.replace(word, value)
    return code


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failed_synchronisation_leaves_both_sides_as_they_were(runtime: Runtime, failure: str) -> None:
    """Half of the changes were made by then; they are taken back, and the next attempt makes all of them."""
    body = f"""
        for (const name of ["a-changed", "b-deleted", "m-locked", "z-theirs", "folder/x"]) await put(name, "old");
        const {{ syncfs }} = await mount();
        await later();
        python(`
open('a-changed', 'w').write('here')
os.remove('b-deleted')
shutil.rmtree('folder')
os.mkdir('e')
open('e/new', 'w').write('here')
open('m-locked', 'w').write('now')
open('n-new', 'w').write('here')`);
        await put("z-theirs", "there");
        await later();
        const before = [local(), await remote()];
        {failing(failure)}
        let name;
        try {{ await syncfs(); }} catch (error) {{ name = error.name; }}
        await lock.abort();
        const after = [local(), await remote()];
        await later();
        await syncfs();
        return [name, before, after, local(), await remote()];
    """
    name, before, after, here, there = run(runtime, body)
    assert name == FAILURES[failure][0]
    assert after == before
    final = {
        "a-changed": "here",
        "e": None,
        "e/new": "here",
        "m-locked": "now",
        "n-new": "here",
        "z-theirs": "there",
    }
    assert here == final
    assert there == final


def test_what_goes_away_while_it_is_looked_at_is_gone(runtime: Runtime) -> None:
    body = """
        for (const name of ["goes", "stays"]) await put(name, "old");
        const { syncfs } = await mount();
        const { prototype } = FileSystemFileHandle, { getFile } = prototype;
        prototype.getFile = async function () {
          if (this.name === "goes") await remove("goes");
          return getFile.call(this);
        };
        try { await syncfs(); } finally { prototype.getFile = getFile; }
        return [local(), await remote()];
    """
    assert run(runtime, body) == [{"stays": "old"}, {"stays": "old"}]


def test_synchronisations_take_turns(runtime: Runtime) -> None:
    body = """
        const { syncfs } = await mount();
        const done = [];
        for (let i = 0; i < 3; i++) {
          python(`open('file${i}', 'w').write('x')`);
          done.push(syncfs());
        }
        await Promise.all(done);
        return Object.keys(await remote()).sort();
    """
    assert run(runtime, body) == ["file0", "file1", "file2"]


@pytest.mark.parametrize("populate", ["true", "false"])
def test_fs_syncfs_does_the_same(runtime: Runtime, populate: str) -> None:
    body = f"""
        await mount();
        python("open('ours', 'w').write('1')");
        await put("theirs", "2");
        await new Promise((resolve, reject) => {{
          pyodide.FS.syncfs({populate}, (error) => error ? reject(error) : resolve());
        }});
        return [Object.keys(local()).sort(), Object.keys(await remote()).sort()];
    """
    assert run(runtime, body) == [["ours", "theirs"], ["ours", "theirs"]]


def test_two_interpreters_share_a_directory(runtime: Runtime) -> None:
    body = """
        const other = await loadPyodide();
        const here = await mount(), there = await other.mountNativeFS("/data", shared);
        python("open('a', 'w').write('from here')");
        await here.syncfs();
        await there.syncfs();
        other.runPython("open('/data/b', 'w').write(open('/data/a').read() + ' and there')");
        await there.syncfs();
        await here.syncfs();
        return local();
    """
    assert run(runtime, body) == {"a": "from here", "b": "from here and there"}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ("'/shared', {}", "TypeError: mountNativeFS: argument 'fileSystemHandle'"),
        ("'/shared', undefined", "TypeError: mountNativeFS: argument 'fileSystemHandle'"),
        ("'/shared', await shared.getFileHandle('f', {create: true})", "TypeError: mountNativeFS: argument"),
        ("'/lib', shared", "Error: Cannot mount at /lib: it is not empty"),
        ("'/lib/python314.zip', shared", "/lib/python314.zip"),
    ],
)
def test_what_cannot_be_mounted_is_refused(runtime: Runtime, arguments: str, error: str) -> None:
    with pytest.raises(JsError) as caught:
        run(runtime, f"await pyodide.mountNativeFS({arguments});")
    assert error in str(caught.value)


def test_a_directory_that_cannot_be_read_is_not_mounted(runtime: Runtime) -> None:
    body = """
        const gone = await shared.getDirectoryHandle("gone", {create: true});
        await shared.removeEntry("gone");
        let name;
        try { await pyodide.mountNativeFS("/shared", gone); } catch (error) { name = error.name; }
        await mount();
        return name;
    """
    assert run(runtime, body) == "NotFoundError"


def test_nothing_is_mounted_over_a_mount(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="already mounted at /shared"):
        run(runtime, "await mount(); await mount();")
