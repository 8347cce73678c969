"""The examples of the documentation's pages, as docs/README.md describes them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from buildlib.paths import ROOT

PAGES = ROOT / "docs/pages"
BLOCK = re.compile(
    r"^(?:<!-- hosts: (?P<hosts>\w+) -->\n\n)?"
    r"```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
RUN = ("js", "python")
"""The languages of blocks that are run where they have no title."""

ARROW = re.compile(r"(?://|#) → (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """One block. `hosts` is the beginning of the names of the hosts it is for; `title` makes it a file."""

    language: str
    title: str | None
    hosts: str
    code: str

    @property
    def promised(self) -> list[str]:
        """The lines that it prints."""
        return ARROW.findall(self.code)


def examples(page: str) -> list[Example]:
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    return [
        Example(found["language"], found["title"], found["hosts"] or "", found["code"])
        for found in BLOCK.finditer(text)
    ]


def file(page: str, title: str) -> str:
    """The block of that title. Raises ValueError unless there is exactly one."""
    (found,) = (example.code for example in examples(page) if example.title == title)
    return found


def script(page: str, host: str) -> tuple[str, list[str]]:
    """All of a page's examples for `host` as the body of one async function, and the lines that it must return."""
    wanted = [
        example
        for example in examples(page)
        if example.language in RUN and example.title is None and host.startswith(example.hosts)
    ]
    steps = [example.code if example.language == "js" else _python(example.code) for example in wanted]
    body = f"""{{
        const printed = [];
        const console = {{ log: (...values) => printed.push(values.map(String).join(" ")) }};
        const pyodide = await loadPyodide();
        {"".join(steps)}
        return printed;
    }}"""
    return body, [line for example in wanted for line in example.promised]


def _python(code: str) -> str:
    return f"""
        pyodide.setStdout({{ batched: (line) => printed.push(line) }});
        await pyodide.runPythonAsync({json.dumps(code)});
        pyodide.setStdout();
    """
