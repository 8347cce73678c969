"""Run Python source the way an interactive cell does: the value of the last expression is the result."""

# No `from __future__` import here: compile() would pass it on to the code it is given.
# Nothing is imported that start-up can do without, which is also why this file uses the built-in _ast.

import _ast
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Mapping
    from types import CodeType
    from typing import Any, Literal, TypeVar

    Tree = ast.Module | ast.Expression | ast.Interactive
    ReturnMode = Literal["last_expr", "last_expr_or_assign", "none"]
    Result = TypeVar("Result")

__all__ = [
    "CodeRunner",
    "eval_code",
    "eval_code_async",
    "find_imports",
    "relaxed_call",
    "relaxed_wrap",
    "run_js",
    "should_quiet",
]

_CO_COROUTINE = 0x80  # inspect.CO_COROUTINE


class CodeRunner:
    """Source on its way to a result: parsed at once, compiled by compile(), run by run() or run_async().

    Parameters
    ----------
    source
        The Python source.
    return_mode
        What run() returns: ``"last_expr"``, the value of the last statement if it is an expression;
        ``"last_expr_or_assign"``, that or the value assigned if it is an assignment to a name; ``"none"``, None.
    mode
        As for ``compile()``.
    quiet_trailing_semicolon
        A semicolon at the end of the source makes run() return None.
    filename
        The name in tracebacks. Unless it is of the form ``<…>``, tracebacks show the source's lines as well.
    flags, dont_inherit, optimize
        As for ``compile()``.
    dedent
        Remove the indentation that all lines have in common.

    Attributes
    ----------
    ast
        The syntax tree; it may be changed or replaced until compile() is called.
    code
        The code object of the statements that do not make the result, or of all of them; set by compile().
    """

    ast: "Tree"
    code: "CodeType"

    def __init__(
        self,
        source: str,
        *,
        return_mode: "ReturnMode" = "last_expr",
        mode: str = "exec",
        quiet_trailing_semicolon: bool = True,
        filename: str = "<exec>",
        flags: int = 0,
        dont_inherit: bool = False,
        optimize: int = -1,
        dedent: bool = True,
    ) -> None:
        if not isinstance(source, str):
            raise TypeError(f"The source must be a str, not {type(source).__name__}")
        if dedent:
            source = _dedent(source)
        self.ast = compile(source, filename, mode, flags | _ast.PyCF_ONLY_AST, dont_inherit)
        if quiet_trailing_semicolon and _ends_in_semicolon(source, self.ast):
            return_mode = "none"
        self._source = source
        self._return_mode = return_mode
        self._mode = mode
        self._filename = filename
        self._flags = flags
        self._dont_inherit = dont_inherit
        self._optimize = optimize
        self._compiled = False
        self._result: CodeType | None = None

    def compile(self) -> "CodeRunner":
        """Compile the tree and return self. Raises RuntimeError if that has been done."""
        if self._compiled:
            raise RuntimeError("Already compiled")
        statements, result = _split(self.ast, self._return_mode)
        if statements is not None:
            self.code = self._compile(statements, self._mode)
        if result is not None:
            code = self._compile(result, "eval")
            if statements is None:
                self.code = code
            else:
                self._result = code
        if not self._filename.startswith("<") or not self._filename.endswith(">"):
            _register_lines(self._filename, self._source)
        self._compiled = True
        return self

    def run(self, globals: "dict[str, Any] | None" = None, locals: "Mapping[str, object] | None" = None) -> "Any":
        """Run the code and return its result.

        Without `globals` it runs in ``__main__``; without `locals` these are the globals. Raises RuntimeError if the
        code is not compiled or awaits at its top level.
        """
        globals, locals = self._namespaces(globals, locals)
        if self.is_async:
            raise RuntimeError("This code awaits at its top level: use run_async()")
        result = None
        for code in (self.code, self._result):
            if code is not None:
                result = eval(code, globals, locals)
        return result

    async def run_async(
        self, globals: "dict[str, Any] | None" = None, locals: "Mapping[str, object] | None" = None
    ) -> "Any":
        """As run(), for code compiled with ``ast.PyCF_ALLOW_TOP_LEVEL_AWAIT``, which may await at its top level."""
        globals, locals = self._namespaces(globals, locals)
        result = None
        for code in (self.code, self._result):
            if code is not None:
                result = eval(code, globals, locals)
                if code.co_flags & _CO_COROUTINE:
                    result = await result
        return result

    @property
    def is_async(self) -> bool:
        """Whether the code awaits at its top level, so that only run_async() can run it."""
        return any(code is not None and code.co_flags & _CO_COROUTINE for code in (self.code, self._result))

    def _compile(self, tree: "Tree", mode: str) -> "CodeType":
        code: CodeType = compile(
            tree, self._filename, mode, self._flags, dont_inherit=self._dont_inherit, optimize=self._optimize
        )
        return code

    def _namespaces(
        self, globals: "dict[str, Any] | None", locals: "Mapping[str, object] | None"
    ) -> "tuple[dict[str, Any], Mapping[str, object]]":
        if not self._compiled:
            raise RuntimeError("Not yet compiled")
        if globals is None:
            globals = sys.modules["__main__"].__dict__
        return globals, globals if locals is None else locals


