"""Build CPython as a static library for wasm32-emscripten."""

from __future__ import annotations

import os
import platform
import shutil
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from buildlib.errors import BuildError
from buildlib.hostpython import short_version
from buildlib.process import run
from buildlib.toolchain import Toolchain
from buildlib.toolchain.activated import cache_folder
from buildlib.toolchain.install import PLAIN_LINK

# What the link takes from CPython's build folder is ARCHIVES. libHacl_HMAC.a holds every HACL digest.
SYSCONFIGDATA = "_sysconfigdata__emscripten_wasm32-emscripten.py"
ARCHIVES = ("libpython{xy}.a", "Modules/_hacl/libHacl_HMAC.a", "Modules/expat/libexpat.a")


@dataclass(frozen=True)
class Configure:
    """cpython/configure.toml."""

    arguments: tuple[str, ...]
    flags: tuple[str, ...]


def load_configure(path: Path) -> Configure:
    """Read configure.toml. Raises BuildError that names the row without a value or a reason."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    columns: dict[str, tuple[str, ...]] = {}
    for table in ("argument", "flag"):
        rows = data.pop(table, [])
        for row in rows:
            if set(row) != {"value", "why"}:
                raise BuildError(f"{path.name}: [[{table}]] {row} needs exactly `value` and `why`")
        columns[table] = tuple(row["value"] for row in rows)
    if data:
        raise BuildError(f"{path.name}: unknown table {', '.join(data)}")
    return Configure(columns["argument"], columns["flag"])


def build_cross_python(
    source: Path,
    work: Path,
    prefix: Path,
    *,
    version: str,
    toolchain: Toolchain,
    host_python: Path,
    libraries: Mapping[str, Path],
    setup_local: str,
    configure: Configure,
    abi: str,
    abi_flags: Sequence[str],
    config_site: Path,
    jobs: int,
    log: Path,
) -> None:
    """Cross-compile CPython into `prefix`: lib/ (static archives), include/, and sysconfig's data.

    The extension modules are those `setup_local` names, all static. `libraries` gives, by the stem of
    configure's variables (ZLIB for ZLIB_CFLAGS, ZLIB_LIBS), each library's archive; its headers are in
    ../include. `work` is kept for a look afterwards; nothing of it is needed. Raises BuildError.
    """
    shutil.rmtree(work, ignore_errors=True)
    (work / "Modules").mkdir(parents=True)
    (work / "Modules/Setup.local").write_text(setup_local)
    places = {"host_python": str(host_python), "build_triplet": f"{platform.machine()}-pc-linux-gnu"}
    maps = prefix_maps({source: "cpython", work: "cpython"})
    flags = [*configure.flags, *abi_flags, *maps]
    site = [source / "Platforms/emscripten/config.site-wasm32-emscripten", config_site]
    env = {
        **toolchain.env(),
        **_library_flags(libraries),
        "CONFIG_SITE": " ".join(str(path.resolve()) for path in site),
        "CFLAGS": " ".join(flags),
        "LDFLAGS": " ".join([*(flag for flag in abi_flags if flag != "-fPIC"), *PLAIN_LINK]),
        "SOURCE_DATE_EPOCH": "0",  # Modules/getbuildinfo.c has __DATE__
    }
    run(
        [
            toolchain.tool("emconfigure"),
            os.path.relpath(source / "configure", work),
            "-q",
            *(argument.format(**places) for argument in configure.arguments),
        ],
        cwd=work,
        env=env,
        log=log,
        append=False,
    )
    archives = [name.format(xy=short_version(version)) for name in ARCHIVES]
    for goal in (archives, ["pybuilddir.txt"]):
        run([toolchain.tool("emmake"), "make", "-s", f"-j{jobs}", *goal], cwd=work, env=env, log=log)
    _install(source, work, prefix, archives, version)
    folders = {
        # What only this build wants of compiler and linker is not for those who ask sysconfig.
        **dict.fromkeys([*maps, *PLAIN_LINK], ""),
        str(cache_folder(toolchain)): "/emscripten-cache",
        f"{toolchain.emscripten}/": "",
        f"{host_python.parent}/": "",
        **{str(archive.resolve().parents[1]): "/usr" for archive in libraries.values()},
        str(work.resolve()): "/build",
        os.path.relpath(source, work): "/src",
        str(source.resolve()): "/src",
    }
    (prefix / SYSCONFIGDATA).write_text(sysconfig_data(work, folders, abi), encoding="utf-8")


def prefix_maps(folders: Mapping[Path, str]) -> list[str]:
    """Flags that replace the folders' absolute paths by short names in everything the compiler writes."""
    return [f"-ffile-prefix-map={folder.resolve()}={name}" for folder, name in folders.items()]


def _library_flags(libraries: Mapping[str, Path]) -> dict[str, str]:
    """The variables that let configure find a library without pkg-config and without Emscripten's ports."""
    flags = {}
    for stem, archive in libraries.items():
        prefix = archive.resolve().parents[1]
        flags[f"{stem}_CFLAGS"] = f"-I{prefix}/include"
        flags[f"{stem}_LIBS"] = f"-L{prefix}/lib -l{archive.stem.removeprefix('lib')}"
    return flags


def _install(source: Path, work: Path, prefix: Path, archives: Iterable[str], version: str) -> None:
    shutil.rmtree(prefix, ignore_errors=True)
    include = prefix / f"include/python{short_version(version)}"
    shutil.copytree(source / "Include", include, ignore=shutil.ignore_patterns("README*"))
    shutil.copy2(work / "pyconfig.h", include)
    (prefix / "lib").mkdir()
    for archive in archives:
        shutil.copy2(work / archive, prefix / "lib")


def sysconfig_data(work: Path, folders: Mapping[str, str], abi: str) -> str:
    """The module that `sysconfig` reads its variables from, without the build's own paths.

    `folders` gives what stands for each path; `abi` is the platform's, "2026_0".
    """
    build_folder = work / (work / "pybuilddir.txt").read_text().strip()
    namespace: dict[str, dict[str, str | int]] = {}
    exec((build_folder / SYSCONFIGDATA).read_text(encoding="utf-8"), namespace)
    variables = {
        **{name: _without_paths(value, folders) for name, value in namespace["build_time_vars"].items()},
        "PYODIDE_ABI_VERSION": abi,
        "PYEMSCRIPTEN_ABI_VERSION": abi,
        "PYEMSCRIPTEN_PLATFORM_VERSION": abi,
    }
    rows = "".join(f"    {name!r}: {value!r},\n" for name, value in sorted(variables.items()))
    return f"# How this Python was built.\nbuild_time_vars = {{\n{rows}}}\n"


def _without_paths(value: str | int, folders: Mapping[str, str]) -> str | int:
    if isinstance(value, str):
        for folder, name in folders.items():
            value = value.replace(folder, name)
        return " ".join(value.split())
    return value
