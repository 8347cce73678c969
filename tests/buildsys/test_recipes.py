import os
import shutil
import subprocess
from pathlib import Path

import pytest

from buildlib.errors import BuildError
from buildlib.paths import ROOT
from buildlib.pins import load_pins
from buildlib.recipes import Recipe, build, load_recipe, load_recipes

GOOD = """
archive: libdemo.a
sources: [src/*.c, "{work}/made.c"]
flags: [-O1]
defines: {VALUE: 7}
include: ["{work}", include]
prepare:
  - [sh, -c, "echo 'int made(void) { return 1; }' > {work}/made.c"]
generated:
  config.h:
    template: config.h.in
    replace: {"@VERSION@": "{version_number}"}
headers:
  ".": ["{work}/config.h"]
  demo: [include/*.h]
"""


def recipe(folder: Path, text: str) -> Path:
    path = folder / "demo.yaml"
    path.write_text(text)
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    (source / "src").mkdir(parents=True)
    (source / "include").mkdir()
    (source / "config.h.in").write_text("#define VERSION @VERSION@\n")
    (source / "include/demo.h").write_text("int demo(void);\n")
    (source / "src/demo.c").write_text(
        '#include "config.h"\n#include "demo.h"\nconst char *where(void) { return __FILE__; }\n'
        "int demo(void) { return VALUE + VERSION; }\n"
    )
    return source


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """The host's compiler under Emscripten's names: what a recipe asks of emcc and emar, both have."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, program in (("emcc", "cc"), ("emar", "ar")):
        (tools / name).symlink_to(shutil.which(program) or program)
    return {"PATH": f"{tools}:{os.environ['PATH']}"}


def make(loaded: Recipe, source: Path, out: Path, env: dict[str, str]) -> Path:
    build(
        loaded,
        version="1.2.3",
        source=source,
        prefix=out / "prefix",
        work=out / "work",
        abi_flags=["-fPIC"],
        env=env,
        log=out / "demo.log",
        jobs=2,
    )
    return out / "prefix"


def test_build(tmp_path: Path, source: Path, env: dict[str, str]) -> None:
    prefix = make(load_recipe(recipe(tmp_path, GOOD)), source, tmp_path / "out", env)
    assert (prefix / "include/config.h").read_text() == "#define VERSION 10203\n"
    assert (prefix / "include/demo/demo.h").exists()
    main = tmp_path / "main.c"
    main.write_text("int demo(void); int made(void); int main(void) { return demo() + made() != 10211; }\n")
    subprocess.run(["cc", main, prefix / "lib/libdemo.a", "-o", tmp_path / "main"], check=True)
    subprocess.run([tmp_path / "main"], check=True)


def test_archive_does_not_depend_on_the_place(tmp_path: Path, source: Path, env: dict[str, str]) -> None:
    loaded = load_recipe(recipe(tmp_path, GOOD))
    one = make(loaded, source, tmp_path / "one", env)
    elsewhere = tmp_path / "elsewhere" / "deeper"
    shutil.copytree(source, elsewhere)
    two = make(loaded, elsewhere, tmp_path / "two", env)
    assert (one / "lib/libdemo.a").read_bytes() == (two / "lib/libdemo.a").read_bytes()
    assert str(tmp_path).encode() not in (one / "lib/libdemo.a").read_bytes()


def test_compiler_error_is_shown(tmp_path: Path, source: Path, env: dict[str, str]) -> None:
    (source / "src/bad.c").write_text("#error not today\n")
    with pytest.raises(BuildError, match="not today"):
        make(load_recipe(recipe(tmp_path, GOOD)), source, tmp_path / "out", env)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("src/*.c", "src/*.cpp", "src/*.cpp"),
        ('"@VERSION@"', '"@OTHER@"', "@OTHER@"),
        ("include/*.h", "include/*.hpp", "include/*.hpp"),
        ("src/*.c", "src/demo.c, src/../src/demo.c", "demo.o"),
    ],
)
def test_recipe_that_does_not_fit_its_source(
    tmp_path: Path, source: Path, env: dict[str, str], *, old: str, new: str, named: str
) -> None:
    assert old in GOOD
    with pytest.raises(BuildError) as caught:
        make(load_recipe(recipe(tmp_path, GOOD.replace(old, new))), source, tmp_path / "out", env)
    assert "recipe demo" in caught.value.what
    assert named in caught.value.what


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("flags:", "flag:", "unknown key flag"),
        ("    template:", "    templat:", "unknown key templat"),
        ("archive: libdemo.a", "", "archive"),
        ("[-O1]", "-O1", "flags"),
        ("[-O1]", "[1]", "flags"),
        ("{VALUE: 7}", "{VALUE: yes}", "VALUE"),
        ("  - [sh,", "  - [sh, ]]", "YAML"),
        ("config.h.in\n", "config.h.in\n    text: both\n", "either text or template"),
    ],
)
def test_bad_recipe_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    assert old in GOOD
    path = recipe(tmp_path, GOOD.replace(old, new))
    with pytest.raises(BuildError) as caught:
        load_recipe(path)
    assert str(path) in caught.value.what
    assert named in caught.value.what


def test_every_library_has_a_pin_and_a_recipe() -> None:
    recipes = load_recipes(ROOT / "cpython/recipes")
    assert set(recipes) == set(load_pins(ROOT / "cpython/pins.toml")) - {"cpython"}
