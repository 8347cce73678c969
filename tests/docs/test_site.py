"""The site: its search and its references, without a server and without a network."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from buildlib import docs
from buildlib.paths import ROOT
from harness.chromium import Chromium, Tab
from harness.runtime import Runtime

SITE = ROOT / "build/docs/site"

FOUND = """(query) => new Promise((resolve) => {
  const input = document.querySelector("[data-md-component=search-query]");
  const results = () => [...document.querySelectorAll(".md-search-result__link")].map((link) => link.href);
  const look = () => results().length && resolve(results());
  new MutationObserver(look).observe(document.querySelector(".md-search-result"), { childList: true, subtree: true });
  input.focus();
  input.value = query;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
})"""


@pytest.fixture
def home(chromium: Chromium) -> Iterator[Tab]:
    assert (SITE / "index.html").exists(), "run ./scons docs"
    tab = chromium.open((SITE / "index.html").as_uri())
    yield tab
    tab.close()


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("IndexedDB", "files.html"),
        ("mountNativeFS", "reference/pyodide.html"),
        ("getBuffer", "reference/ffi.html"),
        ("create_once_callable", "reference/python.html"),
    ],
)
def test_the_search_finds(home: Tab, query: str, page: str) -> None:
    """In a folder, from file: addresses."""
    found = home.evaluate(FOUND, query, timeout=20)
    assert any(page in address for address in found), found


def test_nothing_comes_from_elsewhere() -> None:
    """No page, style or script names another place to load from."""
    for path in SITE.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for attribute in ('src="http', 'src="//', '<link rel="stylesheet" href="http', '<link rel="preconnect"'):
            assert attribute not in text, path
    for path in SITE.rglob("*.css"):
        assert "url(http" not in path.read_text(encoding="utf-8"), path


UNDESCRIBED = {
    "BUILD_ID": "private, in the reference as well",
    "cdnUrl": "private, in the reference as well",
    "PyodideConfigWithDefaults": "for the loader's own parts; what users write is PyodideConfig",
    "makeMemorySnapshot": "private, in the reference as well; a page describes it",
    "$$flags": "private: the bits that instanceof looks at",
    **dict.fromkeys(("then", "catch", "finally"), "a promise's"),
    **dict.fromkeys(("message", "stack", "cause"), "an error's"),
}
"""What the declarations have and the site has not, and why."""


def texts(page: str) -> str:
    return (SITE / f"reference/{page}.html").read_text(encoding="utf-8")


def headings(page: str) -> set[str]:
    """The names that the headings of a page are about."""
    found = re.findall(r"<h[1-6][^>]*>(.*?)<a ", texts(page), re.DOTALL)
    return {re.sub(r"<[^>]+>|[~?]|\(\)", "", text).strip() for text in found}


def test_the_references_have_every_declared_name(dist: Path) -> None:
    """Types, what they consist of, and functions."""
    files = (ROOT / "tests/types/exports.cjs", dist / "pyodide.d.ts", dist / "ffi.d.ts")
    words = ["node", *map(str, files)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    described = headings("pyodide") | headings("ffi")
    declared: set[str] = set()
    for file in json.loads(done.stdout):
        declared |= {*file, *(member for what in file.values() for member in what["members"])}
    assert len(declared) > 150
    public = {name for name in declared if not name.startswith("_")}
    assert public - described == UNDESCRIBED.keys() & public
    assert UNDESCRIBED.keys() <= public


PUBLIC = """
import importlib, inspect, json
found = []
for name in NAMES:
    module = importlib.import_module(name)
    for public in module.__all__:
        value = getattr(module, public, None)
        if inspect.ismodule(value) or value is None:
            continue
        found.append(f"{name}.{public}")
        if inspect.isclass(value):
            inherited = set().union(*map(vars, value.__mro__[1:]))
            own = [member for member in vars(value) if not member.startswith("_") and member not in inherited]
            found += [f"{name}.{public}.{member}" for member in own]
json.dumps(found)
"""


@pytest.mark.hosts("node24")
@pytest.mark.keeps("imports modules that keep a handle")
def test_the_reference_has_every_name_of_python(runtime: Runtime) -> None:
    names = [f"pyodide.{name}" for name in ("code", "console", "ffi", "ffi.wrappers", "http", "http.pyxhr", "webloop")]
    public = set(json.loads(runtime.run_python(f"NAMES = {names}\n{PUBLIC}")))
    assert len(public) > 100
    missing = public - set(re.findall(r' id="([^"]+)"', texts("python")))
    assert not missing, "\n".join(sorted(missing))


def test_members_are_described_where_they_come_from() -> None:
    markdown = """### A

#### Methods

##### own()

Own.

### B

#### Methods

##### own()

Own.

###### Inherited from

A.own

#### Properties

##### mine

Mine.
"""
    expected = "### A\n\n#### Methods\n\n##### own()\n\nOwn.\n\n### B\n\n#### Properties\n\n##### mine\n\nMine.\n"
    assert docs.without_inherited(markdown) == expected
