"""Typed signatures: what `JsProxy.bind_sig` and `JsProxy.bind_class` make of calls and attributes.

A signature is a function, whose parameters and annotations describe a JavaScript function; a class, which describes an
object by the annotations and methods in it, or a function by its `__call__`; or `type[cls]`, a class itself. These
annotations of a parameter, a result or an attribute convert its value; with all others, it is translated as usual:

    Deep           a deep conversion: to_js() of an argument, to_py() of a result
    Json           a view: asJsJson() of an argument, as_py_json() of a result
    Default        the usual translation
    a class made with Py2JsConverterMeta or Js2PyConverterMeta
    a subclass of BindClass, or type[…] of one: the result has that as its signature
    Future[…], Awaitable[…]: a promise of what one of these converts; `async def` means the same

Each of them may stand in Annotated[…], or be one of two in a union with None. Arguments by keyword become one last
object, without those that are None.

runtime/core/jsproxy/signature.c calls `call` and `attribute`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from inspect import Parameter, Signature, getattr_static, iscoroutinefunction, signature
from types import FunctionType, MethodType, NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import _pyodide_core
from _pyodide_core import JsProxy, js_flags, js_ops, jsnull, operate
from pyodide.ffi import has_own_form, to_js  # type: ignore[attr-defined]  # the stub has what is public

from _pyodide._jsmixins import to_future

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Callable

T = TypeVar("T")


class Lent:
    """The PyProxies that converters make for the arguments of a call, and that end with it."""

    def __init__(self) -> None:
        self._list: Any = None

    @property
    def list(self) -> Any:
        """A JavaScript array for them."""
        if self._list is None:
            self._list = to_js([])
        return self._list

    def end(self, result: object) -> None:
        """The call is over, as soon as its result is, if that is a promise or a generator."""
        if self._list is not None:
            operate(result if isinstance(result, JsProxy) else None, js_ops["PROXY_DESTROY_AFTER"], self._list)


@dataclass(frozen=True)
class Py2JsConverter:
    """What becomes of an argument."""

    convert: Callable[[Any, Lent], Any]


@dataclass(frozen=True)
class Js2PyConverter:
    """What becomes of a result or an attribute, which has been translated as usual before."""

    convert: Callable[[Any], Any]


def _to_js(value: Any, lent: Lent) -> Any:
    return value if has_own_form(value) else to_js(value, pyproxies=lent.list)


def _as_js_json(value: Any, lent: Lent) -> Any:
    if has_own_form(value):
        return value
    view = operate(None, js_ops["PROXY_NEW_JSON"], value)
    lent.list.append(view)
    return view


def _to_py(value: Any) -> Any:
    return value.to_py() if isinstance(value, JsProxy) else value


def _as_py_json(value: Any) -> Any:
    return value.as_py_json() if hasattr(type(value), "as_py_json") else value


py2js_default = Py2JsConverter(lambda value, lent: value)
py2js_deep = Py2JsConverter(_to_js)
py2js_as_js_json = Py2JsConverter(_as_js_json)
js2py_default = Js2PyConverter(lambda value: value)
js2py_deep = Js2PyConverter(_to_py)
js2py_as_py_json = Js2PyConverter(_as_py_json)


class Default:
    """The usual translation."""

    py2js = py2js_default
    js2py = js2py_default


class Deep:
    """A deep conversion."""

    py2js = py2js_deep
    js2py = js2py_deep


class Json:
    """A view in which dicts are objects and lists are arrays."""

    py2js = py2js_as_js_json
    js2py = js2py_as_py_json


class BindClass:
    """The base of classes that are signatures wherever they are an annotation."""


class Py2JsConverterMeta(type):
    """Makes a converter of a class: its `pre_convert` comes before what `converter` does, if it has one."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        before: Callable[[Any], Any] = namespace["pre_convert"]
        rest: Py2JsConverter = namespace.get("converter", py2js_default)
        return Py2JsConverter(lambda value, lent: rest.convert(before(value), lent))