def eval_code(
    source: str,
    globals: "dict[str, Any] | None" = None,
    locals: "Mapping[str, object] | None" = None,
    *,
    return_mode: "ReturnMode" = "last_expr",
    quiet_trailing_semicolon: bool = True,
    filename: str = "<exec>",
    flags: int = 0,
    dont_inherit: bool = False,
    optimize: int = -1,
    dedent: bool = True,
) -> "Any":
    """Run `source` and return its result. The parameters are those of CodeRunner and its run()."""
    runner = CodeRunner(
        source,
        return_mode=return_mode,
        quiet_trailing_semicolon=quiet_trailing_semicolon,
        filename=filename,
        flags=flags,
        dont_inherit=dont_inherit,
        optimize=optimize,
        dedent=dedent,
    )
    return runner.compile().run(globals, locals)


async def eval_code_async(
    source: str,
    globals: "dict[str, Any] | None" = None,
    locals: "Mapping[str, object] | None" = None,
    *,
    return_mode: "ReturnMode" = "last_expr",
    quiet_trailing_semicolon: bool = True,
    filename: str = "<exec>",
    flags: int = 0,
    dont_inherit: bool = False,
    optimize: int = -1,
    dedent: bool = True,
) -> "Any":
    """As eval_code(), for source that may await at its top level."""
    runner = CodeRunner(
        source,
        return_mode=return_mode,
        quiet_trailing_semicolon=quiet_trailing_semicolon,
        filename=filename,
        flags=flags | _ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
        dont_inherit=dont_inherit,
        optimize=optimize,
        dedent=dedent,
    )
    return await runner.compile().run_async(globals, locals)


def find_imports(source: str) -> "list[str]":
    """The modules that `source` imports anywhere, and the packages they are in, sorted. Empty if it does not parse."""
    import ast

    try:
        tree = ast.parse(_dedent(source))
    except SyntaxError:
        return []
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names.add(node.module)
    for name in list(names):
        parts = name.split(".")
        names.update(".".join(parts[:length]) for length in range(1, len(parts)))
    return sorted(names)


def should_quiet(source: str, /) -> bool:
    """Whether `source` asks for no result by ending in a semicolon. White space and comments may follow it."""
    if ";" not in source:
        return False
    try:
        runner = CodeRunner(source, quiet_trailing_semicolon=False)
    except SyntaxError:
        return False
    return _ends_in_semicolon(runner._source, runner.ast)


