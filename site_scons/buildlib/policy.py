"""stdlib-policy.toml: what becomes of each module of CPython's standard library."""

from __future__ import annotations

import difflib
import itertools
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

import jinja2

from buildlib.errors import BuildError
from buildlib.paths import ROOT

POLICY_FILE = ROOT / "stdlib-policy.toml"
PROFILES = ROOT / "profiles"
STUBS = ROOT / "runtime" / "python" / "stubs"
TEMPLATES = ROOT / "cpython" / "templates"


class Verdict(Enum):
    INCLUDE = "include"
    EXCLUDE = "exclude"
    STUB = "stub"


@dataclass(frozen=True)
class Row:
    """One module's row. The fields after `verdict` are described at the head of stdlib-policy.toml."""

    name: str
    verdict: Verdict
    reason: str = ""
    file: str = ""
    without: tuple[str, ...] = ()
    library: str = ""
    configure: str = ""
    setup: str = ""


_BOOT_LISTS = ("modules", "event_loop", "common")


@dataclass(frozen=True)
class Policy:
    """The rows by name, Python modules, C modules and data apart, and what is compiled ahead of time.

    That is what start-up imports, what the first use of an event loop imports beyond it, and what programs often do.
    """

    python: Mapping[str, Row]
    c: Mapping[str, Row]
    boot: tuple[str, ...] = field(default=())
    event_loop: tuple[str, ...] = field(default=())
    data: Mapping[str, Row] = field(default_factory=dict)
    common: tuple[str, ...] = field(default=())

    def left_out(self) -> dict[str, str]:
        """The reason of each excluded row."""
        rows = [*self.python.values(), *self.c.values(), *self.data.values()]
        return {row.name: row.reason for row in sorted(rows, key=_name) if row.verdict is Verdict.EXCLUDE}

    def stubs(self) -> dict[str, Path]:
        """The file that stands for each stubbed module."""
        rows = [*self.python.values(), *self.c.values()]
        return {row.name: STUBS / row.file for row in sorted(rows, key=_name) if row.verdict is Verdict.STUB}

    def libraries(self) -> dict[str, str]:
        """The static library of each C module that links one, by the stem of its configure variables.

        Also of those that are left out: with both variables of a stem set, configure asks neither pkg-config
        nor Emscripten's ports.
        """
        return {row.configure: row.library for row in self.c.values() if row.library}

    def unused_libraries(self) -> frozenset[str]:
        """The libraries that only modules that are left out link, "sqlite3" for libsqlite3.a."""
        rows = [row for row in self.c.values() if row.library]
        used = {row.library for row in rows if row.verdict is Verdict.INCLUDE}
        return frozenset(row.library for row in rows) - used


