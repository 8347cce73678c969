"""The public names of the Python packages and their signatures, beside those of npm's Pyodide."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from harness.runtime import Runtime

DIFFERENCES = tomllib.loads(Path(__file__).with_name("differences.toml").read_text(encoding="utf-8"))["difference"]

SURVEY = """
import importlib, inspect, json
def signature(value):
    "Names, kinds and defaults of the parameters; None if there is no telling."
    try:
        parameters = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return None
    return [f"{p.kind.description} {p.name} {'' if p.default is p.empty else repr(p.default)}"
            for p in parameters if p.name != "self"]
def kind(value):
    if inspect.ismodule(value): return "module"
    if inspect.isclass(value): return "class"
    if inspect.iscoroutinefunction(value): return "coroutine function"
    return "function" if callable(value) else type(value).__name__
def describe(value):
    if not inspect.isclass(value):
        return [kind(value), signature(value) if callable(value) else None]
    bases = [base.__name__ for base in value.__mro__[1:]
             if base.__module__ == value.__module__ and not base.__name__.startswith('_')]
    return ["class", bases, hasattr(value, "__class_getitem__"), signature(value) if makeable(value) else None]
def makeable(value):
    "Whether calling the class makes an instance, so that its signature means something."
    try:
        value()
    except TypeError as error:
        return "cannot be instantiated" not in str(error) and "cannot create" not in str(error)
    except Exception:
        pass
    return True
def members(value):
    for name in dir(value):
        static = inspect.getattr_static(value, name)
        if not name.startswith("_") and not hasattr(object, name):
            yield name, ["property"] if isinstance(static, property) else describe(getattr(value, name))
found = {}
for name in NAMES:
    module = importlib.import_module(name)
    for public in module.__all__:
        if public in SUBMODULES:
            importlib.import_module(f"{name}.{public}")
        value = getattr(module, public)
        found[f"{name}.{public}"] = describe(value)
        if inspect.isclass(value):
            found |= {f"{name}.{public}.{member}": what for member, what in members(value)}
json.dumps(found)
"""

MODULES = (
    *("pyodide", "pyodide.code", "pyodide.console", "pyodide.ffi", "pyodide.ffi.wrappers"),
    *("pyodide.http", "pyodide.http.pyxhr", "pyodide.webloop"),
)


def survey(runtime: Runtime) -> dict[str, Any]:
    """What stands behind each public name."""
    head = f"NAMES, SUBMODULES = {MODULES}, ('code', 'console', 'ffi', 'http', 'webloop')\n"
    names: dict[str, Any] = json.loads(runtime.run_python(head + SURVEY))
    return names


@pytest.mark.hosts("node24")
@pytest.mark.keeps("imports modules that keep a handle")
def test_names_are_those_of_the_reference(runtime: Runtime, reference: Runtime) -> None:
    ours, theirs = survey(runtime), survey(reference)
    assert len(theirs) > 200
    different = {name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)}
    explained: set[str] = set()
    for row in DIFFERENCES:
        covered = {name for name in different if re.fullmatch(row["name"], name)}
        assert covered, f"nothing needs the difference {row['name']!r} any more"
        explained |= covered
    unexplained = [f"{name}: {ours.get(name)}, theirs {theirs.get(name)}" for name in sorted(different - explained)]
    assert not unexplained, "\n".join(unexplained)


@pytest.mark.hosts("node24")
def test_the_classes_of_pyodide_ffi_take_parameters(runtime: Runtime) -> None:
    code = "from pyodide.ffi import JsArray, JsPromise\n[repr(JsArray[int]), JsPromise[str].__args__[0].__name__]"
    assert runtime.run_python(code) == ["pyodide.ffi.JsArray[int]", "str"]
