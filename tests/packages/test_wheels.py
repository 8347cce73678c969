"""Packages that other people made, some compiled with another Emscripten for this distribution's platform.

micropip installs them from an index that has the very files of PyPI. Each is used, not only imported.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from harness.hosts import JsError
from harness.runtime import Runtime

Install = Callable[[str], None]

SORTED_ANIMALS = """
import luau_wasm

luau_wasm.execute('''
local animals = {"fox", "owl", "frog", "rabbit"}
table.sort(animals, function(a, b) return #a < #b end)
local lines = {}
for i, name in animals do table.insert(lines, i .. ". " .. name) end
print(table.concat(lines, "\\\\n"))
''')
"""


@pytest.fixture(scope="module")
def install(micropip: Runtime) -> Install:
    """Installs a requirement and all that it needs."""

    def run(requirement: str) -> None:
        micropip.run_python_async(f"await micropip.install({requirement!r}); None")

    return run


@pytest.fixture(scope="module")
def luau(install: Install, module_runtime: Runtime) -> None:
    install("luau-wasm==0.1a0")
    module_runtime.run_python("import luau_wasm; None")


@pytest.fixture(scope="module")
def msgpack(install: Install, module_runtime: Runtime) -> None:
    install("msgpack")
    module_runtime.run_python("import msgpack, msgpack._cmsgpack; None")


@pytest.fixture(scope="module")
def pydantic(install: Install, module_runtime: Runtime) -> None:
    install("pydantic")
    # What a model imports when it is first made.
    module_runtime.run_python(
        "import pydantic; pydantic.create_model('First', a=(int, 1))(a='2').model_dump_json(); None"
    )


@pytest.mark.usefixtures("luau")
class TestLuau:
    def test_the_sorted_animals(self, runtime: Runtime) -> None:
        assert runtime.run_python(SORTED_ANIMALS) == "1. fox\n2. owl\n3. frog\n4. rabbit\n"

    def test_an_error_thrown_in_cpp_is_a_python_exception(self, runtime: Runtime) -> None:
        code = """
try:
    luau_wasm.execute('print("before"); error("boom")')
except luau_wasm.LuauError as error:
    outcome = str(error)
else:
    outcome = "no exception"
outcome
"""
        assert "boom" in runtime.run_python(code)

    def test_an_exception_caught_in_cpp_stays_there(self, runtime: Runtime) -> None:
        """Luau's pcall catches what its error throws: both ends are C++."""
        script = "local ok, why = pcall(function() error('inner') end) print(ok, why ~= nil)"
        assert runtime.run_python(f'luau_wasm.execute("{script}")') == "false\ttrue\n"

    def test_many_exceptions_leave_the_interpreter_sound(self, runtime: Runtime) -> None:
        code = """
caught = 0
for _ in range(1000):
    try:
        luau_wasm.execute("error('again')")
    except luau_wasm.LuauError:
        caught += 1
caught
"""
        assert runtime.run_python(code) == 1000

    def test_a_syntax_error_is_reported(self, runtime: Runtime) -> None:
        with pytest.raises(JsError, match="LuauError"):
            runtime.run_python("luau_wasm.execute('this is not luau')")


@pytest.mark.usefixtures("msgpack")
class TestMsgpack:
    def test_the_compiled_module_is_in_use(self, runtime: Runtime) -> None:
        assert runtime.run_python("msgpack.Packer.__module__") == "msgpack._cmsgpack"
        assert runtime.run_python("msgpack._cmsgpack.__file__").endswith(".cpython-314-wasm32-emscripten.so")

    def test_values_survive_a_round_trip(self, runtime: Runtime) -> None:
        code = """
import datetime
value = {"int": [0, -1, 2**63, -2**63], "float": 1.5, "text": "é\\U0001f40d", "bytes": b"\\0\\xff", "none": None,
         "nested": [[[]], {"a": {}}], "when": datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)}
packed = msgpack.packb(value, datetime=True)
msgpack.unpackb(packed, timestamp=3) == value
"""
        assert runtime.run_python(code) is True

    def test_the_bytes_are_those_of_the_format(self, runtime: Runtime) -> None:
        assert runtime.run_python("msgpack.packb([1, 'a', None, True, 1.5]).hex()") == "9501a161c0c3cb3ff8000000000000"

    def test_a_python_callback_is_called_from_compiled_code(self, runtime: Runtime) -> None:
        code = "msgpack.unpackb(msgpack.packb({'a': 1}), object_hook=lambda d: sorted(d.items())) == [('a', 1)]"
        assert runtime.run_python(code) is True

    def test_its_errors_are_python_exceptions(self, runtime: Runtime) -> None:
        with pytest.raises(JsError, match="OverflowError: Integer value out of range"):
            runtime.run_python("msgpack.packb(2**64); None")
        with pytest.raises(JsError, match="ValueError: Unpack failed: incomplete input"):
            runtime.run_python("msgpack.unpackb(b'\\x92\\x01'); None")


