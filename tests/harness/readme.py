"""The README as a source of tests: what it shows is run."""

from __future__ import annotations

import re

from buildlib.paths import ROOT


def _blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def example() -> str:
    """The first JavaScript of the README that loads Python. Raises LookupError if there is none."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for block in _blocks("js", text):
        if "loadPyodide" in block:
            return block
    raise LookupError("README.md has no ```js block that calls loadPyodide")


def border(language: str) -> str:
    """The code in `language` of the section about the border. Raises LookupError if there is none."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^## The border.*?(?=^## )", text, re.MULTILINE | re.DOTALL)
    blocks = _blocks(language, section[0]) if section else []
    if not blocks:
        raise LookupError(f"README.md has no section '## The border' with a ```{language} block")
    return blocks[0]


def promised(code: str) -> list[str]:
    """The lines that the comments behind arrows say it prints."""
    return re.findall(r"(?://|#) → (.*)$", code, re.MULTILINE)
