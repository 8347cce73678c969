"""The imports that a module cannot do without."""

from __future__ import annotations

import pytest

from buildlib import imports


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import a.b as c, d", ["a", "a.b", "d"]),
        ("from a import b", ["a", "a.b"]),
        ("from . import b", ["pack", "pack.b"]),
        ("from .c import d", ["pack", "pack.c", "pack.c.d"]),
        ("try:\n    import a\nexcept ImportError:\n    pass", []),
        ("try:\n    import a\nexcept (KeyError, ModuleNotFoundError):\n    import b", []),
        ("try:\n    import a\nexcept KeyError:\n    pass\nfinally:\n    import b", ["a", "b"]),
        ("def f():\n    import a", []),
        ("class C:\n    import a", ["a"]),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    import b", ["b"]),
        ("if sys.platform == 'win32':\n    import a\nelif x:\n    import b", ["b"]),
        ("if __name__ == '__main__':\n    import a", []),
        ("with x:\n    import a", ["a"]),
    ],
)
def test_imports_that_every_import_needs(source: str, found: list[str]) -> None:
    assert imports.imported_by(source.encode(), "pack.mod", file="pack/mod.py") == found


def test_relative_imports_of_a_package_start_in_it() -> None:
    assert imports.imported_by(b"from . import b", "pack", file="pack/__init__.py") == ["pack", "pack.b"]


def test_the_chain_is_the_shortest() -> None:
    members = {
        "a.py": b"import b, c",
        "b.py": b"import d",
        "c/__init__.py": b"from c import sub",
        "c/sub.py": b"import gone.part",
        "d.py": b"import c.sub",
    }
    assert imports.chain(members, ["a"], frozenset({"gone"})) == ("a", "c", "c.sub", "gone")
    assert imports.chain(members, ["a"], frozenset({"other"})) is None
    assert imports.chain(members, ["gone"], frozenset({"gone"})) == ("gone",)