class Js2PyConverterMeta(type):
    """Makes a converter of a class: its `post_convert` comes after what `converter` does, if it has one."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        after: Callable[[Any], Any] = namespace["post_convert"]
        rest: Js2PyConverter = namespace.get("converter", js2py_default)
        return Js2PyConverter(lambda value: after(rest.convert(value)))


def create_promise_converter(inner: Js2PyConverter) -> Js2PyConverter:
    """A future of what `inner` makes of the value of a promise."""

    def settle(future: Future[Any], value: Any) -> None:
        try:
            future.set_result(inner.convert(value))
        except Exception as error:
            future.set_exception(error)

    def convert(value: Any) -> Future[Any]:
        if not getattr(type(value), "_js_type_flags", 0) & js_flags["IS_AWAITABLE"]:
            raise TypeError(f"The signature says that JavaScript gives a promise, but it gave {type(value).__name__}")
        return to_future(value, settle)

    return Js2PyConverter(convert)


# From annotations to converters. None: an annotation that says nothing.


def _alternatives(annotation: Any) -> tuple[list[Any], bool]:
    """What may convert: metadata of Annotated, then its type; and whether None is allowed too."""
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        inner, optional = _alternatives(arguments[0])
        return [*arguments[1:], *inner], optional
    if get_origin(annotation) is UnionType and len(arguments) == 2 and NoneType in arguments:
        inner, _ = _alternatives(arguments[arguments[0] is NoneType])
        return inner, True
    return [annotation], False


def _py2js(annotation: Any) -> Py2JsConverter:
    for each in _alternatives(annotation)[0]:
        found = getattr(each, "py2js", each)
        if isinstance(found, Py2JsConverter):
            return found
    return py2js_default


def _js2py(annotation: Any) -> Js2PyConverter | None:
    alternatives, optional = _alternatives(annotation)
    found = next((found for found in map(_js2py_of, alternatives) if found), None)
    if found is None or not optional:
        return found
    convert = found.convert
    return Js2PyConverter(lambda value: value if value is None or value is jsnull else convert(value))


def _js2py_of(annotation: Any) -> Js2PyConverter | None:
    found = getattr(annotation, "js2py", annotation)
    if isinstance(found, Js2PyConverter):
        return found
    origin, arguments = get_origin(annotation), get_args(annotation)
    # By name, because asyncio costs more than all of start-up.
    if getattr(origin, "__name__", None) in ("Future", "Awaitable", "Coroutine"):
        return create_promise_converter(_js2py(arguments[-1]) or js2py_default)
    described = arguments[0] if origin is type else annotation
    if isinstance(described, type) and issubclass(described, BindClass):
        return Js2PyConverter(lambda value: value.bind_sig(annotation))
    return None


# What signatures say is worked out once, and kept where it comes from.


def _kept(owner: Any, name: str, make: Callable[[], T]) -> T:
    try:
        found: T = vars(owner)[name]
    except (KeyError, TypeError):
        found = make()
        with suppress(AttributeError, TypeError):  # builtin functions have no room
            setattr(owner, name, found)
    return found


@dataclass(frozen=True)
class _Call:
    """A function's signature."""

    name: str
    parameters: Signature
    arguments: dict[str, Py2JsConverter]
    result: Js2PyConverter
    new: bool

    def run(self, function: JsProxy, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            bound = self.parameters.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{self.name}(): {error}") from None
        bound.apply_defaults()
        lent = Lent()
        result = None
        try:
            positional, named = self._convert(bound.arguments, lent)
            if named is None:
                result = _pyodide_core.call(function, self.new, None, *positional)
            else:
                named = {name: named[name] for name in kwargs if name in named} | named  # in the caller's order
                result = _pyodide_core.call(function, self.new, tuple(named), *positional, *named.values())
        finally:
            lent.end(result)
        return self.result.convert(result)

    def _convert(self, values: dict[str, Any], lent: Lent) -> tuple[list[Any], dict[str, Any] | None]:
        """The arguments for JavaScript. Those by keyword are none if there can be none, or none but any."""
        positional: list[Any] = []
        named: dict[str, Any] = {}
        wanted = False
        for name, value in values.items():
            convert = self.arguments[name].convert
            match self.parameters.parameters[name].kind:
                case Parameter.VAR_POSITIONAL:
                    positional += [convert(each, lent) for each in value]
                case Parameter.KEYWORD_ONLY:
                    wanted = True
                    if value is not None:
                        named[name] = convert(value, lent)
                case Parameter.VAR_KEYWORD:
                    named |= {key: convert(each, lent) for key, each in value.items() if each is not None}
                case _:
                    positional.append(convert(value, lent))
        return positional, named if wanted or named else None


def _read(function: Any, new: type | None = None) -> _Call:
    said = signature(function, eval_str=True)
    result = _js2py(said.return_annotation) if new is None else Js2PyConverter(lambda value: value.bind_sig(new))
    if iscoroutinefunction(function):
        result = create_promise_converter(result or js2py_default)
    return _Call(
        getattr(function, "__qualname__", type(function).__name__),
        said,
        {name: _py2js(parameter.annotation) for name, parameter in said.parameters.items()},
        result or js2py_default,
        new is not None,
    )


def _call_of(described: Any) -> _Call:
    if get_origin(described) is type:
        (cls,) = get_args(described)
        return _kept(cls, "_js_new", lambda: _read(MethodType(cls.__init__, cls), cls))
    if isinstance(described, type):
        method = getattr_static(described, "__call__", None)
        if not isinstance(method, FunctionType):
            raise TypeError(f"{described.__name__} describes no function: it has no __call__. See bind_class()")
        described = MethodType(method, described)
    if isinstance(described, MethodType):
        return _kept(described.__func__, "_js_method", lambda: _read(described))
    return _kept(described, "_js_function", lambda: _read(described))


def call(function: JsProxy, described: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Call a JavaScript function as its signature says."""
    return _call_of(described).run(function, args, kwargs)


def _attribute_of(cls: type, name: str) -> Js2PyConverter | None:
    hints = _kept(cls, "_js_hints", lambda: get_type_hints(cls, include_extras=True))
    if name in hints:
        return _js2py(hints[name])
    member = getattr_static(cls, name, None)
    if isinstance(member, (staticmethod, classmethod)):
        member = member.__get__(None, cls)
    elif isinstance(member, FunctionType):
        member = MethodType(member, cls)
    if isinstance(member, (FunctionType, MethodType)):
        return Js2PyConverter(lambda value: value.bind_sig(member) if isinstance(value, JsProxy) else value)
    rest = getattr_static(cls, "__getattr__", None)
    return _js2py(signature(rest, eval_str=True).return_annotation) if isinstance(rest, FunctionType) else None


def attribute(described: Any, name: str, value: Any, /) -> Any:
    """What a signature makes of the value of an attribute."""
    cls = get_args(described)[0] if get_origin(described) is type else described
    if not isinstance(cls, type):
        return value
    known: dict[str, Js2PyConverter | None] = _kept(cls, "_js_attributes", dict)
    if name not in known:
        known[name] = _attribute_of(cls, name)
    converter = known[name]
    return converter.convert(value) if converter else value
