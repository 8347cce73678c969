"""The console page: someone types into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Route

from harness.chromium import Chromium, Tab
from harness.server import CSP, StaticServer

UNTIL = """
async (wanted) => {
  const screen = () => document.querySelector(".xterm-rows")?.innerText.replaceAll("\\xa0", " ") ?? "";
  const end = performance.now() + 30000;
  while (!new RegExp(wanted).test(screen())) {
    if (performance.now() > end) return screen();
    await new Promise(requestAnimationFrame);
  }
  return null;
}
"""


class Console:
    """The page, and a keyboard."""

    def __init__(self, chromium: Chromium, server: StaticServer) -> None:
        self.server = server
        self._chromium = chromium
        self.tab: Tab = chromium.open(f"{server.url}/console.html")
        self.until("\\n>>> ")

    def type(self, *lines: str) -> None:
        """Type lines, each with an Enter."""
        for line in lines:
            self.keys(line)
            self.press("Enter")

    def keys(self, text: str) -> None:
        self._chromium.call(self.tab.page.keyboard.type(text))

    def press(self, *names: str) -> None:
        for name in names:
            self._chromium.call(self.tab.page.keyboard.press(name))

    def paste(self, text: str) -> None:
        self.tab.evaluate(
            """(text) => {
              const clipboardData = new DataTransfer();
              clipboardData.setData("text/plain", text);
              const event = new ClipboardEvent("paste", { clipboardData, bubbles: true });
              document.querySelector(".xterm-helper-textarea").dispatchEvent(event);
            }""",
            text,
        )

    def until(self, pattern: str) -> None:
        """Wait until the screen matches a JavaScript pattern."""
        screen = self.tab.evaluate(UNTIL, pattern)
        assert screen is None, f"{pattern} is not on the screen:\n{screen}\n{self.tab.output()}"

    def screen(self) -> list[str]:
        """What can be seen: the lines down to the last that has something on it."""
        text: str = self.tab.evaluate("() => document.querySelector('.xterm-rows').innerText")
        return text.replace("\xa0", " ").rstrip().split("\n")

    def colour(self, word: str) -> bool:
        """Whether a piece of the screen that has that word has a colour of its own."""
        found: bool = self.tab.evaluate(
            """(word) => [...document.querySelectorAll(".xterm-rows span[class*='xterm-fg-']")].some(
              (span) => span.innerText.includes(word))""",
            word,
        )
        return found

    def clear(self) -> None:
        """A screen with a prompt on it."""
        self.press("Control+c", "Control+l")
        self.until("^>>> *$")


@pytest.fixture(scope="module")
def page(dist: Path, chromium: Chromium) -> Iterator[Console]:
    with StaticServer({"/": dist}, CSP) as server:
        console = Console(chromium, server)
        yield console
        console.tab.close()


@pytest.fixture
def console(page: Console) -> Console:
    page.clear()
    return page


def test_it_starts_from_the_folder_alone(page: Console) -> None:
    assert page.screen()[0].startswith("Python 3.14")
    names = sorted(path.rpartition("/")[2] for path in page.server.paths())
    assert names == sorted(
        [
            *("console.css", "console.html", "console.mjs"),
            *("pyodide-lock.json", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide.mjs", "python_stdlib.zip"),
        ]
    )
    hosts = (
        "() => performance.getEntriesByType('resource').filter(({name}) => !name.startsWith(location.origin)).length"
    )
    assert page.tab.evaluate(hosts) == 0
    assert page.tab.errors == []


def test_values_and_output(console: Console) -> None:
    console.type("6 * 7")
    console.type("print('é', '😀')", "_ + 1", "x = 1")
    console.until("43\\n>>> x = 1\\n>>> ")
    assert console.screen() == [
        ">>> 6 * 7",
        "42",
        ">>> print('é', '😀')",
        "é 😀",
        ">>> _ + 1",
        "43",
        ">>> x = 1",
        ">>>",
    ]


def test_keys_keep_their_order_while_output_is_written(console: Console) -> None:
    keys = "".join(str(n % 10) for n in range(400))
    console.type("for n in range(2000): print('x' * 60)")
    console.tab.evaluate(
        """async (keys) => {
          const textarea = document.querySelector(".xterm-helper-textarea");
          for (const key of keys) {
            textarea.dispatchEvent(new InputEvent("input", { data: key, inputType: "insertText" }));
            await new Promise((resolve) => setTimeout(resolve));
          }
        }""",
        f"'{keys}'",
    )
    console.press("Enter")
    console.until("'\\n>>> ")
    assert keys in "".join(console.screen())


def test_blocks(console: Console) -> None:
    console.type("def f(x):", "if x:", "return 'yes'", "", "f(1)")
    console.until("'yes'\\n>>> ")
    assert console.screen()[:3] == [">>> def f(x):", "    if x:", "        return 'yes'"]


def test_a_block_is_edited_and_comes_back(console: Console) -> None:
    console.keys("for i in range(2):")
    console.press("Shift+Enter")
    console.keys("  print('got', k)")
    console.press("ArrowUp", "Home", *["ArrowRight"] * 4, "Delete")
    console.keys("k")
    console.press("ArrowDown", "End", "Enter", "Enter")
    console.until("got 0\\ngot 1\\n>>> ")
    console.press("ArrowUp")
    console.until("got 1\\n>>> for k in range\\(2\\):\\n  print")
    console.press("Enter")
    console.until("got 1\\n(.|\\n)*got 0\\ngot 1\\n>>> *$")


def test_several_statements_are_pasted(console: Console) -> None:
    console.paste("@staticmethod\ndef g():\n\n    return 5\nx = [1,\n  2]; y = 3\ng() + x[1] + y\n'last'")
    console.press("Enter")
    console.until("\\n10\\n'last'\\n>>> ")


def test_what_is_typed_ahead_is_not_lost(console: Console) -> None:
    console.type("import asyncio; await asyncio.sleep(0.1, 'slept')", "'then'", "'and'")
    console.until("'slept'\\n>>> 'then'\\n'then'\\n>>> 'and'\\n'and'\\n>>> ")
    console.type("await asyncio.sleep(0.1)", "def h():", "return 'held'", "", "h()")
    console.until("    return 'held'\\n *\\n>>> h\\(\\)\\n'held'\\n>>> ")


def test_completion(console: Console) -> None:
    console.type("import itertools")
    console.until("itertools\\n>>> ")
    console.keys("itertools.prod")
    console.press("Tab")
    console.until("itertools.product\\(")
    console.press("Control+u")
    console.keys("itertools.comb")
    console.press("Tab", "Tab")
    console.until("itertools.combinations\\(  +itertools.combinations_with_replacement\\(\\n>>> itertools.combinations")
    console.clear()
    console.keys("if 1:")
    console.press("Enter", "Tab")
    console.keys("'x'")
    console.until(">>> if 1:\\n        'x'")


def test_tracebacks_have_colours(console: Console) -> None:
    console.type("1 / 0", "a b")
    console.until("invalid syntax\\n>>> ")
    assert console.screen()[:4] == [
        ">>> 1 / 0",
        "Traceback (most recent call last):",
        '  File "<console>", line 1, in <module>',
        "ZeroDivisionError: division by zero",
    ]
    assert console.colour("ZeroDivisionError") and console.colour("SyntaxError")


def test_ctrl_c(console: Console) -> None:
    console.type("import asyncio")
    console.clear()
    console.keys("unfinished(")
    console.press("Control+c")
    console.type("import asyncio; await asyncio.sleep(1000)")
    console.until("sleep\\(1000\\)\\n *$")
    console.press("Control+c")
    console.type("'goes on'")
    console.until("'goes on'\\n>>> ")
    assert console.screen() == [
        *(">>> unfinished(^C", ">>> import asyncio; await asyncio.sleep(1000)", "KeyboardInterrupt"),
        *(">>> 'goes on'", "'goes on'", ">>>"),
    ]


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass\n",
        "import time; time.sleep(1000)",
        "asyncio.run(endless())",
        "await endless()",
        "import re; [re.sub('a', str, 'a' * 100) for _ in iter(int, 1)]",
        "class Slow:\n    def __repr__(self):\n        while True: pass\n\nSlow()",
        "h = asyncio.get_event_loop().call_later(0.05, lambda: sum(range(10**6))); time.sleep(1000)",
    ],
)
def test_ctrl_c_ends_what_computes_or_blocks(console: Console, code: str) -> None:
    console.type("import asyncio, time", "async def endless():", "while True: pass", "", *code.split("\n"))
    console.until("\\n>>> \\S.*\\n *(\\n *)?$")
    console.press("Control+c")
    console.until("KeyboardInterrupt\\n>>> ")
    console.type("'goes on'")
    console.until("'goes on'\\n>>> ")


def test_the_page_lives_while_python_computes(console: Console) -> None:
    """It shows what is printed, and is heard."""
    code = "import js\nclicks = 0\nwhile js.document.title != 'enough': clicks += 1"
    console.paste(f"print('working'); {code}\nprint('title seen'); js.document.title = 'Python console'")
    console.press("Enter")
    console.until("\\nworking\\n")
    console.tab.evaluate("() => { document.title = 'enough'; }")
    console.until("title seen\\n>>> ")


def test_an_interrupt_can_be_caught(console: Console) -> None:
    console.paste("try:\n    print('started')\n    while True: pass\nexcept KeyboardInterrupt:\n    print('caught')\n")
    console.press("Enter")
    console.until("\\nstarted\\n")
    console.press("Control+c")
    console.until("\\ncaught\\n>>> ")


def test_the_page_is_there_for_python(console: Console) -> None:
    console.type("import js", "js.document.title")
    console.until("'Python console'\\n>>> ")


def test_copy_as_script(dist: Path, chromium: Chromium) -> None:
    with StaticServer({"/": dist}, CSP) as server:
        console = Console(chromium, server)
        chromium.call(console.tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"]))
        assert chromium.call(console.tab.page.is_disabled("#copy"))
        console.type("x = 1", "1 / 0", "def f():", "return x", "", "f()")
        console.until("f\\(\\)\\n1\\n>>> ")
        chromium.call(console.tab.page.click("#copy"))
        console.tab.evaluate(
            "async () => { while (document.querySelector('#status').value !== 'Copied')"
            " await new Promise(requestAnimationFrame); }"
        )
        copied = console.tab.evaluate("() => navigator.clipboard.readText()")
        console.tab.close()
    assert copied == "x = 1\ndef f():\n    return x\nf()\n"


def test_progress(dist: Path, chromium: Chromium) -> None:
    """The wasm is held back until the bar has been seen."""
    with StaticServer({"/": dist}, CSP) as server:
        tab = chromium.open("about:blank")
        held: list[Route] = []
        chromium.call(tab.page.route("**/*.wasm", lambda route: held.append(route)))  # noqa: PLW0108 - Playwright sets attributes of it
        tab.goto(f"{server.url}/console.html")
        bar = """async () => {
          const bar = document.querySelector("progress");
          while (bar.hidden || bar.value < 2) await new Promise(requestAnimationFrame);
          return [bar.value < bar.max, bar.checkVisibility(), document.querySelector("#status").value];
        }"""
        assert tab.evaluate(bar) == [True, True, "Loading Python …"]
        for route in held:
            chromium.call(route.continue_())
        gone = """async () => {
          while (!document.querySelector("progress").hidden) await new Promise(requestAnimationFrame);
        }"""
        tab.evaluate(gone)
        tab.close()


def test_history_outlives_the_page(console: Console) -> None:
    console.type("'remembered'")
    console.until("\\n'remembered'\\n>>> ")
    console.tab.goto(f"{console.server.url}/console.html")
    console.until("\\n>>> ")
    console.press("ArrowUp")
    console.until(">>> 'remembered'")


def test_a_load_that_fails_says_so(dist: Path, chromium: Chromium, tmp_path: Path) -> None:
    for name in ("console.html", "console.css", "console.mjs"):
        (tmp_path / name).symlink_to(dist / name)
    with StaticServer({"/": tmp_path}, CSP) as server:
        tab = chromium.open(f"{server.url}/console.html")
        said = tab.evaluate(
            """async () => {
              const status = document.querySelector("#status");
              while (!status.value.startsWith("Python cannot")) await new Promise(requestAnimationFrame);
              return status.value;
            }"""
        )
        tab.close()
    assert said.startswith("Python cannot be loaded: ") and "pyodide.mjs" in said
