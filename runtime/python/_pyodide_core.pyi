# The builtin module that runtime/core makes.

from typing import Any, final

js_flags: dict[str, int]
js_ops: dict[str, int]

def operate(object: JsProxy | None, operation: int, /, *arguments: Any) -> Any: ...
def run_sync(awaitable: Any, /) -> Any: ...
def can_run_sync() -> bool: ...

class JsProxy:
    typeof: str
    js_id: int
    def __getattr__(self, name: str) -> Any: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

class JsException(JsProxy, Exception):
    name: str
    message: str
    stack: str
    def __init__(self, name: str, message: str = "", stack: str = "") -> None: ...
    @property
    def js_error(self) -> JsException: ...

class ConversionError(Exception): ...
class JsBigInt(int): ...

@final
class JsNull:
    typeof: str

jsnull: JsNull