def run_js(code: str, /) -> "Any":
    """Evaluate JavaScript in its global scope and return the value as Python sees it."""
    if not isinstance(code, str):
        raise TypeError(f"run_js() takes JavaScript source as a str, not {type(code).__name__}")
    from js import eval

    return eval(code)


def relaxed_wrap(func: "Callable[..., Result]") -> "Callable[..., Result]":
    """A function that calls `func` with those of its arguments that `func` takes."""
    from functools import wraps

    @wraps(func)
    def wrapper(*args: "Any", **kwargs: "Any") -> "Result":
        return relaxed_call(func, *args, **kwargs)

    return wrapper


def relaxed_call(func: "Callable[..., Result]", *args: "Any", **kwargs: "Any") -> "Result":
    """Call `func` without surplus positional arguments and without keyword arguments it does not know."""
    from _pyodide._relaxed import accepted

    args, kwargs = accepted(func, args, kwargs)
    return func(*args, **kwargs)


def _split(tree: "Tree", return_mode: "ReturnMode") -> "tuple[Tree | None, ast.Expression | None]":
    """The part of a tree that is only run, and the expression that makes the result; `tree` stays as it is."""
    if isinstance(tree, _ast.Expression):
        return (tree, None) if return_mode == "none" else (None, tree)
    if not isinstance(tree, (_ast.Module, _ast.Interactive)) or not tree.body:
        return tree, None
    last = tree.body[-1]
    value = None
    statements = tree.body
    if isinstance(last, _ast.Expr) and return_mode in ("last_expr", "last_expr_or_assign"):
        value = last.value
        statements = statements[:-1]
    elif return_mode == "last_expr_or_assign":
        value = _assigned_name(last)
    if value is None:
        return tree, None
    result = _ast.Expression(value)
    if not statements:
        return None, result
    if isinstance(tree, _ast.Module):
        return _ast.Module(statements, tree.type_ignores), result
    return _ast.Interactive(statements), result


def _assigned_name(statement: "ast.stmt") -> "ast.Name | None":
    """An expression for the value of the name that an assignment sets. None for other targets and statements."""
    target: ast.expr
    if isinstance(statement, _ast.Assign):
        target = statement.targets[0]
    elif isinstance(statement, _ast.AugAssign) or (
        isinstance(statement, _ast.AnnAssign) and statement.value is not None
    ):
        target = statement.target
    else:
        return None
    if not isinstance(target, _ast.Name):
        return None
    return _ast.Name(
        target.id,
        _ast.Load(),
        lineno=target.lineno,
        col_offset=target.col_offset,
        end_lineno=target.end_lineno,
        end_col_offset=target.end_col_offset,
    )


def _ends_in_semicolon(source: str, tree: "Tree") -> bool:
    """Whether a semicolon follows the last statement."""
    if ";" not in source or not isinstance(tree, (_ast.Module, _ast.Interactive)) or not tree.body:
        return False
    last = tree.body[-1]
    # Columns count UTF-8 bytes; lines end as the parser sees them.
    lines = source.replace("\r\n", "\n").replace("\r", "\n").encode().split(b"\n")
    line, column = last.end_lineno, last.end_col_offset
    assert line is not None and column is not None  # set in every tree that the parser makes
    rest = b"\n".join([lines[line - 1][column:], *lines[line:]])
    # Between a statement and its semicolon there can only be white space and continued lines.
    return rest.replace(b"\\\n", b"").lstrip(b" \t\f").startswith(b";")


def _dedent(source: str) -> str:
    """The source without common indentation; untouched, strings in it included, if its first line has none."""
    first = next((line for line in source.splitlines() if line.strip()), "")
    if not first[:1].isspace():
        return source
    from textwrap import dedent

    return dedent(source)


def _register_lines(filename: str, source: str) -> None:
    """Let tracebacks show lines of a source that is not in a file."""
    import linecache

    lines = [f"{line}\n" for line in source.splitlines()]
    linecache.cache[filename] = (len(source), None, lines, filename)
