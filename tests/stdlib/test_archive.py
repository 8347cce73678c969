"""What reads modules as files: they are in an archive, and that shall not show."""

from __future__ import annotations

import pytest

from harness.runtime import Runtime


@pytest.mark.parametrize(
    ("what", "first"),
    [
        ("textwrap.dedent", "def dedent("),
        ("json.decoder.JSONDecoder", "class JSONDecoder("),
        ("pyodide.code.eval_code", "def eval_code("),
        ("os.makedirs", "def makedirs("),
        ("os.PathLike", "class PathLike("),
        ("collections.abc.Sequence", "class Sequence("),
        ("importlib.util.find_spec", "def find_spec("),
    ],
    ids=["source", "package", "bytecode", "frozen function", "frozen class", "frozen alias", "frozen bootstrap"],
)
def test_sources_can_be_read(runtime: Runtime, what: str, first: str) -> None:
    """Of modules loaded from source, from bytecode, and of those frozen into the interpreter."""
    code = (
        f"import collections.abc, importlib.util, inspect, json, os, pyodide.code, textwrap; inspect.getsource({what})"
    )
    assert runtime.run_python(code).startswith(first)


def test_tracebacks_show_the_source_of_frozen_modules(runtime: Runtime) -> None:
    code = """
        import os, traceback
        try:
            os.makedirs("")
        except OSError:
            text = traceback.format_exc()
        text
    """
    assert "\n    mkdir(name, mode)\n" in runtime.run_python(code)


def test_linecache_of_a_module(runtime: Runtime) -> None:
    code = """
        import linecache, textwrap
        linecache.clearcache()
        linecache.getlines(textwrap.__file__, vars(textwrap))[0]
    """
    assert runtime.run_python(code).startswith('"""Text wrapping')


def test_resources(runtime: Runtime) -> None:
    code = """
        from importlib import resources
        root = resources.files("json")
        with resources.as_file(root / "tool.py") as path:
            copied = path.read_text()
        [sorted(item.name for item in root.iterdir() if item.is_file() and item.name.endswith(".py")),
         (root / "tool.py").read_text() == copied, (root / "none").is_file()]
    """
    names, equal, missing = runtime.run_python(code)
    assert {"__init__.py", "decoder.py", "tool.py"} <= set(names)
    assert (equal, missing) == (True, False)


def test_pkgutil(runtime: Runtime) -> None:
    code = """
        import json, pkgutil
        top = {module.name for module in pkgutil.iter_modules()}
        [sorted(module.name for module in pkgutil.iter_modules(json.__path__)), "sqlite3" in top,
         [module.name for module in pkgutil.walk_packages(json.__path__, "json.")][:1],
         pkgutil.get_data("json", "tool.py")[:3] != b""]
    """
    names, found, walked, data = runtime.run_python(code)
    assert {"decoder", "encoder", "tool"} <= set(names)
    assert (found, walked, data) == (True, ["json.__main__"], True)


def test_zipimport(runtime: Runtime) -> None:
    code = """
        import sys, zipimport
        importer = zipimport.zipimporter(next(entry for entry in sys.path if entry.endswith(".zip")))
        [importer.is_package("email"), importer.is_package("colorsys"), importer.get_source("colorsys") is not None,
         importer.get_filename("email").endswith("/email/__init__.py"), importer.find_spec("nothing")]
    """
    assert runtime.run_python(code) == [True, False, True, True, None]


def test_modules_say_where_they_are(runtime: Runtime) -> None:
    code = """
        import colorsys, inspect, pyodide.code
        [colorsys.__file__, inspect.getsourcefile(colorsys), pyodide.code.__file__, inspect.getsourcefile(pyodide.code)]
    """
    assert runtime.run_python(code) == [
        *["/lib/python314.zip/colorsys.py"] * 2,
        *("/lib/python314.zip/pyodide/code.pyc", "/lib/python314.zip/pyodide/code.py"),
    ]


def test_one_s_own_zip_can_be_imported(runtime: Runtime) -> None:
    code = """
        import sys, zipfile
        with zipfile.ZipFile("/tmp/mine.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mine_zipped/__init__.py", "from .part import answer")
            archive.writestr("mine_zipped/part.py", "answer = 42")
        sys.path.append("/tmp/mine.zip")
        import mine_zipped
        found = mine_zipped.answer
        sys.path.remove("/tmp/mine.zip")
        found
    """
    assert runtime.run_python(code) == 42