@pytest.mark.usefixtures("pydantic")
class TestPydantic:
    """Rust, through PyO3."""

    MODEL = """
import pydantic

class Animal(pydantic.BaseModel):
    name: str = pydantic.Field(min_length=2)
    legs: int = 4
    friends: list["Animal"] = []

    @pydantic.field_validator("name")
    @classmethod
    def upper(cls, value):
        return value.upper()
"""

    def test_values_are_validated_and_converted(self, runtime: Runtime) -> None:
        code = self.MODEL + "Animal(name='owl', legs='2', friends=[{'name': 'fox'}]).model_dump_json()"
        assert json.loads(runtime.run_python(code)) == {
            "name": "OWL",
            "legs": 2,
            "friends": [{"name": "FOX", "legs": 4, "friends": []}],
        }

    def test_its_errors_say_what_is_wrong_where(self, runtime: Runtime) -> None:
        code = (
            self.MODEL
            + """
try:
    Animal(name="x", legs="many")
except pydantic.ValidationError as error:
    found = [(each["loc"][0], each["type"]) for each in error.errors()]
found
"""
        )
        assert runtime.run_python(code) == [["name", "string_too_short"], ["legs", "int_parsing"]]

    def test_json_is_parsed_in_rust(self, runtime: Runtime) -> None:
        code = self.MODEL + 'Animal.model_validate_json(\'{"name": "frog", "legs": 4}\').name'
        assert runtime.run_python(code) == "FROG"


PURE = {
    "attrs": (
        """
import attrs
@attrs.define(frozen=True, order=True)
class Point:
    x: int = attrs.field(converter=int, validator=attrs.validators.ge(0))
    y: int = 0
str([sorted([Point("2"), Point(1, 5)]), attrs.asdict(Point(3))])
""",
        "[[Point(x=1, y=5), Point(x=2, y=0)], {'x': 3, 'y': 0}]",
    ),
    "rich": (
        """
import io
from rich.console import Console
from rich.table import Table
table = Table("animal", "legs")
table.add_row("[bold]owl[/bold]", "2")
console = Console(file=io.StringIO(), width=30)
console.print(table)
" ".join(console.file.getvalue().split())
""",
        "┏━━━━━━━━┳━━━━━━┓ ┃ animal ┃ legs ┃ ┡━━━━━━━━╇━━━━━━┩ │ owl │ 2 │ └────────┴──────┘",
    ),
    "beautifulsoup4": (
        """
from bs4 import BeautifulSoup
soup = BeautifulSoup("<ul><li class=a>owl<li class=b>fox</ul>", "html.parser")
[each.text for each in soup.select("li.b")] + [soup.ul.li["class"][0]]
""",
        ["fox", "a"],
    ),
    "sympy": (
        """
import sympy
x = sympy.symbols("x")
[str(sympy.integrate(sympy.sin(x) * x, x)), str(sympy.factor(x**4 - 1)), str(sympy.N(sympy.pi, 20))]
""",
        ["-x*cos(x) + sin(x)", "(x - 1)*(x + 1)*(x**2 + 1)", "3.1415926535897932385"],
    ),
    "jinja2": (
        """
import jinja2, markupsafe._speedups
template = jinja2.Environment(autoescape=True).from_string(
    "{% for name in names %}{{ loop.index }}. {{ name }}{% if not loop.last %}, {% endif %}{% endfor %}"
)
template.render(names=["<fox>", "owl"])
""",
        "1. &lt;fox&gt;, 2. owl",
    ),
    "pyyaml": (
        """
import yaml
value = yaml.safe_load("animals:\\n- {name: owl, legs: 2}\\n- &x [1, 2.5, null]\\n- *x\\n")
[value["animals"][0], value["animals"][2], yaml.safe_dump({"b": [1], "a": "ü"}, allow_unicode=True)]
""",
        [{"name": "owl", "legs": 2}, [1, 2.5, None], "a: ü\nb:\n- 1\n"],
    ),
    "requests": (
        """
import requests
prepared = requests.Request("POST", "http://example.com/a b", params={"q": "ü"}, json={"k": [1]}).prepare()
[prepared.url, prepared.headers["Content-Type"], prepared.body.decode()]
""",
        ["http://example.com/a%20b?q=%C3%BC", "application/json", '{"k": [1]}'],
    ),
}


@pytest.mark.keeps("modules keep what they import from js")
@pytest.mark.hosts("node24", "chromium")
@pytest.mark.parametrize("name", PURE)
def test_a_pure_package_works(install: Install, runtime: Runtime, name: str) -> None:
    code, wanted = PURE[name]
    install(name)
    assert runtime.run_python(code) == wanted
