"""Compile the core and link the main module."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from buildlib import jsexports
from buildlib.errors import BuildError
from buildlib.process import run
from buildlib.toolchain import Toolchain


@dataclass(frozen=True)
class LinkFlags:
    """runtime/link-flags.toml: flags by mode ("" for all) in order, and the runtime's public members."""

    flags: tuple[tuple[str, str], ...]
    runtime_methods: tuple[str, ...]

    def of(self, mode: str) -> list[str]:
        """The flags of one build mode."""
        methods = ",".join(self.runtime_methods)
        return [flag.format(runtime_methods=methods) for only, flag in self.flags if only in ("", mode)]


def load_flags(path: Path) -> LinkFlags:
    """Read link-flags.toml. Raises BuildError naming a row without value or reason."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for row in data["flag"]:
        if not {"value", "why"} <= set(row) <= {"value", "why", "mode"}:
            raise BuildError(f"{path.name}: [[flag]] {row} needs `value` and `why`, and may have `mode`")
    return LinkFlags(
        tuple((row.get("mode", ""), row["value"]) for row in data["flag"]), tuple(sorted(data["runtime_methods"]))
    )


def compile_object(
    source: Path, target: Path, *, flags: Sequence[str], toolchain: Toolchain, log: Path, root: Path
) -> None:
    """Compile one C file. Paths under `root` appear relative to it in what the compiler writes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    run(
        [toolchain.tool("emcc"), *flags, f"-ffile-prefix-map={root}=.", "-c", source.relative_to(root), "-o", target],
        cwd=root,
        env=toolchain.env(),
        log=log,
        append=False,
    )


def link_main_module(
    target: Path,
    *,
    objects: Sequence[Path],
    archives: Sequence[Path],
    exports: Mapping[str, Sequence[str]],
    on_module: Sequence[str],
    in_javascript: str,
    glue: Path,
    libraries: Sequence[Path],
    flags: Sequence[str],
    toolchain: Toolchain,
    log: Path,
) -> None:
    """Link `target` (pyodide.asm.mjs) and the .wasm beside it, with the linker's map of it (.map).

    exports:       symbols by group; those of the groups in `on_module` become properties of the Emscripten module.
    in_javascript: the group of functions that Emscripten has in JavaScript.
    glue:          the JavaScript that runs inside the module's factory.
    libraries:     Emscripten JS libraries: they connect the core, and Emscripten, with the glue.

    Raises BuildError.
    """
    work = target.parent
    every = sorted({name for group, names in exports.items() for name in names if group != in_javascript})
    kept = sorted({name for group in on_module for name in exports[group]})
    keep_file = work / "exports-on-module.txt"
    keep_file.write_text("".join(f"{name}\n" for name in kept))
    response = work / "exports.rsp"
    response.write_text("".join(f"-Wl,--export={name}\n" for name in every if name != "main"))
    run(
        [
            toolchain.tool("em++"),
            *flags,
            *objects,
            *archives,
            f"@{response}",
            f"-sEXPORTED_FUNCTIONS={','.join(['_main', *(f'_{name}' for name in exports[in_javascript])])}",
            "--pre-js",
            os.path.relpath(glue, work),  # Emscripten writes the path into unminified output
            *(word for library in libraries for word in ("--js-library", os.path.relpath(library, work))),
            f"-Wl,-Map={target.with_suffix('.map').name}",
            "--js-transform",
            f"{sys.executable} {jsexports.__file__} {keep_file}",
            "-o",
            target,
        ],
        cwd=work,
        env=toolchain.env(),
        log=log,
        append=False,
    )
