"""The border between Python and JavaScript."""

from __future__ import annotations

from _pyodide._jsmodules import register_js_module, unregister_js_module
from _pyodide_core import ConversionError, JsBigInt, JsException, JsNull, js_flags, jsnull

IN_PYODIDE = True

_F = js_flags


class InternalError(Exception):
    """A bug of this distribution."""


class _JsMeta(type):
    """Classes whose instances are the JavaScript objects that can do certain things."""

    _all: tuple[int, ...]
    """The object has all flags of one of these sets."""

    def __instancecheck__(cls, instance: object) -> bool:
        return cls.__subclasscheck__(type(instance))

    def __subclasscheck__(cls, subclass: type) -> bool:
        flags: int | None = getattr(subclass, "_js_type_flags", None)
        if flags is None:
            return type.__subclasscheck__(cls, subclass)
        return any(flags & wanted == wanted for wanted in cls._all)


def _any(*masks: int) -> tuple[int, ...]:
    return masks


class JsProxy(metaclass=_JsMeta):
    """Any JavaScript object."""

    _all: tuple[int, ...] = (0,)

    def __new__(cls, *args: object, **kwargs: object) -> JsProxy:
        raise TypeError(f"{cls.__name__} cannot be instantiated")


class JsDoubleProxy(JsProxy):
    """A PyProxy that came back to Python as a JavaScript object."""

    _all = _any(_F["IS_DOUBLE_PROXY"])


class JsPromise(JsProxy):
    """An object with a `then`."""

    _all = _any(_F["IS_AWAITABLE"])


class JsIterable(JsProxy):
    """An object with `[Symbol.iterator]`."""

    _all = _any(_F["IS_ITERABLE"])


class JsAsyncIterable(JsProxy):
    """An object with `[Symbol.asyncIterator]`."""

    _all = _any(_F["IS_ASYNC_ITERABLE"])


class JsIterator(JsProxy):
    """An object with `next`."""

    _all = _any(_F["IS_ITERATOR"])


class JsAsyncIterator(JsProxy):
    """An object with an asynchronous `next`."""

    _all = _any(_F["IS_ASYNC_ITERATOR"])


class JsGenerator(JsIterable):
    """A generator."""

    _all = _any(_F["IS_GENERATOR"])


class JsAsyncGenerator(JsAsyncIterable):
    """An asynchronous generator."""

    _all = _any(_F["IS_ASYNC_GENERATOR"])


class JsCallable(JsProxy):
    """A function."""

    _all = _any(_F["IS_CALLABLE"])


class JsCallableDoubleProxy(JsCallable, JsDoubleProxy):
    """The PyProxy of a callable that came back to Python."""

    _all = _any(_F["IS_CALLABLE"] | _F["IS_DOUBLE_PROXY"])


class JsOnceCallable(JsCallable):
    """What create_once_callable gives."""

    _all = _any(_F["IS_CALLABLE"])


class JsArray(JsIterable):
    """An array, an array-like object or a typed array."""

    _all = _any(_F["IS_ARRAY"], _F["IS_ARRAY_LIKE"], _F["IS_TYPEDARRAY"])


class JsBuffer(JsProxy):
    """An ArrayBuffer or a view of one."""

    _all = _any(_F["IS_BUFFER"])


class JsTypedArray(JsBuffer, JsArray):
    """A view that is an array of numbers."""

    _all = _any(_F["IS_TYPEDARRAY"])


class JsMap(JsIterable):
    """A Map, what looks like one, or an object seen as one."""

    _all = _any(_F["HAS_GET"] | _F["HAS_LENGTH"] | _F["IS_ITERABLE"], _F["IS_OBJECT_MAP"])


class JsMutableMap(JsMap):
    """A Map that can be changed."""

    _all = _any(_F["HAS_GET"] | _F["HAS_SET"] | _F["HAS_LENGTH"] | _F["IS_ITERABLE"], _F["IS_OBJECT_MAP"])


__all__ = [
    "IN_PYODIDE",
    "ConversionError",
    "JsArray",
    "JsAsyncGenerator",
    "JsAsyncIterable",
    "JsAsyncIterator",
    "JsBigInt",
    "JsBuffer",
    "JsCallable",
    "JsCallableDoubleProxy",
    "JsDoubleProxy",
    "JsException",
    "JsGenerator",
    "JsIterable",
    "JsIterator",
    "JsMap",
    "JsMutableMap",
    "JsNull",
    "JsOnceCallable",
    "JsPromise",
    "JsProxy",
    "JsTypedArray",
    "jsnull",
    "register_js_module",
    "unregister_js_module",
]
