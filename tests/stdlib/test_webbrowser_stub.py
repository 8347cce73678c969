"""The stand-in for webbrowser, with and without a window."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest
from stubs import webbrowser


def test_pages_open_in_the_window_around_us(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    def window_open(url: str, target: str) -> object:
        opened.append((url, target))
        return object()

    js = ModuleType("js")
    js.window = SimpleNamespace(open=window_open)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "js", js)
    assert webbrowser.open("https://example.org/") is True
    assert webbrowser.get().open_new_tab("about:blank") is True
    assert opened == [("https://example.org/", "_blank"), ("about:blank", "_blank")]


def test_a_pop_up_blocker_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    js = ModuleType("js")
    js.window = SimpleNamespace(open=lambda url, target: None)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "js", js)
    assert webbrowser.open_new("https://example.org/") is False


def test_without_a_window_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "js", ModuleType("js"))
    with pytest.raises(webbrowser.Error, match="no browser window"):
        webbrowser.open("https://example.org/")


def test_other_browsers_can_be_registered() -> None:
    mine = webbrowser.BaseBrowser("mine")
    webbrowser.register("Mine", None, mine)
    assert webbrowser.get("mine") is mine
    with pytest.raises(webbrowser.Error, match="could not locate"):
        webbrowser.get("netscape")
