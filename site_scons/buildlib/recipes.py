"""Build a C library from a recipe: a static archive and its headers in a prefix."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from buildlib.errors import BuildError
from buildlib.process import run

BATCH = 8
"""Sources per compiler call, at most: the Emscripten driver takes longer to start than most files take to compile."""


@dataclass(frozen=True)
class Generated:
    """A file written before compiling: `text`, or the source file `template` with each key of `replace` replaced."""

    path: str
    text: str = ""
    template: str = ""
    replace: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Recipe:
    """How one library is built.

    Paths are relative to the unpacked source unless they begin with `{work}/`. In paths, commands and
    replacements `{source}`, `{work}`, `{jobs}`, `{version}` and `{version_number}` (x*10000 + y*100 + z)
    are filled in. `sources` and `headers` may hold glob patterns, each of which must match something.
    """

    name: str
    archive: str
    sources: tuple[str, ...]
    headers: tuple[tuple[str, tuple[str, ...]], ...]
    """Folder inside `include/`, and the files that go there."""
    flags: tuple[str, ...] = ()
    defines: tuple[tuple[str, str], ...] = ()
    include: tuple[str, ...] = ()
    generated: tuple[Generated, ...] = ()
    prepare: tuple[tuple[str, ...], ...] = ()
    """Commands run in the work folder with the host's tools, before anything is compiled."""


