"""Turns TypeScript into what is released: bundles with esbuild, checks with tsc and biome, bundles declarations.

All tools are the npm packages that package-lock.json pins, installed into node_modules of the clone.
Nothing here asks the network but `install`. Paths in the output are relative, so it is the same in every clone.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import jinja2

from buildlib.paths import cache_root
from buildlib.process import run

INSTALLED = Path("node_modules/.package-lock.json")
"""What `install` leaves, relative to the clone: npm writes it last."""

TARGET = "es2022"
"""The language level of everything released: every engine with externref and wasm exceptions has it."""

OUTPUT = (f"--target={TARGET}", "--charset=utf8", "--log-level=warning")
"""How esbuild writes whatever it writes."""

MINIFY = ("--minify", "--line-limit=200")
"""For what is released. Node.js shows the whole line from which an uncaught error comes."""


@dataclass(frozen=True)
class Bundle:
    """One bundle.

    entry:   the entry point, relative to the clone.
    target:  the file to write; its source map is written beside it if `source_map`.
    format:  "esm" for an ES module, "iife" for a script whose names stay private.
    global_name: with "iife", the variable that receives the entry's exports.
    defines: names replaced by a constant, which is written as a JSON value.
    page:    it is part of a page: packages are taken as they are for browsers, styles go into a file of their own.
    """

    entry: Path
    target: Path
    format: Literal["esm", "iife"]
    global_name: str | None = None
    defines: Mapping[str, str] = field(default_factory=dict)
    minify: bool = True
    source_map: bool = True
    page: bool = False

    @property
    def targets(self) -> list[Path]:
        """The files that `bundle` writes."""
        styles = [self.target.with_suffix(".css")] if self.page else []
        return [*(self.target, *styles), *(self._map(file) for file in (self.target, *styles) if self.source_map)]

    @staticmethod
    def _map(file: Path) -> Path:
        return file.with_name(f"{file.name}.map")

    def arguments(self) -> list[str]:
        """What esbuild is called with, in the clone."""
        words = [
            str(self.entry),
            "--bundle",
            f"--outfile={self.target}",
            f"--format={self.format}",
            *OUTPUT,
            f"--platform={'browser' if self.page else 'neutral'}",
            "--legal-comments=none",
            # The loader for `require` is written as a module and sets `exports` itself.
            "--log-override:commonjs-variable-in-esm=silent",
        ]
        words += ["--loader:.py=text"] if self.page else []
        words += MINIFY if self.minify else []
        words += ["--sourcemap=linked"] if self.source_map else []
        words += [f"--global-name={self.global_name}"] if self.global_name else []
        words += [f"--define:{name}={json.dumps(value)}" for name, value in sorted(self.defines.items())]
        return words


def install(root: Path, log: Path) -> None:
    """Install exactly what package-lock.json says. The registry is the one npm is configured for. Raises BuildError."""
    environment = {**os.environ, "npm_config_cache": str(cache_root() / "npm")}
    words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=warn"]
    run(words, cwd=root, env=environment, log=log, append=False)


def bundle(what: Bundle, root: Path, log: Path) -> None:
    """Write `what.targets`. Raises BuildError."""
    what.target.parent.mkdir(parents=True, exist_ok=True)
    run([_tool(root, "esbuild"), *what.arguments()], cwd=root, log=log, append=False)


def minify(module: Path, root: Path, log: Path) -> None:
    """Minify an ES module in its place. Names that its `eval` can see stay. Raises BuildError."""
    words = ["--format=esm", "--log-override:direct-eval=silent", f"--outfile={module}", "--allow-overwrite"]
    run([_tool(root, "esbuild"), module, *OUTPUT, *MINIFY, *words], cwd=root, log=log)


def declarations(entry: Path, target: Path, root: Path, log: Path) -> None:
    """Write one .d.ts that holds all types `entry` needs; only what `entry` exports is exported. Raises BuildError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    options = ["--project", "tsconfig.json", "--no-banner", "--export-referenced-types=false", "--no-check"]
    run([_tool(root, "dts-bundle-generator"), *options, "-o", target, entry], cwd=root, log=log, append=False)


def typecheck(root: Path, log: Path) -> None:
    """Check the TypeScript of js/ and of the glue, whose abi.ts must be there. Raises BuildError with the errors."""
    log.unlink(missing_ok=True)
    for project in ("tsconfig.json", "runtime/glue/tsconfig.json"):
        run([_tool(root, "tsc"), "--project", project, "--pretty", "false"], cwd=root, log=log)


def lint(root: Path, log: Path) -> None:
    """Check style and format of all TypeScript. Raises BuildError with the findings."""
    run([_tool(root, "biome"), "check", "--error-on-warnings"], cwd=root, log=log, append=False)


def unit_tests(root: Path, log: Path) -> None:
    """Run the tests under js/test, on a Node that reads TypeScript. Raises BuildError with the failures."""
    node = root / "node_modules/node24/bin/node"
    tests = sorted(path.relative_to(root) for path in (root / "js/test").glob("*.test.ts"))
    run([node, "--test", *tests], cwd=root, log=log, append=False)


def build_id(files: Sequence[Path]) -> str:
    """SHA-256 over the contents of pyodide.asm.mjs and pyodide.asm.wasm, in that order, in hexadecimal."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Release:
    """Facts that the loaders carry.

    version:     the release's, "314.1.0".
    python:      the minor version of its CPython, "3.14".
    abi_version: of side modules, "2026_0".
    build_id:    see `build_id`.
    """

    version: str
    python: str
    abi_version: str
    build_id: str

    def defines(self) -> dict[str, str]:
        """As js/src/loader/version.ts declares them."""
        return {
            "__VERSION__": self.version,
            "__PYTHON_VERSION__": self.python,
            "__ABI_VERSION__": self.abi_version,
            "__BUILD_ID__": self.build_id,
        }


def loader_bundles(release: Release, out: Path) -> list[Bundle]:
    """The two loaders, written to `out`: pyodide.mjs for `import`, pyodide.js for `require` and script tags."""
    defines = release.defines()
    return [
        Bundle(Path("js/entries/esm.ts"), out / "pyodide.mjs", "esm", defines=defines),
        Bundle(Path("js/entries/umd.ts"), out / "pyodide.js", "iife", defines=defines),
    ]


def command_line_bundle(out: Path) -> Bundle:
    """What `python` runs in Node. It imports pyodide.mjs."""
    return Bundle(Path("js/entries/cli.ts"), out / "python_cli_entry.mjs", "esm", source_map=False)


def console_bundle(out: Path) -> Bundle:
    """The script and the styles of the console page, js/console."""
    return Bundle(Path("js/console/main.ts"), out / "console.mjs", "esm", source_map=False, page=True)


def declaration_entries(out: Path) -> dict[Path, Path]:
    """The entry of each .d.ts that is released, by the file to write."""
    return {out / "pyodide.d.ts": Path("js/entries/esm.ts"), out / "ffi.d.ts": Path("js/entries/ffi.ts")}


def package_json(template: Path, version: str) -> str:
    """The released package.json, from js/templates/package.json.j2."""
    source = template.read_text(encoding="utf-8")
    rendered = jinja2.Template(source, undefined=jinja2.StrictUndefined).render(version=version)
    return json.dumps(json.loads(rendered), indent=2) + "\n"


def _tool(root: Path, name: str) -> Path:
    return root / "node_modules/.bin" / name
