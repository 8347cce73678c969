"""The standard-library archive: what the policy includes of Lib, the stubs, and our own packages, in one stored zip.

Modules that start-up, an event loop or most programs import are in it twice: `name.pyc`, which zipimport prefers, and
`name.py`, for tracebacks and inspect. The .pyc files are of the unchecked-hash kind (PEP 552): nothing compares them
with the sources.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from buildlib import imports, timezones
from buildlib.archive import write_zip_stored
from buildlib.errors import BuildError
from buildlib.paths import ROOT
from buildlib.policy import POLICY_FILE, Policy, Verdict
from buildlib.process import output, run

PACKAGES = ROOT / "runtime" / "python"

_COMPILE = """\
import pathlib, py_compile, sys
tree, location, names = sys.argv[1], sys.argv[2], sys.argv[3:]
for name in names:
    source = pathlib.Path(tree, name)
    py_compile.compile(source, source.with_suffix(".pyc"), f"{location}/{name}", doraise=True, optimize=0,
                       invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
"""


def build(
    policy: Policy,
    *,
    cpython: Path,
    interpreter: Path,
    version: str,
    generated: Mapping[str, bytes],
    location: str,
    archive: Path,
    log: Path,
) -> dict[str, bytes]:
    """Write the archive and return its members.

    `cpython` is CPython's source tree and `interpreter` a Python of the same version for the build machine. `version`
    is this distribution's. `generated` are further members by name: what only CPython's build makes (_sysconfigdata…).
    `location` is where the archive is at run time (/lib/python314.zip), for the file names in tracebacks.
    Raises BuildError if the policy, the boot list or the interpreter does not fit.
    """
    members = sources(policy, cpython)
    check_boot(policy, members, interpreter)
    members |= {"_pyodide/_version.py": version_module(version), "_pyodide/_left_out.py": _left_out(policy)}
    members |= generated
    if policy.data["tzdata"].verdict is Verdict.INCLUDE:
        members["_pyodide/timezones.dat"] = timezones.compact()
    ahead = {path: members[path] for path in _boot_paths(policy, members)}
    members |= compile_unchecked(ahead, interpreter=interpreter, location=location, magic=_magic(cpython), log=log)
    write_zip_stored(archive, members)
    return members


def sources(policy: Policy, cpython: Path) -> dict[str, bytes]:
    """The members that are files in a source tree, by their names in the archive."""
    members = {}
    lib = cpython / "Lib"
    for row in policy.python.values():
        if row.verdict is Verdict.INCLUDE:
            package = lib / row.name
            left_out = {package / f"{name}.py" for name in row.without}
            files = package.rglob("*.py") if package.is_dir() else [lib / f"{row.name}.py"]
            members.update(_read(set(files) - left_out, lib))
    for name, stub in policy.stubs().items():
        members[f"{name}.py"] = stub.read_bytes()
    members.update(_own())
    return members


def _own() -> dict[str, bytes]:
    """The members that are our own packages."""
    members = {}
    for package in sorted(PACKAGES.iterdir()):
        if (package / "__init__.py").is_file():
            members.update(_read([*package.rglob("*.py"), *package.rglob("py.typed")], PACKAGES))
    return members


def check_boot(policy: Policy, members: Mapping[str, bytes], interpreter: Path) -> None:
    """Raises BuildError, with the imports that lead to it, if start-up or our own packages need what is left out.

    `interpreter` is a Python that can read the sources.
    """
    ours = [
        path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in _own() if path.endswith(".py")
    ]
    question = {"starts": [*policy.boot, *ours], "absent": [*policy.left_out()]}
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "sources.zip"
        write_zip_stored(archive, members)
        chain = json.loads(output([interpreter, imports.__file__, archive, json.dumps(question)], cwd=archive.parent))
    if chain:
        name = chain[-1].split(".")[0]
        raise BuildError(
            f"[{'python' if name in policy.python else 'c'}] {name} is left out, but start-up needs it: "
            + " → ".join(chain),
            "Include it in the policy.",
        )


def compile_unchecked(
    modules: Mapping[str, bytes], *, interpreter: Path, location: str, magic: int, log: Path
) -> dict[str, bytes]:
    """The .pyc files of `modules` (sources by archive name), compiled by `interpreter`, by archive name.

    `magic` is the magic number of the Python that will load them. Raises BuildError if `interpreter` writes another
    one, or if a source does not compile.
    """
    if not modules:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for name, source in modules.items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes(source)
        # A fixed environment: the seed orders sets while compiling, the rest must not leak into the bytes.
        env = {"PYTHONHASHSEED": "0", "PYTHONNOUSERSITE": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        # No __pycache__ either: which strings are interned in what is written depends on whether the interpreter
        # read its own modules from source or from bytecode.
        env["PYTHONPYCACHEPREFIX"] = str(tree / "none")
        # Columns are a fifth of what bytecode takes over HTTP. All they do is put carets under the library's frames.
        env["PYTHONNODEBUGRANGES"] = "1"
        # -P: what is compiled must not be what compiles.
        run([interpreter, "-P", "-c", _COMPILE, tree, location, *sorted(modules)], cwd=tree, log=log, env=env)
        compiled = {_pyc(name): (tree / _pyc(name)).read_bytes() for name in modules}
    written = int.from_bytes(next(iter(compiled.values()))[:2], "little")
    if written != magic:
        raise BuildError(
            f"{interpreter} writes bytecode {written}, but the distribution's Python loads {magic}",
            "The build machine's Python must have exactly the version that is being built.",
        )
    return compiled


def boot_difference(
    listed: Collection[str], loaded: Iterable[tuple[str, str]], location: str
) -> tuple[list[str], list[str]]:
    """What a boot list lacks, and what it has in vain, after a start-up that `loaded` (name, `__file__`) pairs."""
    imported = {name for name, file in loaded if file.startswith(f"{location}/")}
    return sorted(imported - set(listed)), sorted(set(listed) - imported)


def _read(files: Collection[Path], root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def _boot_paths(policy: Policy, members: Mapping[str, bytes]) -> list[str]:
    """The members that hold the modules of the boot lists."""
    paths = []
    absent = []
    left_out = policy.left_out()  # what check_boot let pass is imported only where it is there
    for module in (*policy.boot, *policy.event_loop, *policy.common):
        stem = module.replace(".", "/")
        path = next((name for name in (f"{stem}/__init__.py", f"{stem}.py") if name in members), None)
        if path:
            paths.append(path)
        elif stem.split("/")[0] not in left_out:
            absent.append(module)
    if absent:
        raise BuildError(
            f"{POLICY_FILE.name}: [boot] names modules that are not in the archive: {', '.join(absent)}",
            "Drop them from the list, or include them.",
        )
    return paths


def _pyc(name: str) -> str:
    return f"{name.removesuffix('.py')}.pyc"


def _magic(cpython: Path) -> int:
    """The magic number of CPython's .pyc files."""
    header = cpython / "Include" / "internal" / "pycore_magic_number.h"
    found = re.search(r"^#define PYC_MAGIC_NUMBER (\d+)$", header.read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise BuildError(f"{header} does not define PYC_MAGIC_NUMBER")
    return int(found[1])


def version_module(version: str) -> bytes:
    """_pyodide/_version.py, which only archives have."""
    return f'"""Generated by the build."""\n\nVERSION = {version!r}\n'.encode()


def _left_out(policy: Policy) -> bytes:
    rows = "".join(f"    {name!r}: {reason!r},\n" for name, reason in policy.left_out().items())
    head = '"""Generated from stdlib-policy.toml: why this distribution leaves a module out."""'
    return f"{head}\n\nREASONS = {{\n{rows}}}\n".encode()