def load(path: Path = POLICY_FILE) -> Policy:
    """Read and check a policy file. Raises BuildError naming the row at fault."""
    text = path.read_text(encoding="utf-8")
    _reject_duplicates(text, path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BuildError(f"{path.name} is not valid TOML: {error}") from error
    unknown = sorted(data.keys() - {*_FIELDS, "boot", "reason"})
    if unknown:
        raise BuildError(
            f"{path.name} has unknown tables: {', '.join(unknown)}", "It has [python], [c], [data] and [boot]."
        )
    reason = data.get("reason", "")
    tables = {
        table: {name: _row(name, value, fields, path, reason) for name, value in data.get(table, {}).items()}
        for table, fields in _FIELDS.items()
    }
    boot = dict.fromkeys(_BOOT_LISTS, ()) | data.get("boot", {})
    named = [name for names in boot.values() for name in names]
    if boot.keys() != set(_BOOT_LISTS) or len(named) != len(set(named)):
        raise BuildError(f"{path.name}: [boot] has only the lists {', '.join(_BOOT_LISTS)}, each name in them once")
    for one, other in itertools.combinations(tables, 2):
        both = sorted(tables[one].keys() & tables[other].keys())
        if both:
            raise BuildError(f"{path.name} names these modules in [{one}] and in [{other}]: {', '.join(both)}")
    compiled, event_loop, common = (tuple(boot[name]) for name in _BOOT_LISTS)
    return Policy(tables["python"], tables["c"], compiled, event_loop, tables["data"], common)


def profiles() -> tuple[str, ...]:
    """The names that `profile=` takes."""
    return ("default", *sorted(path.stem for path in PROFILES.glob("*.toml")))


def policy_files(profile: str = "default", own: Path | None = None) -> tuple[Path, ...]:
    """The files that make up a policy, each changing rows of those before it: ours, a profile's, the user's own."""
    named = () if profile == "default" else (PROFILES / f"{profile}.toml",)
    if own is not None and not own.is_file():
        raise BuildError(f"policy={own}: there is no such file")
    return (POLICY_FILE, *named, *(() if own is None else (own,)))


def load_all(files: Sequence[Path]) -> Policy:
    """The policy of `policy_files`. A row replaces the earlier one of its name; so does a whole [boot] list.

    Raises BuildError as `load` does, and for a row of a later file whose name no earlier one has in that table.
    """
    whole = load(files[0])
    for path in files[1:]:
        part = load(path)
        for table in _FIELDS:
            known = getattr(whole, table)
            unknown = sorted(getattr(part, table).keys() - known.keys())
            if unknown:
                raise BuildError(
                    f"{path.name}: [{table}] names what {POLICY_FILE.name} does not: {_with_guesses(unknown, known)}",
                    "A profile and a policy of one's own only change rows that are there.",
                )
        whole = Policy(
            {**whole.python, **part.python},
            {**whole.c, **{name: _keeping_library(row, whole.c[name]) for name, row in part.c.items()}},
            part.boot or whole.boot,
            part.event_loop or whole.event_loop,
            {**whole.data, **part.data},
            part.common or whole.common,
        )
    return whole


def _keeping_library(row: Row, replaced: Row) -> Row:
    """The row with what it does not say itself: which library the module links does not depend on the verdict."""
    return replace(
        row,
        library=row.library or replaced.library,
        configure=row.configure or replaced.configure,
        setup=row.setup or replaced.setup,
    )


def check_exhaustive(policy: Policy, cpython: Path) -> None:
    """Compare the policy with CPython's sources.

    Raises BuildError naming every module that only one of them has, and what is left out but cannot be.
    """
    complaints = []
    tables = (("python", policy.python, python_modules(cpython)), ("c", policy.c, c_modules(cpython)))
    for table, rows, actual in tables:
        missing = sorted(actual - rows.keys())
        if missing:
            complaints.append(f"no row in [{table}] names: {', '.join(missing)}")
        gone = sorted(rows.keys() - actual)
        if gone:
            complaints.append(f"[{table}] names modules that CPython does not have: {_with_guesses(gone, missing)}")
    needed = sorted(
        name for name in core_modules(cpython) & policy.c.keys() if policy.c[name].verdict is not Verdict.INCLUDE
    )
    if needed:
        complaints.append(f"the interpreter does not run without: {', '.join(needed)}")
    if complaints:
        raise BuildError(
            f"{POLICY_FILE.name} does not match {cpython.name}:\n  " + "\n  ".join(complaints),
            "Give each module of CPython one row, and drop the rows of modules that it no longer has.",
        )


def python_modules(cpython: Path) -> frozenset[str]:
    """The top-level modules and packages of Lib/."""
    lib = cpython / "Lib"
    modules = {path.stem for path in lib.glob("*.py")}
    return frozenset(modules | {path.parent.name for path in lib.glob("*/__init__.py")})


def c_modules(cpython: Path) -> frozenset[str]:
    """The C modules CPython has sources for, and the other names it reserves in sys.stdlib_module_names."""
    reserved = (cpython / "Python" / "stdlib_module_names.h").read_text(encoding="utf-8")
    names = {
        *core_modules(cpython),
        *setup_rules(cpython, "Setup.bootstrap.in"),
        *setup_rules(cpython, "Setup.stdlib.in"),
    }
    names |= set(re.findall(r'^"(\w+)",', reserved, re.MULTILINE))
    return frozenset(names - python_modules(cpython))


def core_modules(cpython: Path) -> frozenset[str]:
    """The C modules without which there is no interpreter."""
    config = (cpython / "Modules" / "config.c.in").read_text(encoding="utf-8")
    bootstrap = (cpython / "Modules" / "Setup.bootstrap.in").read_text(encoding="utf-8")
    names = re.findall(r'^\s*\{"(\w+)",', config, re.MULTILINE)
    return frozenset([*names, *re.findall(r"^(\w+) +\S.*\.c\b", bootstrap, re.MULTILINE)])


def setup_local(policy: Policy, cpython: Path) -> str:
    """CPython's Modules/Setup.local: each extension in a *static* or the *disabled* section.

    An included module takes its rule from `cpython`'s own Modules/Setup.stdlib.in unless its row has one. A module of
    the core is only named when the policy switches it off.
    """
    rules = setup_rules(cpython, "Setup.stdlib.in")
    core = setup_rules(cpython, "Setup.bootstrap.in")
    static, disabled = [], []
    for row in policy.c.values():
        if row.verdict is not Verdict.INCLUDE:
            if row.name in rules or row.name in core:
                disabled.append(row.name)
        elif row.name in rules:
            static.append((row.name, row.setup or rules[row.name]))
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(
        loader=loader, undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True, autoescape=False
    )
    return environment.get_template("Setup.local.j2").render(static=sorted(static), disabled=sorted(disabled))


def setup_rules(cpython: Path, name: str) -> dict[str, str]:
    """The rules of one of CPython's Setup templates by module: sources and flags, configure's @VARIABLES@ dropped."""
    text = (cpython / "Modules" / name).read_text(encoding="utf-8")
    rules = re.findall(r"^(?:@MODULE_\w+_TRUE@)?(\w+) +(\S.*\.c\b.*)$", text, re.MULTILINE)
    return {module: re.sub(r"@\w+@", "", rule).strip() for module, rule in rules}


_PYTHON_FIELDS = frozenset({"verdict", "reason", "file", "without"})
_C_FIELDS = frozenset({"verdict", "reason", "file", "library", "configure", "setup"})
_FIELDS = {"python": _PYTHON_FIELDS, "c": _C_FIELDS, "data": frozenset({"verdict", "reason"})}


def _row(name: str, value: object, fields: frozenset[str], path: Path, reason: str) -> Row:
    """A checked row from its TOML value; `reason` is for excluded rows that give none."""
    where = f"{path.name}: {name}"
    table = {"verdict": value} if isinstance(value, str) else value
    if not isinstance(table, dict):
        raise BuildError(f"{where} is neither a verdict nor a table", f'Write {name} = "include".')
    unknown = sorted(table.keys() - fields)
    if unknown:
        raise BuildError(f"{where} has unknown fields: {_with_guesses(unknown, fields)}")
    verdict = table.get("verdict")
    known = [known.value for known in Verdict]
    if verdict not in known:
        raise BuildError(
            f"{where} has an unknown verdict: {_with_guesses([str(verdict)], known)}",
            f"A verdict is one of {', '.join(known)}.",
        )
    without = table.get("without", [])
    texts = {key: item for key, item in table.items() if key not in {"verdict", "without"}}
    wrong = [key for key, item in texts.items() if not isinstance(item, str) or not item]
    if wrong or not isinstance(without, list) or not all(isinstance(item, str) for item in without):
        raise BuildError(f"{where}: {wrong[0] if wrong else 'without'} has a value of the wrong kind")
    if verdict == Verdict.EXCLUDE.value and reason:
        texts.setdefault("reason", reason)
    row = Row(name, Verdict(verdict), without=tuple(without), **texts)
    if row.verdict is Verdict.EXCLUDE and not row.reason:
        raise BuildError(f"{where} is excluded without a reason", 'Add reason = "…": users are shown it.')
    if row.verdict is Verdict.STUB and not row.file:
        raise BuildError(f"{where} is a stub without a file", f'Add file = "{name}.py", a file of {STUBS.name}/.')
    if row.verdict is Verdict.STUB and not (STUBS / row.file).is_file():
        raise BuildError(f"{where}: there is no stub {STUBS / row.file}")
    if bool(row.library) is not bool(row.configure):
        raise BuildError(f"{where} has only one of library and configure", "Give both: configure finds the library.")
    return row


def _reject_duplicates(text: str, path: Path) -> None:
    """TOML forbids them as well, but tomllib's error has no name in it."""
    seen: dict[tuple[str, str], int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\[(\w+)\]", line):
            table = header[1]
        elif key := re.match(r"([\w-]+)\s*=", line):
            first = seen.setdefault((table, key[1]), number)
            if first != number:
                raise BuildError(
                    f"{path.name} names {key[1]} twice, in lines {first} and {number}", "Drop one of the rows."
                )


def _with_guesses(names: Iterable[str], candidates: Iterable[str]) -> str:
    """The names, each with the nearest candidate if one is near."""
    known = list(candidates)
    words = []
    for name in names:
        near = difflib.get_close_matches(name, known, 1)
        words.append(f"{name} (did you mean {near[0]}?)" if near else name)
    return ", ".join(words)


def _name(row: Row) -> str:
    return row.name
