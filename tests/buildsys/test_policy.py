"""stdlib-policy.toml: what is refused, and what is generated from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from buildlib import policy
from buildlib.errors import BuildError
from buildlib.policy import Verdict

HEAD = '[python]\nabc = "include"\n'


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], policy.Policy]:
    def load(text: str) -> policy.Policy:
        path = tmp_path / "stdlib-policy.toml"
        path.write_text(text, encoding="utf-8")
        return policy.load(path)

    return load


@pytest.fixture
def cpython(tmp_path: Path) -> Path:
    """A source tree with two Python modules, a core module and two extensions."""
    root = tmp_path / "cpython"
    for folder in ("Lib/email", "Modules", "Python"):
        (root / folder).mkdir(parents=True)
    (root / "Lib/abc.py").touch()
    (root / "Lib/email/__init__.py").touch()
    (root / "Modules/config.c.in").write_text('    {"marshal", PyMarshal_Init},\n')
    (root / "Modules/Setup.bootstrap.in").write_text("*static*\n# comment\n@MODULE_PWD_TRUE@pwd pwdmodule.c\n")
    (root / "Modules/Setup.stdlib.in").write_text(
        "*@MODULE_BUILDTYPE@*\n# @MODULE_{NAME}_TRUE@ is removed\n"
        "@MODULE_ZLIB_TRUE@zlib zlibmodule.c\n"
        "@MODULE__CTYPES_TRUE@_ctypes _ctypes/_ctypes.c _ctypes/cfield.c @MODULE__CTYPES_MALLOC_CLOSURE@\n"
    )
    (root / "Python/stdlib_module_names.h").write_text('"abc",\n"msvcrt",\n')
    return root


COMPLETE = """
[python]
abc = "include"
email = "include"
[c]
marshal = "include"
msvcrt = { verdict = "exclude", reason = "it is for Windows only" }
pwd = { verdict = "exclude", reason = "there are no accounts" }
zlib = { verdict = "include", library = "z", configure = "ZLIB" }
_ctypes = "include"
"""


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[python]\nabc = "inclde"', r"abc has an unknown verdict: inclde \(did you mean include\?\)"),
        ("[python]\nabc = 3", "abc is neither a verdict nor a table"),
        ('[python]\nabc = { verdict = "exclude" }', "abc is excluded without a reason"),
        ('[python]\nabc = { verdict = "stub" }', "abc is a stub without a file"),
        ('[python]\nabc = { verdict = "stub", file = "gone.py" }', r"abc: there is no stub .*gone\.py"),
        ('[python]\nabc = { verdict = "include", reson = "x" }', r"unknown fields: reson \(did you mean reason\?\)"),
        ('[python]\nabc = { verdict = "include", library = "z" }', "abc has unknown fields: library"),
        ('[c]\nzlib = { verdict = "include", library = "z" }', "zlib has only one of library and configure"),
        ('[c]\nzlib = { verdict = "exclude", reason = 5 }', "zlib: reason has a value of the wrong kind"),
        (f'{HEAD}os = "include"\nabc = "include"\n', "names abc twice, in lines 2 and 4"),
        (f'{HEAD}[c]\nabc = "include"\n', r"in \[python\] and in \[c\]: abc"),
        (f"{HEAD}[pyton]\n", "unknown tables: pyton"),
        ('[boot]\nmodules = ["abc", "abc"]', r"\[boot\] has only the lists .*, each name in them once"),
        ('[boot]\nmodules = ["abc"]\nevent_loop = ["abc"]', r"\[boot\] has only the lists .*, each name in them once"),
        ('[boot]\nothers = ["abc"]', r"\[boot\] has only the lists modules, event_loop, common"),
        ("[python\n", "not valid TOML"),
    ],
)
def test_bad_policy_is_refused(load: Callable[[str], policy.Policy], text: str, complaint: str) -> None:
    with pytest.raises(BuildError, match=complaint):
        load(text)


def test_complete_policy_is_accepted(load: Callable[[str], policy.Policy], cpython: Path) -> None:
    policy.check_exhaustive(load(COMPLETE), cpython)


def test_every_unnamed_module_is_named(load: Callable[[str], policy.Policy], cpython: Path) -> None:
    text = COMPLETE.replace('email = "include"\n', "").replace('marshal = "include"\n', "")
    with pytest.raises(BuildError) as caught:
        policy.check_exhaustive(load(text), cpython)
    assert "no row in [python] names: email" in caught.value.what
    assert "no row in [c] names: marshal" in caught.value.what


def test_row_for_an_unknown_module_is_refused(load: Callable[[str], policy.Policy], cpython: Path) -> None:
    text = COMPLETE.replace("email =", "emial =")
    with pytest.raises(BuildError, match=r"CPython does not have: emial \(did you mean email\?\)"):
        policy.check_exhaustive(load(text), cpython)


def test_setup_local_has_each_extension_in_one_section(load: Callable[[str], policy.Policy], cpython: Path) -> None:
    text = policy.setup_local(load(COMPLETE), cpython)
    static, disabled = text.partition("*static*\n")[2].split("\n*disabled*\n")
    assert static.splitlines() == ["_ctypes _ctypes/_ctypes.c _ctypes/cfield.c", "zlib zlibmodule.c"]
    assert disabled.splitlines() == ["pwd"]


def test_a_row_can_replace_the_rule(load: Callable[[str], policy.Policy], cpython: Path) -> None:
    text = COMPLETE.replace('_ctypes = "include"', '_ctypes = { verdict = "include", setup = "own.c $(OWN_CFLAGS)" }')
    assert "\n_ctypes own.c $(OWN_CFLAGS)\n" in policy.setup_local(load(text), cpython)


def test_libraries_are_named_for_modules_left_out_as_well(load: Callable[[str], policy.Policy]) -> None:
    """configure must not go looking for them."""
    assert load(COMPLETE).libraries() == {"ZLIB": "z"}
    excluded = load(COMPLETE.replace('"include", library', '"exclude", reason = "-", library'))
    assert excluded.libraries() == {"ZLIB": "z"}


def test_the_core_cannot_be_left_out(load: Callable[[str], policy.Policy], cpython: Path) -> None:
    text = COMPLETE.replace('marshal = "include"', 'marshal = { verdict = "exclude", reason = "-" }')
    with pytest.raises(BuildError, match="does not run without: marshal"):
        policy.check_exhaustive(load(text), cpython)


def test_our_policy_leaves_out_and_replaces_what_it_promises() -> None:
    ours = policy.load()
    for name in ("test", "idlelib", "tkinter", "ensurepip", "venv", "curses", "turtle", "_pydecimal"):
        assert ours.python[name].verdict is Verdict.EXCLUDE
    for name in ("_hashlib", "_uuid", "pwd", "_testcapi", "_xxtestfuzz", "xxsubtype"):
        assert ours.c[name].verdict is Verdict.EXCLUDE
    for name in ("_ctypes", "_sqlite3", "_lzma", "_bz2", "zlib", "_zstd", "_decimal", "_hmac"):
        assert ours.c[name].verdict is Verdict.INCLUDE
    assert set(ours.stubs()) == {"_ssl", "webbrowser"}
    assert all(reason and not reason.endswith(".") for reason in ours.left_out().values())


def test_every_profile_is_complete() -> None:
    for name in policy.profiles():
        whole = policy.load_all(policy.policy_files(name))
        assert whole.python.keys() == policy.load().python.keys()
        assert all(row.reason for row in whole.c.values() if row.verdict is Verdict.EXCLUDE)


def test_the_minimal_profile_drops_libraries_and_says_why() -> None:
    minimal = policy.load_all(policy.policy_files("minimal"))
    assert {"sqlite3", "ffi", "lzma"} <= minimal.unused_libraries()
    assert "z" not in minimal.unused_libraries()
    assert minimal.libraries() == policy.load().libraries()
    assert minimal.left_out()["sqlite3"] == "the minimal profile is without it; the default profile has it"


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str], policy.Policy]:
    """Ours with a file of the user's on top."""

    def own(text: str) -> policy.Policy:
        path = tmp_path / "my.toml"
        path.write_text(text, encoding="utf-8")
        return policy.load_all(policy.policy_files("default", path))

    return own


