"""Choosing an Emscripten: the pin file, what Debian still carries, what is already activated."""

from __future__ import annotations

import dataclasses
import subprocess
from pathlib import Path

import pytest

from buildlib.errors import BuildError
from buildlib.paths import ROOT
from buildlib.toolchain import Toolchain, activated, debian, emsdk, install, load_pin
from buildlib.toolchain.pin import DebianPackage

PIN = ROOT / "emsdk-pin.txt"


def emscripten(folder: Path, version: str) -> Path:
    """A folder that looks like an Emscripten of this version."""
    folder.mkdir()
    (folder / "emcc").write_text("#!/bin/sh\n")
    (folder / "emcc").chmod(0o755)
    (folder / "emscripten-version.txt").write_text(f'"{version}"\n')
    return folder


def test_the_pin_file_names_both_providers() -> None:
    pin = load_pin(PIN)
    assert "5.0.3" in pin.accepts
    assert "6.0.5" in pin.accepts
    assert "7.0.0" not in pin.accepts
    assert {package.name for package in pin.debian_packages} > {"emscripten", f"clang-{pin.debian_llvm}"}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("accepts = >=5.0.3,<7", "accepts = about five", "about five"),
        ("llvm = 23", "llvm = new", "new"),
        ("binaryen 131-2 ", "binaryen ", "is not 'name version sha256'"),
        ("[emsdk]", "[other]", "emsdk"),
    ],
)
def test_a_wrong_pin_file_is_named_with_its_fault(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    copy = tmp_path / "emsdk-pin.txt"
    text = PIN.read_text()
    assert old in text
    copy.write_text(text.replace(old, new, 1))
    with pytest.raises(BuildError, match=complaint) as caught:
        load_pin(copy)
    assert "emsdk-pin.txt" in str(caught.value)


def test_debian_versions_that_are_gone_are_replaced_and_reported() -> None:
    pinned = [DebianPackage("kept", "1-1", "a" * 64), DebianPackage("moved", "1-1", "b" * 64)]
    chosen, notes = debian.choose(pinned, {"kept": ["2-1", "1-1"], "moved": ["3-1", "2-1"]})
    assert chosen == [pinned[0], DebianPackage("moved", "3-1", "")]
    assert notes == ["moved 1-1 is gone from Debian; using 3-1"]


def test_a_package_debian_has_no_more_is_an_error() -> None:
    with pytest.raises(BuildError, match="no longer carries lost"):
        debian.choose([DebianPackage("lost", "1-1", "a" * 64)], {})


def test_an_activated_emscripten_in_the_range_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = emscripten(tmp_path / "em", "5.0.3")
    monkeypatch.setenv("PATH", str(folder))
    assert activated.find() == folder
    assert activated.check_version(load_pin(PIN), folder) == "5.0.3"


@pytest.mark.parametrize("version", ["4.0.9", "5.0.2", "7.0.0"])
def test_an_activated_emscripten_outside_the_range_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    folder = emscripten(tmp_path / "em", version)
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(BuildError) as caught:
        install(load_pin(PIN), "auto", home=tmp_path / "home", log=tmp_path / "log", abi_flags=(), say=print)
    assert version in caught.value.what
    assert str(folder) in caught.value.what
    assert "5.0.3" in caught.value.hint


def test_asking_for_an_activated_one_without_any_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("EMSDK", raising=False)
    with pytest.raises(BuildError, match="no emcc on PATH"):
        install(load_pin(PIN), "activated", home=tmp_path / "home", log=tmp_path / "log", abi_flags=(), say=print)


SDK = """\
#!/bin/sh
# Does what emsdk does, with a clang that only tells its version.
set -e
bin=$PWD/upstream/bin em=$PWD/upstream/emscripten
case "$1 $2" in
"install 5.0.3")
    mkdir -p "$bin" "$em"
    echo '"5.0.3"' > "$em/emscripten-version.txt"
    printf '#!/bin/sh\\necho clang version 23\\n' > "$bin/clang"
    printf '#!/bin/sh\\n[ -f "$EM_CONFIG" ] && cat "$EM_CONFIG"\\n' > "$em/em-config"
    chmod +x "$bin/clang" "$em/em-config"
    echo once >> ../installs ;;
"activate 5.0.3") echo "$bin" > .emscripten ;;
*) exit 9 ;;
esac
"""


def test_the_sdk_is_cloned_installed_and_activated_once(tmp_path: Path) -> None:
    origin, home = tmp_path / "origin", tmp_path / "home"
    origin.mkdir()
    (origin / "emsdk").write_text(SDK)
    (origin / "emsdk").chmod(0o755)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "SDK"], ["tag", "5.0.3"]):
        subprocess.run([*git, *words], cwd=origin, check=True)
    pin = dataclasses.replace(load_pin(PIN), emsdk_home=origin.as_uri())
    for _ in range(2):
        toolchain = emsdk.provide(pin, home, tmp_path / "log")
    place = home / "emsdk-5.0.3"
    assert (toolchain.provider, toolchain.version) == ("emsdk", "5.0.3")
    assert toolchain.emscripten == str(place / "upstream/emscripten")
    assert (toolchain.llvm, toolchain.config) == (str(place / "upstream/bin"), str(place / ".emscripten"))
    assert (home / "installs").read_text() == "once\n"


def test_an_sdk_that_cannot_be_had_leaves_nothing_that_looks_whole(tmp_path: Path) -> None:
    pin = dataclasses.replace(load_pin(PIN), emsdk_home=(tmp_path / "nowhere").as_uri())
    with pytest.raises(BuildError, match="git"):
        emsdk.provide(pin, tmp_path / "home", tmp_path / "log")
    assert not (tmp_path / "home/emsdk-5.0.3/complete").exists()


def test_a_toolchain_survives_its_stamp() -> None:
    toolchain = Toolchain("debian", "/em", "/llvm", "6.0.5", components={"clang-23": "1:23.1.4-2"}, notes=("one",))
    assert Toolchain.load(toolchain.dump()) == toolchain