def load_recipe(path: Path) -> Recipe:
    """Read `<name>.yaml`. Raises BuildError naming the file and the key that is wrong."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BuildError(f"cannot read the recipe {path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise BuildError(f"{path} is not valid YAML: {error}") from error
    table = _Table(path, "", data)
    table.only("archive", "sources", "headers", "flags", "defines", "include", "generated", "prepare")
    return Recipe(
        name=path.stem,
        archive=table.text("archive"),
        sources=table.texts("sources"),
        headers=tuple((folder, table.at("headers").texts(folder)) for folder in table.at("headers").data),
        flags=table.texts("flags", ()),
        defines=table.at("defines", {}).macros(),
        include=table.texts("include", ()),
        generated=tuple(_generated(table.at("generated", {}).at(key)) for key in table.at("generated", {}).data),
        prepare=tuple(table.lists("prepare")),
    )


def load_recipes(folder: Path) -> dict[str, Recipe]:
    """Every recipe of a folder, by name, in the order of their names."""
    return {path.stem: load_recipe(path) for path in sorted(folder.glob("*.yaml"))}


def build(
    recipe: Recipe,
    *,
    version: str,
    source: Path,
    prefix: Path,
    work: Path,
    abi_flags: Sequence[str],
    env: Mapping[str, str],
    log: Path,
    jobs: int = 1,
) -> None:
    """Build `recipe` from the unpacked `source` and add `lib/<archive>` and `include/…` to `prefix`.

    `work` is emptied first and left behind for inspection; `source` is only read. `abi_flags` are what every
    object of the distribution is compiled with; they come after the recipe's own. emcc and emar are found by the PATH
    of `env`. The archive does not depend on where `source` and `work` are. Raises BuildError, with the end of
    the log when a command fails.
    """
    source, work, prefix, log = source.resolve(), work.absolute(), prefix.absolute(), log.absolute()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    fill = _Fill(recipe, source, work, version, jobs)

    for command in recipe.prepare:
        run([fill.text(word) for word in command], cwd=work, log=log, env=env)
    for item in recipe.generated:
        (work / item.path).parent.mkdir(parents=True, exist_ok=True)
        (work / item.path).write_text(fill.generated(item), encoding="utf-8")

    flags = [
        *recipe.flags,
        *(f"-D{name}={value}" for name, value in recipe.defines),
        *(f"-I{fill.path(folder)}" for folder in recipe.include),
        *abi_flags,
        f"-ffile-prefix-map={source}={recipe.name}",
        f"-ffile-prefix-map={work}={recipe.name}",
    ]
    sources = [path for pattern in recipe.sources for path in fill.files(pattern)]
    objects = _compile(recipe, sources, flags, work / "objects", env=env, log=log, jobs=jobs)

    # A fresh archive in the recipe's order; D leaves out times and owners.
    archive = work / recipe.archive
    run(["emar", "rcsD", archive, *objects], cwd=work, log=log, env=env)
    _install(archive, prefix / "lib" / recipe.archive)
    for folder, patterns in recipe.headers:
        for pattern in patterns:
            for header in fill.files(pattern):
                _install(header, prefix / "include" / folder / header.name)


def _compile(
    recipe: Recipe,
    sources: Sequence[Path],
    flags: Sequence[str],
    folder: Path,
    *,
    env: Mapping[str, str],
    log: Path,
    jobs: int,
) -> list[Path]:
    """The objects of `sources`, in their order, in `folder`."""
    names = [path.with_suffix(".o").name for path in sources]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BuildError(f"recipe {recipe.name}: two sources make {', '.join(twice)}", "Rename or drop one of them.")
    folder.mkdir()
    size = min(BATCH, math.ceil(len(sources) / jobs))
    batches = [sources[start : start + size] for start in range(0, len(sources), size)]
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        calls = [pool.submit(run, ["emcc", "-c", *flags, *batch], cwd=folder, log=log, env=env) for batch in batches]
        try:
            for call in calls:
                call.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [folder / name for name in names]


def _install(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)


class _Fill:
    """Fills placeholders of one recipe and finds its files."""

    def __init__(self, recipe: Recipe, source: Path, work: Path, version: str, jobs: int) -> None:
        self.recipe, self.source, self.work = recipe, source, work
        numbers = [int(part) for part in version.split(".")]
        self.values = {
            "source": os.fspath(source),
            "work": os.fspath(work),
            "jobs": str(jobs),
            "version": version,
            "version_number": str(numbers[0] * 10000 + numbers[1] * 100 + numbers[2]),
        }

    def text(self, text: str) -> str:
        for key, value in self.values.items():
            text = text.replace(f"{{{key}}}", value)
        return text

    def path(self, path: str) -> Path:
        return self.source / self.text(path)

    def files(self, pattern: str) -> list[Path]:
        """The files that `pattern` names, sorted."""
        base, rest = (
            (self.work, pattern.removeprefix("{work}/")) if pattern.startswith("{work}/") else (self.source, pattern)
        )
        if found := sorted(base.glob(rest)):
            return found
        raise BuildError(f"recipe {self.recipe.name}: {pattern} matches no file in {base}")

    def generated(self, item: Generated) -> str:
        if not item.template:
            return self.text(item.text)
        text = self.path(item.template).read_text(encoding="utf-8")
        for old, new in item.replace:
            if old not in text:
                raise BuildError(f"recipe {self.recipe.name}: {item.template} does not contain {old!r}")
            text = text.replace(old, self.text(new))
        return text


def _generated(table: _Table) -> Generated:
    table.only("text", "template", "replace")
    if ("text" in table.data) == ("template" in table.data):
        raise table.error("needs either text or template")
    replace = table.at("replace", {})
    return Generated(
        path=table.where,
        text=table.text("text", ""),
        template=table.text("template", ""),
        replace=tuple((key, replace.text(key)) for key in replace.data),
    )


class _Table:
    """A mapping of the YAML file that knows where it stands."""

    def __init__(self, file: Path, where: str, data: Any) -> None:
        self.file, self.where = file, where
        if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
            raise self.error("must be a mapping with text keys")
        self.data: dict[str, Any] = data

    def error(self, what: str) -> BuildError:
        return BuildError(f"{self.file}: {self.where or 'the recipe'} {what}")

    def only(self, *known: str) -> None:
        if unknown := sorted(self.data.keys() - set(known)):
            raise BuildError(
                f"{self.file}: {self.where + ': ' if self.where else ''}unknown key {', '.join(unknown)}",
                f"Known keys: {', '.join(known)}",
            )

    def at(self, key: str, default: Any = None) -> _Table:
        return _Table(self.file, key, self.data.get(key, default))

    def text(self, key: str, default: str | None = None) -> str:
        value = self.data.get(key, default)
        if not isinstance(value, str):
            raise self.error(f"needs a text under {key}")
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self.data.get(key, default)
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
            raise self.error(f"needs a list of texts under {key}")
        return tuple(value)

    def macros(self) -> tuple[tuple[str, str], ...]:
        for key, value in self.data.items():
            if not isinstance(value, (str, int)) or isinstance(value, bool):
                raise self.error(f"needs a text or a number under {key}")
        return tuple(sorted((key, str(value)) for key, value in self.data.items()))

    def lists(self, key: str) -> list[tuple[str, ...]]:
        value = self.data.get(key, [])
        if not isinstance(value, list):
            raise self.error(f"needs a list of commands under {key}")
        return [_Table(self.file, key, {"command": item}).texts("command") for item in value]
