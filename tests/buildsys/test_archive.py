import io
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from buildlib import archive
from buildlib.errors import BuildError
from buildlib.paths import ROOT


def make_tar(path: Path, *members: tuple[str, str, str], mode: str = "w:gz") -> Path:
    """A tar of members (name, kind, content or target)."""
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for name, kind, content in members:
            info = tarfile.TarInfo(name)
            info.mtime = 1000
            if kind == "file":
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content.encode()))
                continue
            info.type = {"link": tarfile.SYMTYPE, "hard": tarfile.LNKTYPE, "fifo": tarfile.FIFOTYPE}[kind]
            info.linkname = content
            tar.addfile(info)
    return path


@pytest.mark.parametrize("mode", ["w:gz", "w:xz", "w:bz2", "w"])
def test_unpack_strips_the_top_folder(tmp_path: Path, mode: str) -> None:
    source = make_tar(
        tmp_path / "a.tar",
        ("top/sub/file", "file", "text"),
        ("top/link", "link", "sub/file"),
        ("top/same", "hard", "top/sub/file"),
        mode=mode,
    )
    archive.unpack(source, tmp_path / "out")
    assert (tmp_path / "out/sub/file").read_text() == "text"
    assert (tmp_path / "out/sub/file").stat().st_mtime == 1000
    assert (tmp_path / "out/link").read_text() == "text"
    assert (tmp_path / "out/same").read_text() == "text"


def test_unpack_replaces_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/old").touch()
    (tmp_path / "out.partial").mkdir()
    (tmp_path / "out.partial/leftover").touch()
    archive.unpack(make_tar(tmp_path / "a.tar", ("top/new", "file", "")), tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["new"]
    assert not (tmp_path / "out.partial").exists()


@pytest.mark.parametrize(
    "members",
    [
        [("top/../../evil", "file", "")],
        [("/evil", "file", "")],
        [("top/link", "link", "../../outside")],
        [("top/link", "link", "/etc")],
        [("top/hard", "hard", "top/../../secret")],
        # Each link stays inside when read as text; followed one after the other they lead out.
        [("top/d/up", "link", ".."), ("top/out", "link", "d/up/.."), ("top/out/evil", "file", "")],
        [("top/fine", "file", ""), ("other/file", "file", "")],
        [("top/fifo", "fifo", "")],
    ],
)
def test_unpack_refuses(tmp_path: Path, members: list[tuple[str, str, str]]) -> None:
    work = tmp_path / "work"
    work.mkdir()
    source = make_tar(tmp_path / "bad.tar", *members)
    with pytest.raises(BuildError) as caught:
        archive.unpack(source, work / "out")
    assert "bad.tar" in caught.value.what
    assert members[-1][0] in caught.value.what or members[-2][0] in caught.value.what
    assert list(work.iterdir()) == []


def test_damaged_archive_is_named(tmp_path: Path) -> None:
    source = make_tar(tmp_path / "a.tgz", ("top/file", "file", "text" * 10000))
    source.write_bytes(source.read_bytes()[:80])
    with pytest.raises(BuildError, match=r"a\.tgz"):
        archive.unpack(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()


# Unpacks a tar whose reader, asked for the second member, says so and waits for ever.
STALLS = """
import io, pathlib, sys
from buildlib import archive

class Stalls(io.BytesIO):
    def read(self, size=-1):
        if self.tell() >= 100_000:
            print("stalled", flush=True)
            sys.stdin.read()
        return super().read(size)

archive.unpack_stream(Stalls(pathlib.Path(sys.argv[1]).read_bytes()), pathlib.Path(sys.argv[2]), "stalls")
"""


def test_kill_during_unpack(tmp_path: Path) -> None:
    source = make_tar(tmp_path / "a.tar", ("top/one", "file", "1" * 100_000), ("top/two", "file", "2"), mode="w")
    dest = tmp_path / "out"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "site_scons")}
    command = [sys.executable, "-c", STALLS, str(source), str(dest)]
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "stalled\n"
        assert (tmp_path / "out.partial/one").exists()
        child.kill()
    assert not dest.exists()
    archive.unpack(source, dest)
    assert sorted(path.name for path in dest.iterdir()) == ["one", "two"]
    assert not (tmp_path / "out.partial").exists()


MEMBERS = {"package/b": b"bee", "package/a/x": b"ex"}


def test_tgz_depends_on_its_members_only(tmp_path: Path) -> None:
    file = tmp_path / "somewhere"
    file.write_bytes(b"bee")
    file.chmod(0o700)
    os.utime(file, (5, 5))
    archive.write_tgz(tmp_path / "one.tgz", MEMBERS)
    archive.write_tgz(tmp_path / "two.tgz", {"package/a/x": b"ex", "package/b": file})
    assert (tmp_path / "one.tgz").read_bytes() == (tmp_path / "two.tgz").read_bytes()
    # gzip's header: no flags (so no file name) and time 0.
    assert (tmp_path / "one.tgz").read_bytes()[3:8] == bytes(5)
    with tarfile.open(tmp_path / "one.tgz") as tar:
        members = tar.getmembers()
    assert [member.name for member in members] == ["package/a/x", "package/b"]
    assert {(member.mode, member.uid, member.gid, member.mtime) for member in members} == {(0o644, 0, 0, archive.EPOCH)}


def test_tgz_has_executables_by_name(tmp_path: Path) -> None:
    archive.write_tgz(tmp_path / "a.tgz", MEMBERS, {"b", "not there"})
    with tarfile.open(tmp_path / "a.tgz") as tar:
        assert {member.name: member.mode for member in tar} == {"package/a/x": 0o644, "package/b": 0o755}


def test_zip_is_stored_and_deterministic(tmp_path: Path) -> None:
    archive.write_zip_stored(tmp_path / "one.zip", MEMBERS, epoch=0)
    archive.write_zip_stored(tmp_path / "two.zip", dict(reversed(MEMBERS.items())), epoch=0)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as made:
        assert made.namelist() == ["package/a/x", "package/b"]
        assert made.read("package/b") == b"bee"
        for info in made.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.date_time == (1980, 1, 1, 0, 0, 0)


def test_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.tgz"
    archive.write_tgz(target, MEMBERS)
    before = target.read_bytes()
    with pytest.raises(FileNotFoundError):
        archive.write_tgz(target, {"a": tmp_path / "missing"})
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.tgz"]


def test_tree_manifest(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b/file").write_bytes(b"")
    (tmp_path / "a").symlink_to("b/file")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    first, second = archive.tree_manifest(tmp_path).splitlines()
    assert first.endswith(" 6 a -> b/file")
    assert second == f"{empty} 0 b/file"
