import errno
import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from buildlib import download
from buildlib.errors import BuildError
from buildlib.paths import ROOT
from buildlib.pins import Pin

DATA = b"archive" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


class Place(ThreadingHTTPServer):
    """Serves DATA at /good, other bytes at /bad, the first half and then nothing at /stalls, DATA cut off at /short."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.released = threading.Event()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Place

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        self.server.asked.append(self.path)
        body = b"wrong" if name == "bad" else DATA
        if name == "missing":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if name not in ("stalls", "short") else body[: len(body) // 2])
        if name == "stalls":
            self.wfile.flush()
            self.server.released.wait()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def place() -> Iterator[Place]:
    with Place() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


def pin(*places: str) -> Pin:
    return Pin("lib", "1.0", "lib-1.0.tar.gz", len(DATA), SHA256, "MIT", ("LICENSE",), places)


def nobody() -> str:
    """An address where nothing listens: port 1 of loopback."""
    return "http://127.0.0.1:1/lib.tar.gz"


def test_cached_by_its_hash(tmp_path: Path, place: Place) -> None:
    first = download.fetch(pin(place.url("good")), cache=tmp_path)
    second = download.fetch(pin(place.url("good")), cache=tmp_path)
    assert first == second
    assert first.read_bytes() == DATA
    assert first.name == "lib-1.0.tar.gz"
    assert place.asked == ["/good"]


@pytest.mark.parametrize("name", ["bad", "missing", "short"])
def test_next_place(tmp_path: Path, place: Place, name: str) -> None:
    got = download.fetch(pin(nobody(), place.url(name), place.url("good")), cache=tmp_path)
    assert got.read_bytes() == DATA
    assert place.asked == [f"/{name}", "/good"]


def test_place_that_falls_silent(tmp_path: Path, place: Place) -> None:
    # The next place is a folder, which no time limit applies to: a slow machine changes nothing.
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "lib-1.0.tar.gz").write_bytes(DATA)
    got = download.fetch(pin(place.url("stalls")), cache=tmp_path, mirror_dirs=[mirror], timeout=0.1)
    assert got.read_bytes() == DATA


def test_one_error_names_every_place_and_both_hashes(tmp_path: Path, place: Place) -> None:
    places = (nobody(), place.url("missing"), place.url("bad"))
    empty = tmp_path / "mirror"
    empty.mkdir()
    with pytest.raises(BuildError) as caught:
        download.fetch(pin(*places, "debian:pool/lib.tar.gz"), cache=tmp_path / "cache", mirror_dirs=[empty])
    what = caught.value.what
    assert "lib 1.0" in what
    for expected in (*places, str(empty), "Debian mirror", "HTTP 404", SHA256, hashlib.sha256(b"wrong").hexdigest()):
        assert expected in what
    assert [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()] == [f"{SHA256}.lock"]


def test_debian_place_is_on_the_mirror(tmp_path: Path, place: Place) -> None:
    wanted = pin("debian:pool/main/l/lib/lib_1.0+dfsg/good")
    download.fetch(wanted, cache=tmp_path, debian_mirror=place.url("debian/"))
    assert place.asked == ["/debian/pool/main/l/lib/lib_1.0%2Bdfsg/good"]


@pytest.mark.parametrize("name", ["lib-1.0.tar.gz", "lib_1.0.orig.tar.gz"])
def test_mirror_folder_under_either_name(tmp_path: Path, name: str) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / name).write_bytes(DATA)
    wanted = pin(nobody(), "debian:pool/lib_1.0.orig.tar.gz")
    got = download.fetch(wanted, cache=tmp_path / "cache", mirror_dirs=[tmp_path / "none", mirror])
    assert got.read_bytes() == DATA


@pytest.mark.parametrize("damaged", [DATA[:100], b"x" + DATA[1:]])
def test_damaged_cache_is_noticed(tmp_path: Path, place: Place, damaged: bytes) -> None:
    wanted = pin(place.url("good"))
    download.fetch(wanted, cache=tmp_path).write_bytes(damaged)
    assert download.fetch(wanted, cache=tmp_path).read_bytes() == DATA
    assert place.asked == ["/good", "/good"]


def test_full_disk(tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BuildError, match="disk is full"):
        download.fetch(pin(place.url("good"), place.url("good")), cache=tmp_path)
    # A full disk is not the place's fault: no other is tried, and nothing is left.
    assert place.asked == ["/good"]
    assert not list(tmp_path.rglob("*.partial"))


def test_kill_during_download(tmp_path: Path, place: Place) -> None:
    code = (
        "import pathlib, sys; from buildlib import download; from buildlib.pins import Pin\n"
        "pin = Pin('lib', '1.0', 'lib-1.0.tar.gz', int(sys.argv[3]), sys.argv[2], 'MIT', ('L',), (sys.argv[4],))\n"
        "download.CHUNK = 64\n"
        "real = download.http.client.HTTPResponse.read\n"
        "def read(answer, size):\n"
        "    data = real(answer, size)\n"
        "    print('read', flush=True)\n"
        "    return data\n"
        "download.http.client.HTTPResponse.read = read\n"
        "download.fetch(pin, cache=pathlib.Path(sys.argv[1]))\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "site_scons")}
    command = [sys.executable, "-c", code, str(tmp_path), SHA256, str(len(DATA)), place.url("stalls")]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert [child.stdout.readline() for _ in range(3)] == ["read\n"] * 3
        child.kill()
    [partial] = tmp_path.rglob("*.partial")
    assert not (partial.parent / "lib-1.0.tar.gz").exists()
    got = download.fetch(pin(place.url("good")), cache=tmp_path)
    assert got.read_bytes() == DATA
    assert not partial.exists()


LISTS = """\
# deb http://commented.example/debian bookworm main
deb cdrom:[Debian]/ bookworm main
deb [arch=amd64 signed-by=/x.gpg] https://packages.example/linux/debian bookworm stable
deb http://security.example/debian-security bookworm-security main
deb http://security.example/debian bookworm-security main
"""

DEB822 = """\
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no

Types: deb
# a comment in between
URIs:
 http://one.example/debian/
 http://two.example/debian
Suites: bookworm bookworm-updates
Components: main
"""


def test_mirror_from_list(tmp_path: Path) -> None:
    file = tmp_path / "sources.list"
    file.write_text(LISTS)
    assert download.find_mirror([file], []) is None
    file.write_text(LISTS + "deb [arch=amd64] http://mirror.example/debian/ bookworm main contrib\n")
    assert download.find_mirror([file], []) == "http://mirror.example/debian"


def test_mirror_from_deb822(tmp_path: Path) -> None:
    file = tmp_path / "debian.sources"
    file.write_text(DEB822)
    assert download.find_mirror([tmp_path / "missing.list"], [file]) == "http://one.example/debian"


def test_mirror_of_this_machine_is_an_address() -> None:
    mirror = download.debian_mirror()
    assert mirror is None or mirror.startswith(("http://", "https://"))