def test_a_policy_of_one_s_own_changes_rows(own: Callable[[str], policy.Policy]) -> None:
    mine = own('[python]\nsqlite3 = { verdict = "exclude", reason = "we have none" }\n[data]\ntzdata = "include"\n')
    assert mine.left_out()["sqlite3"] == "we have none"
    assert mine.boot == policy.load().boot


def test_a_whole_copy_of_the_policy_will_do(own: Callable[[str], policy.Policy]) -> None:
    assert own(policy.POLICY_FILE.read_text(encoding="utf-8")) == policy.load()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            '[python]\nsqlite = "include"\n',
            r"my.toml: \[python\] names what stdlib-policy.toml does not: sqlite \(did you",
        ),
        ('[python]\nsqlite3 = "exclude"\n', "my.toml: sqlite3 is excluded without a reason"),
        ('[python]\nabc = "include"\nabc = "include"\n', "my.toml names abc twice, in lines 2 and 3"),
        ('[python]\nabc = { verdict = "stub", file = "none.py" }\n', r"my.toml: abc: there is no stub .*none\.py"),
    ],
)
def test_a_bad_policy_of_one_s_own_is_refused(own: Callable[[str], policy.Policy], text: str, complaint: str) -> None:
    with pytest.raises(BuildError, match=complaint):
        own(text)


def test_a_policy_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"policy=.*/none\.toml: there is no such file"):
        policy.policy_files("default", tmp_path / "none.toml")
