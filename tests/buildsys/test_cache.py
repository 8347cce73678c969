import os
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from buildlib import cache
from buildlib.archive import pack_tree
from buildlib.paths import ROOT

KEY = "0123abcd"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache's folder, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/pyodide-dist/built"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    (tree / "bin").mkdir(parents=True)
    (tree / "bin/tool").write_text("tool")
    (tree / "bin/tool").chmod(0o755)
    (tree / "link").symlink_to("bin/tool")
    return tree


def entry(folder: Path) -> Path:
    [file] = folder.glob("*.tar")
    return file


def test_key_separates_its_parts(tmp_path: Path) -> None:
    assert cache.key("ab", "c") != cache.key("a", "bc")
    assert cache.key("a", "b") != cache.key("b", "a")
    assert cache.key("ab") == cache.key(b"ab")


def test_key_follows_contents_not_paths(tmp_path: Path, tree: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("same")
    two.write_text("same")
    assert cache.key(one) == cache.key(two)
    before = cache.key(tree)
    (tree / "bin/tool").write_text("changed")
    assert cache.key(tree) != before


def test_round_trip(tmp_path: Path, tree: Path) -> None:
    cache.store(KEY, tree)
    dest = tmp_path / "dest"
    dest.mkdir()
    (dest / "old").touch()
    assert cache.restore(KEY, dest)
    assert (dest / "link").read_text() == "tool"
    assert os.access(dest / "bin/tool", os.X_OK)
    assert not (dest / "old").exists()


def test_missing_entry(tmp_path: Path) -> None:
    dest = tmp_path / "dest"
    dest.mkdir()
    assert not cache.restore(KEY, dest)
    assert dest.exists()


@pytest.mark.parametrize("damage", ["truncated", "changed"])
def test_damaged_entry_is_ignored_and_replaced(tmp_path: Path, folder: Path, tree: Path, damage: str) -> None:
    cache.store(KEY, tree)
    file = entry(folder)
    data = file.read_bytes()
    file.write_bytes(data[:-600] if damage == "truncated" else data.replace(b"tool", b"fool"))
    assert not cache.restore(KEY, tmp_path / "dest")
    assert not (tmp_path / "dest").exists()
    cache.store(KEY, tree)
    assert cache.restore(KEY, tmp_path / "dest")


def test_store_replaces_an_older_tree(tmp_path: Path, folder: Path, tree: Path) -> None:
    cache.store(KEY, tree)
    (tree / "new").touch()
    cache.store(KEY, tree)
    assert entry(folder).exists()
    assert cache.restore(KEY, tmp_path / "dest")
    assert (tmp_path / "dest/new").exists()


def test_cache_deleted_during_store(folder: Path, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pack_and_lose(tree: Path, out: BinaryIO) -> None:
        pack_tree(tree, out)
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()

    monkeypatch.setattr(cache, "pack_tree", pack_and_lose)
    cache.store(KEY, tree)
    assert not folder.exists()


# Stores a tree; when it is packed but has no name yet, says so and waits for ever.
STALLS = """
import pathlib, sys
from buildlib import cache
real = cache.pack_tree

def pack_and_wait(tree, out):
    real(tree, out)
    out.flush()
    print("stalled", flush=True)
    sys.stdin.read()

cache.pack_tree = pack_and_wait
cache.store(sys.argv[1], pathlib.Path(sys.argv[2]))
"""


def test_kill_during_store(tmp_path: Path, folder: Path, tree: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "site_scons")}
    command = [sys.executable, "-c", STALLS, KEY, str(tree)]
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "stalled\n"
        child.kill()
    assert (folder / f"{KEY}.partial").exists()
    assert not cache.restore(KEY, tmp_path / "dest")
    cache.store(KEY, tree)
    assert cache.restore(KEY, tmp_path / "dest")
    assert not (folder / f"{KEY}.partial").exists()


def test_many_processes_store_the_same_key(tmp_path: Path, tree: Path) -> None:
    code = "import pathlib, sys; from buildlib import cache; cache.store(sys.argv[1], pathlib.Path(sys.argv[2]))"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "site_scons")}
    children = [subprocess.Popen([sys.executable, "-c", code, KEY, tree], env=env) for _ in range(4)]
    assert [child.wait(timeout=60) for child in children] == [0, 0, 0, 0]
    assert cache.restore(KEY, tmp_path / "dest")
