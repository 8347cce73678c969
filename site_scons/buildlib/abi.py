"""runtime/abi.toml: the facts about the border that C and TypeScript share, and the files generated from it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from buildlib.errors import BuildError

BANNER = "Generated from runtime/abi.toml. Do not edit."

PROTOTYPE = re.compile(r"(?P<result>[\w ]+?\**) ?\((?P<parameters>[^()]*)\)")
PARAMETER = re.compile(r"(?P<type>[\w ]+?)(?P<stars>[ *]+)(?P<name>\w+)")
IDENTIFIER = re.compile(r"[A-Za-z_]\w*")

# How a C type looks from TypeScript. Every pointer is a number.
TS_TYPES = {
    "void": "void",
    "int32_t": "number",
    "uint32_t": "number",
    "double": "number",
    "int64_t": "bigint",
    "JsVal": "unknown",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function: its C type with stars, and its name."""

    ctype: str
    name: str


@dataclass(frozen=True)
class Function:
    """A function that crosses the border."""

    name: str
    result: str
    parameters: tuple[Parameter, ...]

    def c_declaration(self) -> str:
        parameters = ", ".join(f"{p.ctype} {p.name}".replace("* ", "*") for p in self.parameters)
        return f"{self.result} {self.name}({parameters or 'void'})".replace("* ", "*")

    def ts_signature(self) -> str:
        parameters = ", ".join(f"{p.name}: {ts_type(p.ctype)}" for p in self.parameters)
        return f"{self.name}({parameters}): {ts_type(self.result)};"


@dataclass(frozen=True)
class Member:
    """A named number with what it means."""

    name: str
    value: int
    doc: str


@dataclass(frozen=True)
class Group:
    """An enumeration, or a set of flag bits."""

    name: str
    doc: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Words:
    """A list of strings."""

    name: str
    doc: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Abi:
    """The whole table."""

    slot: dict[str, int]
    constants: tuple[Member, ...]
    enums: tuple[Group, ...]
    flags: tuple[Group, ...]
    lists: tuple[Words, ...]
    imports: tuple[Function, ...]
    exports: tuple[Function, ...]

    def export_names(self) -> tuple[str, ...]:
        """The names that the link must export for the glue, without an underscore."""
        return tuple(function.name for function in self.exports)


def load(path: Path) -> Abi:
    """Read and check the table. Raises BuildError with the place of the first mistake."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BuildError(f"{path}: {error}") from error
    try:
        abi = Abi(
            slot=dict(data["slot"]),
            constants=tuple(Member(name, row["value"], row["doc"]) for name, row in data["constants"].items()),
            enums=tuple(_enum(name, row) for name, row in data["enums"].items()),
            flags=tuple(_flags(name, row) for name, row in data["flags"].items()),
            lists=tuple(Words(name, row["doc"], tuple(row["values"])) for name, row in data["lists"].items()),
            imports=tuple(_function(path, name, text) for name, text in data["imports"].items()),
            exports=tuple(_function(path, name, text) for name, text in data["exports"].items()),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise BuildError(
            f"{path}: missing or malformed entry: {error}", "Compare with the neighbouring rows."
        ) from error
    _check_names(path, abi)
    return abi


def _enum(name: str, row: dict[str, object]) -> Group:
    values = row["values"]
    assert isinstance(values, list)
    return Group(name, str(row["doc"]), tuple(Member(v["name"], i, v["doc"]) for i, v in enumerate(values)))


def _flags(name: str, row: dict[str, object]) -> Group:
    values = row["values"]
    assert isinstance(values, list)
    return Group(name, str(row["doc"]), tuple(Member(v, 1 << i, "") for i, v in enumerate(values)))


def _function(path: Path, name: str, text: str) -> Function:
    match = PROTOTYPE.fullmatch(text)
    if match is None:
        raise BuildError(f"{path}: {name}: not a prototype: {text!r}", 'Write "result (type name, …)".')
    parameters = match["parameters"].strip()
    if parameters in ("", "void"):
        return _checked(path, Function(name, match["result"], ()))
    rows = []
    for part in parameters.split(","):
        found = PARAMETER.fullmatch(part.strip())
        if found is None:
            raise BuildError(f"{path}: {name}: not a parameter: {part.strip()!r}", 'Write "type name".')
        stars = found["stars"].strip()
        rows.append(Parameter(f"{found['type']} {stars}".strip(), found["name"]))
    return _checked(path, Function(name, match["result"], tuple(rows)))


def _checked(path: Path, function: Function) -> Function:
    for ctype in (function.result, *(p.ctype for p in function.parameters)):
        if "*" not in ctype and ctype not in TS_TYPES:
            raise BuildError(
                f"{path}: {function.name}: unknown type {ctype!r}", f"Known: pointers, {', '.join(TS_TYPES)}."
            )
    return function


def _check_names(path: Path, abi: Abi) -> None:
    groups = [[m.name for m in group.members] for group in (*abi.enums, *abi.flags)]
    functions = [function.name for function in (*abi.imports, *abi.exports)]
    for names in (functions, [m.name for m in abi.constants], *groups):
        for name in names:
            if not IDENTIFIER.fullmatch(name):
                raise BuildError(f"{path}: {name!r} is not an identifier")
            if names.count(name) > 1:
                raise BuildError(f"{path}: {name} stands twice")


def ts_type(ctype: str) -> str:
    """The TypeScript type of a C type."""
    return "number" if "*" in ctype else TS_TYPES[ctype]


def constant_case(name: str) -> str:
    """PyFlag -> PY_FLAG."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


