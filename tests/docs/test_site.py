"""The site: its search and its references, without a server and without a network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from buildlib import docs
from buildlib.paths import ROOT
from harness.chromium import Chromium, Tab

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


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (
            "pyodide",
            ["loadPyodide", "runPythonAsync", "StdinOptions", "indexURL", "mountNativeFS", "createPyodideModule"],
        ),
        ("ffi", ["PyProxy", "PyCallable", "callKwargs", "PyBufferView", "create_pyproxies"]),
        (
            "python",
            ["pyodide.code.eval_code", "pyodide.ffi.create_proxy", "pyodide.http.pyfetch", "WebLoop", "Console"],
        ),
    ],
)
def test_the_reference_has(page: str, names: list[str]) -> None:
    text = (SITE / f"reference/{page}.html").read_text(encoding="utf-8")
    assert [name for name in names if name not in text] == []


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
