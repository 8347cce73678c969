"""The border between Python and JavaScript."""

from __future__ import annotations

from _pyodide._jsmodules import register_js_module, unregister_js_module
from _pyodide_core import (
    ConversionError,
    JsBigInt,
    JsException,
    JsNull,
    can_run_sync,
    js_flags,
    js_ops,
    jsnull,
    operate,
    run_sync,
)
from _pyodide_core import JsProxy as _AnyJsProxy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Protocol
else:
    Protocol = object  # typing costs more than all of start-up

IN_PYODIDE = True

_F = js_flags


class InternalError(Exception):
    """A bug of this distribution."""


class ToJsConverter(Protocol):
    """What `to_js` takes as default_converter and eager_converter."""

    def __call__(
        self, value: Any, convert: Callable[[Any], Any], cache_conversion: Callable[[Any, Any], None], /
    ) -> Any: ...


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


class _Generic:
    """For annotations: `JsArray[int]`."""

    __class_getitem__ = classmethod(type(list[int]))  # type: ignore[var-annotated]


def _any(*masks: int) -> tuple[int, ...]:
    return masks


class JsProxy(metaclass=_JsMeta):
    """Any JavaScript object."""

    _all: tuple[int, ...] = (0,)

    def __new__(cls, *args: object, **kwargs: object) -> JsProxy:
        raise TypeError(f"{cls.__name__} cannot be instantiated")


class JsDoubleProxy(_Generic, JsProxy):
    """A PyProxy that came back to Python as a JavaScript object."""

    _all = _any(_F["IS_DOUBLE_PROXY"])


class JsPromise(_Generic, JsProxy):
    """An object with a `then`."""

    _all = _any(_F["IS_AWAITABLE"])


class JsIterable(_Generic, JsProxy):
    """An object with `[Symbol.iterator]`."""

    _all = _any(_F["IS_ITERABLE"])


class JsAsyncIterable(_Generic, JsProxy):
    """An object with `[Symbol.asyncIterator]`."""

    _all = _any(_F["IS_ASYNC_ITERABLE"])


class JsIterator(_Generic, JsProxy):
    """An object with `next`."""

    _all = _any(_F["IS_ITERATOR"])


class JsAsyncIterator(_Generic, JsProxy):
    """An object with an asynchronous `next`."""

    _all = _any(_F["IS_ASYNC_ITERATOR"])


class JsGenerator(JsIterable):
    """A generator."""

    _all = _any(_F["IS_GENERATOR"])


class JsAsyncGenerator(JsAsyncIterable):
    """An asynchronous generator."""

    _all = _any(_F["IS_ASYNC_GENERATOR"])


class JsCallable(_Generic, JsProxy):
    """A function."""

    _all = _any(_F["IS_CALLABLE"])


class JsCallableDoubleProxy(JsDoubleProxy, JsCallable):
    """The PyProxy of a callable that came back to Python."""

    _all = _any(_F["IS_CALLABLE"] | _F["IS_DOUBLE_PROXY"])


class JsWeakRef(_Generic, JsProxy):
    """A JavaScript WeakRef: `deref()` gives its object, or None."""

    _all = _any(0)


class JsFetchResponse(JsProxy):
    """What JavaScript's `fetch` gives."""

    _all = _any(0)


class JsDomElement(JsProxy):
    """An element of a web page."""

    _all = _any(0)


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

    _all = _any(_F["HAS_GET"] | _F["HAS_LENGTH"] | _F["IS_ITERABLE"], _F["IS_OBJECT_MAP"], _F["IS_PY_JSON_DICT"])


class JsMutableMap(JsMap):
    """A Map that can be changed."""

    _all = _any(
        _F["HAS_GET"] | _F["HAS_SET"] | _F["HAS_LENGTH"] | _F["IS_ITERABLE"],
        _F["IS_OBJECT_MAP"],
        _F["IS_PY_JSON_DICT"],
    )


def create_proxy(obj: Any, /, *, capture_this: bool = False, roundtrip: bool = True) -> JsDoubleProxy:
    """A PyProxy of the object, which lives until its `destroy()` is called.

    With `capture_this`, JavaScript's `this` is the first argument of calls. Without `roundtrip`, the proxy becomes the
    Python object again when JavaScript hands it back.
    """
    proxy: JsDoubleProxy = operate(None, js_ops["PROXY_NEW"], obj, bool(capture_this), bool(roundtrip))
    return proxy


def create_once_callable(obj: Callable[..., Any], /, *, _may_syncify: bool = False) -> JsOnceCallable:
    """A JavaScript function that can be called once and then gives up the Python callable."""
    function: JsOnceCallable = operate(None, js_ops["PROXY_NEW_ONCE"], obj)
    return function


def destroy_proxies(pyproxies: JsArray, /) -> None:
    """Destroy every PyProxy in a JavaScript array. Raises TypeError if it is none."""
    if not isinstance(pyproxies, JsArray):
        raise TypeError(f"pyproxies must be a JavaScript array, not {type(pyproxies).__name__}")
    operate(None, js_ops["PROXY_DESTROY_ALL"], pyproxies)


def has_own_form(obj: object) -> bool:
    """Whether the object is in JavaScript what it is here: nothing has to be converted."""
    return obj is None or isinstance(obj, (int, float, str, _AnyJsProxy, JsNull))


def to_js(
    obj: Any,
    /,
    *,
    depth: int = -1,
    pyproxies: JsProxy | None = None,
    create_pyproxies: bool = True,
    dict_converter: Callable[[Iterable[JsArray]], Any] | None = None,
    default_converter: ToJsConverter | None = None,
    eager_converter: ToJsConverter | None = None,
) -> Any:
    """Convert a Python structure to JavaScript's own structures.

    depth: how many containers may be opened in each other; the rest become PyProxies. Negative: any number.
    pyproxies: a JavaScript array that receives the PyProxies made on the way.
    create_pyproxies: if false, raise ConversionError instead of making one.
    dict_converter: makes an object from the [key, value] entries of a dict.
    default_converter: is asked about what has no other form; eager_converter: first, about all that is not immutable.

    Raises ConversionError; TypeError if an option is of a wrong type.
    """
    if not isinstance(depth, int):
        raise TypeError(f"depth must be an int, not {type(depth).__name__}")
    if pyproxies is not None and not isinstance(pyproxies, JsArray):
        raise TypeError(f"pyproxies must be a JavaScript array, not {type(pyproxies).__name__}")
    if has_own_form(obj):
        return obj
    try:
        return operate(
            None,
            js_ops["TO_JS"],
            obj,
            depth,
            pyproxies,
            bool(create_pyproxies),
            dict_converter,
            default_converter,
            eager_converter,
        )
    except ConversionError:
        raise
    except Exception as error:
        raise ConversionError("Conversion from python to javascript failed") from error


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
    "JsDomElement",
    "JsDoubleProxy",
    "JsException",
    "JsFetchResponse",
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
    "JsWeakRef",
    "ToJsConverter",
    "can_run_sync",
    "create_once_callable",
    "create_proxy",
    "destroy_proxies",
    "jsnull",
    "register_js_module",
    "run_sync",
    "to_js",
    "unregister_js_module",
]