def _for_tables(group: Group) -> str:
    """A C macro that applies another one to every member."""
    rows = " ".join(f"row({m.name})" for m in group.members)
    return f"/* All of them, for tables. */\n#define {constant_case(group.name)}S(row) {rows}"


def c_header(abi: Abi) -> str:
    """abi.h: constants, struct Slot with its asserted layout, prototypes of imports and exports."""
    lines = [f"/* {BANNER} */", "#pragma once", "#include <stddef.h>", "#include <stdint.h>", ""]
    lines += ["typedef struct _object PyObject;", "typedef __externref_t JsVal;", ""]
    for constant in abi.constants:
        lines += [f"/* {constant.doc} */", f"#define {constant.name} {constant.value}"]
    for group in abi.enums:
        prefix = constant_case(group.name)
        lines += ["", f"/* {group.doc} */", "typedef enum {"]
        lines += [f"    {prefix}_{m.name} = {m.value}, /* {m.doc} */" for m in group.members]
        lines += [f"}} {group.name};"]
        lines += [_for_tables(group)]
    for group in abi.flags:
        prefix = constant_case(group.name)
        lines += ["", f"/* {group.doc} */"]
        lines += [f"#define {prefix}_{m.name} 0x{m.value:x}u" for m in group.members]
        lines += [_for_tables(group)]
    for words in abi.lists:
        values = " ".join(f'word("{word}")' for word in words.values)
        lines += ["", f"/* {words.doc} */", f"#define {words.name}(word) {values}"]
    lines += [
        "",
        "typedef struct {",
        "    uint32_t kind;",
        "    uint32_t aux;",
        "    union {",
        "        struct {",
        "            uint32_t lo;",
        "            uint32_t hi;",
        "        };",
        "        int32_t i32;",
        "        int64_t i64;",
        "        double f64;",
        "    };",
        "} Slot;",
        f'_Static_assert(sizeof(Slot) == {abi.slot["size"]}, "slot");',
    ]
    lines += [
        f'_Static_assert(offsetof(Slot, {field}) == {abi.slot[field]}, "slot");'
        for field in ("kind", "aux", "lo", "hi")
    ]
    lines += ["", "/* JavaScript functions, implemented by the glue. */"]
    lines += [
        f'__attribute__((import_module("env"), import_name("{f.name}"))) {f.c_declaration()};' for f in abi.imports
    ]
    lines += ["", "/* C functions that the glue calls. */"]
    lines += [f'__attribute__((visibility("default"))) {f.c_declaration()};' for f in abi.exports]
    return "\n".join(lines) + "\n"


def ts_module(abi: Abi) -> str:
    """abi.ts: the same facts, an interface that the glue's imports must satisfy, one for the wasm's exports."""
    lines = [f"// {BANNER}", ""]
    lines += [f"export const SLOT_{field.upper()} = {value};" for field, value in abi.slot.items()]
    for constant in abi.constants:
        lines += [f"/** {constant.doc} */", f"export const {constant.name} = {constant.value};"]
    for group in (*abi.enums, *abi.flags):
        lines += ["", f"/** {group.doc} */", f"export const enum {group.name} {{"]
        for m in group.members:
            doc = f" // {m.doc}" if m.doc else ""
            lines += [f"  {m.name} = {m.value},{doc}"]
        lines += ["}"]
    lines += ["", "/** Every bit of `$$flags` by name, for documentation and tests. */"]
    for group in abi.flags:
        lines += [f"export const {constant_case(group.name)}S = {{"]
        lines += [f"  {m.name}: {m.value}," for m in group.members]
        lines += ["} as const;"]
    for words in abi.lists:
        values = ", ".join(f'"{word}"' for word in words.values)
        lines += ["", f"/** {words.doc} */", f"export const {words.name}: readonly string[] = [{values}];"]
    lines += ["", "/** What C calls. */", "export interface Imports {"]
    lines += [f"  {f.ts_signature()}" for f in abi.imports]
    lines += ["}", "", "/** What the glue calls. */", "export interface Exports {"]
    lines += [f"  {f.ts_signature()}" for f in abi.exports]
    lines += ["}", "", "export const EXPORT_NAMES = ["]
    lines += [f'  "{name}",' for name in abi.export_names()]
    lines += ["] as const satisfies readonly (keyof Exports)[];"]
    return "\n".join(lines) + "\n"


def js_library(abi: Abi) -> str:
    """The Emscripten JS library that satisfies the imports with the members of the module's `glue.imports`."""
    lines = [f"// {BANNER}", "addToLibrary({"]
    lines += [f"  {f.name}: '=glue.imports.{f.name}'," for f in abi.imports]
    lines += ["});"]
    return "\n".join(lines) + "\n"
