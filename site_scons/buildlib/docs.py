"""Builds the documentation's site: pages, the JavaScript reference from TSDoc, the Python one from docstrings."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

from buildlib.errors import BuildError
from buildlib.paths import cache_root
from buildlib.process import run

SHIM = "https://unpkg.com/iframe-worker/shim"


def environment(requirements: Path, log: Path) -> Path:
    """The Python of a virtual environment with exactly these requirements, made on first use. Raises BuildError."""
    key = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()[:16]
    venv = cache_root() / f"docs-{key}"
    python = venv / "bin/python"
    if not (venv / "complete").exists():
        run([sys.executable, "-m", "venv", "--clear", venv], cwd=cache_root(), log=log, append=False)
        run(
            [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirements],
            cwd=cache_root(),
            log=log,
        )
        (venv / "complete").touch()
    return python


def build(root: Path, python: Path, out: Path, log: Path) -> None:
    """Write the site to `out`/site. Raises BuildError, for a broken link too."""
    shutil.rmtree(out, ignore_errors=True)
    pages = out / "pages"
    shutil.copytree(root / "docs/pages", pages)
    made = out / "typedoc"
    typedoc = root / "node_modules/.bin/typedoc"
    options = root / "docs/typedoc.json"
    run([typedoc, "--options", options, "--treatWarningsAsErrors", "--out", made], cwd=root, log=log, append=False)
    for name, title in (("pyodide", "JavaScript"), ("ffi", "Python objects in JavaScript")):
        text = without_inherited((made / f"{name}.md").read_text(encoding="utf-8"))
        (pages / f"reference/{name}.md").write_text(f"# {title}\n\n{text}", encoding="utf-8")
    env = {**os.environ, "DOCS_PAGES": str(pages), "DOCS_SITE": str(out / "site")}
    run([python, "-m", "mkdocs", "build", "--strict", "-f", root / "docs/mkdocs.yml"], cwd=root, env=env, log=log)
    _bring_shim(root / "node_modules/iframe-worker/shim/index.js", out / "site")


def _bring_shim(shim: Path, site: Path) -> None:
    """The theme loads what makes its search work from a folder from elsewhere; the site brings its own copy along."""
    shutil.copyfile(shim, site / "assets/javascripts/iframe-worker.js")
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if SHIM not in text:
            raise BuildError(f"{page.name} does not load {SHIM}", "Has the theme changed? See _bring_shim.")
        up = "../" * (len(page.relative_to(site).parts) - 1)
        page.write_text(text.replace(SHIM, f"{up}assets/javascripts/iframe-worker.js"), encoding="utf-8")


def without_inherited(markdown: str) -> str:
    """Without the members that a class has from another, where they are described: `#####` sections that say so."""
    sections = re.split(r"^(?=#{2,5} )", markdown, flags=re.MULTILINE)
    kept = [text for text in sections if not (text.startswith("##### ") and "\n###### Inherited from\n" in text)]
    # A heading of which nothing is left.
    bare = re.compile(r"#### \w+\s*$")
    following = [*kept[1:], "# "]
    return "".join(
        text
        for text, after in zip(kept, following, strict=True)
        if not (bare.match(text) and not after.startswith("##### "))
    )
