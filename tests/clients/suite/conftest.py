"""The suite runs in the Chromium of the tests, not in one that Playwright downloads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="session")
def playwright_browsers() -> Iterator[dict[str, Any]]:
    """As pytest-pyodide's fixture of the name: the browsers by their names."""
    executable = os.environ.get("CHROMIUM")
    if executable is None:
        yield {}
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--js-flags=--expose-gc"], chromium_sandbox=False
        )
        yield {"chrome": browser}
        browser.close()
