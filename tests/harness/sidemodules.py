"""Shared libraries, extension modules and wheels, compiled as wheels for this platform are."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from buildlib.archive import unpack
from buildlib.paths import ROOT
from buildlib.process import run
from buildlib.toolchain import Toolchain
from buildlib.wheelplatform import load_platform

SUFFIX = ".cpython-314-wasm32-emscripten.so"


def compile_module(
    source: Path, target: Path, *, needs: Sequence[Path] = (), rpath: str = "", flags: Sequence[str] = ()
) -> Path:
    """Compile a C or C++ file to a side module.

    An extension module (named with SUFFIX) exports its PyInit function only, a library all that is visible.
    `needs`: the libraries it is linked with; they are looked for on `rpath` at run time.
    Raises BuildError with the compiler's errors.
    """
    toolchain = Toolchain.load((ROOT / "build/toolchain.json").read_text())
    name = target.name.partition(".")[0]
    extension = target.name.endswith(SUFFIX)
    words: list[str | Path] = [toolchain.tool("em++" if source.suffix == ".cpp" else "emcc"), source, "-O1", *flags]
    words += [*load_platform(ROOT / "cpython/platform.toml").flags, f"-I{python_headers()}"]
    words += ["-sSIDE_MODULE=2", f"-sEXPORTED_FUNCTIONS=_PyInit_{name}"] if extension else ["-sSIDE_MODULE=1"]
    words += [*needs, *([f"-Wl,-rpath,{rpath}"] if rpath else []), "-o", target]
    log = target.with_name(f"{target.name}.log")
    run(words, cwd=target.parent, env=toolchain.env(), log=log, append=False)
    return target


def build_wheel(sdist: Path, package: str, folder: Path) -> Path:
    """The wheel of a project that is one package, whose extension modules are one C file each.

    `package`: the package's folder in the source archive. Raises BuildError with the compiler's errors.
    """
    root = folder / sdist.name.removesuffix(".tar.gz")
    unpack(sdist, root)
    name, version = root.name.rsplit("-", 1)
    source = root / package
    for module in source.glob("*.c"):
        compile_module(module, source / f"{module.stem}{SUFFIX}")
    files = [path for path in source.iterdir() if path.suffix in (".py", ".so")]
    compiled = any(path.suffix == ".so" for path in files)
    tag = f"cp314-cp314-{load_platform(ROOT / 'cpython/platform.toml').tag}" if compiled else "py3-none-any"
    wheel = folder / f"{name}-{version}-{tag}.whl"
    members = {f"{source.name}/{path.name}": path.read_bytes() for path in files}
    members[f"{name}-{version}.dist-info/METADATA"] = (root / "PKG-INFO").read_bytes()
    members[f"{name}-{version}.dist-info/WHEEL"] = f"Wheel-Version: 1.0\nTag: {tag}\n".encode()
    members[f"{name}-{version}.dist-info/RECORD"] = "".join(f"{member},,\n" for member in members).encode()
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as packed:
        for member, data in members.items():
            packed.writestr(member, data)
    return wheel


def python_headers() -> Path:
    (folder,) = (ROOT / "build/cpython/include").glob("python3.*")
    return folder
