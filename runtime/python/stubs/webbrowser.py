"""Open pages through the browser that Python runs in, with the interface of CPython's webbrowser."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    _Constructor = Callable[[], "BaseBrowser"]

__all__ = ["Error", "get", "open", "open_new", "open_new_tab", "register"]


class Error(Exception):
    """No page can be opened."""


class BaseBrowser:
    """What get() returns: something that opens pages."""

    def __init__(self, name: str = "") -> None:
        self.name = self.basename = name
        self.args: Sequence[str] = ["%s"]

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        raise NotImplementedError

    def open_new(self, url: str) -> bool:
        return self.open(url, 1)

    def open_new_tab(self, url: str) -> bool:
        return self.open(url, 2)


class GenericBrowser(BaseBrowser):
    """The browser around us. Pages always open in another tab or window: this one holds the interpreter."""

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        """Whether the page was opened; pop-up blockers may refuse. Raises Error where there is no window."""
        try:
            from js import window
        except ImportError:
            raise Error("No page can be opened: there is no browser window here (a worker or a server)") from None
        return bool(window.open(url, "_blank"))


_browsers: dict[str, tuple[_Constructor | None, BaseBrowser | None]] = {}
_order: list[str] = []


def register(
    name: str,
    constructor: _Constructor | None,
    instance: BaseBrowser | None = None,
    *,
    preferred: bool = False,
) -> None:
    """Add a kind of browser: an instance, or what makes one."""
    _browsers[name.lower()] = (constructor, instance)
    _order.insert(0 if preferred else len(_order), name)


def get(using: str | None = None) -> BaseBrowser:
    """The browser of that name, or the preferred one. Raises Error if there is none."""
    for name in [using] if using is not None else _order:
        constructor, instance = _browsers.get(name.lower(), (None, None))
        if instance is not None:
            return instance
        if constructor is not None:
            return constructor()
    raise Error("could not locate runnable browser")


def open(url: str, new: int = 0, autoraise: bool = True) -> bool:
    """Open a page in the first browser that takes it, and return whether one did."""
    return any(get(name).open(url, new, autoraise) for name in list(_order))


def open_new(url: str) -> bool:
    """Open a page in a new window."""
    return open(url, 1)


def open_new_tab(url: str) -> bool:
    """Open a page in a new tab."""
    return open(url, 2)


register("browser", None, GenericBrowser("browser"))
