"""JavaScript objects as Python modules: `register_js_module`, and importing from what it registered."""

from __future__ import annotations

import sys

from _pyodide_core import JsProxy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
else:
    # importlib.machinery's, without importing importlib: that and what it needs costs more than all of start-up.
    ModuleSpec = type(sys.__spec__)

_registered: dict[str, JsProxy] = {}


class JsFinder:
    """Finds and loads registered objects, and objects that are properties of a module that is one."""

    @staticmethod
    def find_spec(
        fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return None if _find(fullname) is None else _spec(fullname)

    @staticmethod
    def create_module(spec: ModuleSpec) -> JsProxy | None:
        # Found a second time: a loader that held the object would make a cycle through the module's __spec__.
        return _find(spec.name)

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        """Nothing: the object is complete."""

    @staticmethod
    def is_package(fullname: str) -> bool:
        return True


def _spec(fullname: str) -> ModuleSpec:
    return ModuleSpec(fullname, JsFinder, origin="javascript", is_package=True)  # type: ignore[arg-type]


def _find(fullname: str) -> JsProxy | None:
    parent, _, child = fullname.rpartition(".")
    module: object
    if parent:
        package = sys.modules.get(parent)
        module = getattr(package, child, None) if isinstance(package, JsProxy) else None
    else:
        module = _registered.get(fullname)
    return module if isinstance(module, JsProxy) else None


def _complete(module: ModuleType, spec: ModuleSpec) -> None:
    """Give a module that nobody has imported what importing would: its objects can be imported then."""
    module.__spec__, module.__path__ = spec, spec.submodule_search_locations  # type: ignore[assignment]
    module.__package__, module.__loader__ = spec.name, spec.loader


_complete(sys.modules["js"], _spec("js"))  # put there by the core


def register_js_module(name: str, jsproxy: JsProxy) -> None:
    """Make `import name` give a JavaScript object. It takes precedence over nothing that can be imported otherwise.

    Raises TypeError if `name` is no string or `jsproxy` no JavaScript object.
    """
    if not isinstance(name, str):
        raise TypeError(f"Argument 'name' must be a str, not {type(name).__name__!r}")
    if not isinstance(jsproxy, JsProxy):
        raise TypeError(f"Argument 'jsproxy' must be a JsProxy, not {type(jsproxy).__name__!r}")
    if JsFinder not in sys.meta_path:
        sys.meta_path.append(JsFinder)
    _registered[name] = jsproxy


def unregister_js_module(name: str) -> None:
    """Forget a registered object and the modules imported from it. Raises ValueError if it is not registered."""
    if _registered.pop(name, None) is None:
        raise ValueError(f"Cannot unregister {name!r}: no JavaScript module of that name is registered")
    for imported in list(sys.modules):
        if imported == name or imported.startswith(name + "."):
            del sys.modules[imported]


def registered() -> dict[str, JsProxy]:
    """What is registered, by name."""
    return dict(_registered)


def register_only(modules: dict[str, JsProxy]) -> None:
    """Register these instead of those that are."""
    _registered.clear()
    _registered.update(modules)
