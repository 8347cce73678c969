"""The released declarations beside the reference's: whoever wrote TypeScript for one compiles it for the other."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from buildlib.paths import ROOT

REFERENCE = ROOT / "node_modules/pyodide"
PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.ts"))
TIMEOUT = 120

DIFFERENT = {
    "pyodide.PyodideConfigWithDefaults": "ours has _commandLine, by which `python` starts",
    "pyodide.PyodideAPI.prototype": "missing: the reference's object is a class by accident",
    "pyodide.PyodideInterface": "as PyodideAPI, whose other name it is",
    "pyodide.loadPyodide": "as PyodideAPI, which it gives",
    "pyodide.PyodideAPI.useNodeSockFS": "the reference's `connect` must give objects of a class of its own",
    "pyodide.PyodideAPI.PATH": "ours has a type, the reference's is any",
}
"""Where ours deliberately differs, and why. A row that is not true any more fails."""

TSCONFIG = {
    "compilerOptions": {
        "target": "ES2022",
        "module": "ESNext",
        "moduleResolution": "Bundler",
        "lib": ["ES2022", "ESNext.Disposable", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
        "types": ["node", "emscripten"],
        "typeRoots": [str(ROOT / "node_modules/@types")],
        "strict": True,
        "noEmit": True,
        "allowImportingTsExtensions": True,
    }
}

# Assignable both ways, wrapped in tuples so that unions are compared whole; and `any` is equal to itself only.
PRELUDE = """
import type * as ours_pyodide from "ours/pyodide";
import type * as ours_ffi from "ours/ffi";
import type * as reference_pyodide from "reference/pyodide";
import type * as reference_ffi from "reference/ffi";
type IsAny<T> = 0 extends 1 & T ? true : false;
type Same<A, B> = IsAny<A> extends IsAny<B> ? IsAny<B> extends IsAny<A>
  ? [A] extends [B] ? [B] extends [A] ? true : "theirs is not ours" : "ours is not theirs"
  : "ours is not any" : "ours is any";
declare function holds<_Fact extends true>(): void;
"""


@dataclass(frozen=True)
class Declarations:
    """What two declaration files export: name → members, of types; values have none."""

    pyodide: dict[str, dict[str, object]]
    ffi: dict[str, dict[str, object]]


def exported(folder: Path) -> Declarations:
    files = [folder / "pyodide.d.ts", folder / "ffi.d.ts"]
    words: list[str | Path] = [ROOT / "node_modules/node24/bin/node", Path(__file__).with_name("exports.cjs"), *files]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT, check=True)
    return Declarations(*json.loads(done.stdout))


def compiled(folder: Path, packages: dict[str, Path], *files: Path) -> list[str]:
    """The errors of tsc for `files`, to which the modules in `packages` are these declarations."""
    options = {**TSCONFIG["compilerOptions"], "paths": {name: [str(path)] for name, path in packages.items()}}
    config = folder / "tsconfig.json"
    config.write_text(json.dumps({"compilerOptions": options, "files": [str(path) for path in files]}))
    words: list[str | Path] = [ROOT / "node_modules/.bin/tsc", "--project", config, "--pretty", "false"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    errors = [line for line in done.stdout.splitlines() if re.match(r"\S", line)]
    assert bool(errors) == bool(done.returncode), done.stdout + done.stderr
    return errors


def test_every_exported_name_has_the_same_type(dist: Path, tmp_path: Path) -> None:
    ours, reference = exported(dist), exported(REFERENCE)
    facts: dict[str, str] = {}
    different: set[str] = set()
    for module in ("pyodide", "ffi"):
        have, wanted = getattr(ours, module), getattr(reference, module)
        assert len(wanted) > 10
        different |= {f"{module}.{name}" for name in wanted.keys() ^ have.keys()}
        for name in sorted(wanted.keys() & have.keys()):
            of = "typeof " if wanted[name]["kind"] == "value" else ""
            left, right = (f"{of}{side}_{module}.{name}" for side in ("ours", "reference"))
            if name != "PyodideAPI":
                facts[f"{module}.{name}"] = f"{left}, {right}"
                continue
            # The one that grows: member by member.
            members, others = set(wanted[name]["members"]), set(have[name]["members"])
            different |= {f"{module}.{name}.{member}" for member in members ^ others}
            for member in sorted(members & others):
                facts[f"{module}.{name}.{member}"] = f'{left}["{member}"], {right}["{member}"]'
    checks = tmp_path / "checks.ts"
    checks.write_text(PRELUDE + "".join(f"holds<Same<{types}>>(); // {name}\n" for name, types in facts.items()))
    packages = {
        f"{side}/{module}": folder / f"{module}.d.ts"
        for side, folder in (("ours", dist), ("reference", REFERENCE))
        for module in ("pyodide", "ffi")
    }
    lines = checks.read_text().splitlines()
    for error in compiled(tmp_path, packages, checks):
        found = re.match(r".*checks\.ts\((\d+),", error)
        assert found, error
        different.add(lines[int(found[1]) - 1].partition(" // ")[2])
    assert different == set(DIFFERENT)


@pytest.mark.parametrize("side", ["reference", "ours"])
def test_programs_compile_unchanged(dist: Path, tmp_path: Path, side: str) -> None:
    folder = dist if side == "ours" else REFERENCE
    packages = {"pyodide": folder / "pyodide.d.ts", "pyodide/ffi": folder / "ffi.d.ts"}
    assert compiled(tmp_path, packages, *PROGRAMS) == []


def test_a_program_that_is_wrong_does_not_compile(dist: Path, tmp_path: Path) -> None:
    """Else the test above would prove nothing."""
    program = tmp_path / "wrong.ts"
    program.write_text(
        'import { loadPyodide } from "pyodide";\n'
        "const py = await loadPyodide({ indexUrl: 'x' });\n"
        "py.runPython(5);\nexport const n: number = py.version;\n"
    )
    errors = compiled(tmp_path, {"pyodide": dist / "pyodide.d.ts", "pyodide/ffi": dist / "ffi.d.ts"}, program)
    assert [re.findall(r"\((\d),", error)[0] for error in errors] == ["2", "3", "4"]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_programs_run(dist: Path, tmp_path: Path, program: Path) -> None:
    """With what they say they print."""
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/pyodide").symlink_to(dist)
    copy = tmp_path / program.name
    copy.write_text(program.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    node = ROOT / "node_modules/node24/bin/node"
    done = subprocess.run([node, copy], cwd=tmp_path, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 0, done.stderr
    promised = re.findall(r"// → (.*)$", copy.read_text(encoding="utf-8"), re.MULTILINE)
    assert done.stdout.splitlines() == promised
