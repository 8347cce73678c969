"""The README as a source of tests: what it shows is run."""

from __future__ import annotations

import re

from buildlib.paths import ROOT


def example() -> str:
    """The first JavaScript of the README that loads Python. Raises LookupError if there is none."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks: list[str] = re.findall(r"^```js\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for block in blocks:
        if "loadPyodide" in block:
            return block
    raise LookupError("README.md has no ```js block that calls loadPyodide")
