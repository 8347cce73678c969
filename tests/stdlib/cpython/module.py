"""Runs inside the interpreter under test: one module of CPython's test suite, as Lib/test/libregrtest does.

What happens is written as it happens, one JSON object per line, so that a crash leaves what was known before it:
{"start": id}, {"test": id, "outcome": "ok" | "skip" | "fail" | "error" | "xfail" | "xpass", "detail": text},
{"module": "skip" | "error", "detail": text} and at the end {"done": true}.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import runpy  # noqa: F401 - imported where regrtest is started, and tests rely on what it imports
import sys
import traceback
import unittest
from importlib.machinery import PathFinder
from typing import Any

from _records import write  # type: ignore[import-not-found]

del sys.modules["_records"]  # it is a JavaScript object, which some tests of sys.modules do not expect

ROOT = "/cpython"
REST = f"{ROOT}/rest"
"""Modules of the library that the distribution may leave out although the tests of others need them."""

DETAIL = 4000
"""Characters of a traceback that are kept."""

_dumps = json.dumps  # tests replace much of the library while they run


def _say(**record: object) -> None:
    write(_dumps(record))


def run(name: str, without: str = "[]") -> None:
    """Import `test.<name>` and run its tests but those that the JSON list `without` names."""
    sys.path.insert(0, ROOT)
    sys.modules["__main__"].__file__ = f"{ROOT}/test/__main__.py"
    os.makedirs("/tmp/cwd", exist_ok=True)  # noqa: PTH103
    os.chdir("/tmp/cwd")
    # Not before there is something to find. Tests rely on what `single` imports.
    sys.meta_path.insert(sys.meta_path.index(PathFinder) + 1, _Rest)
    from test import support  # type: ignore[import-not-found] # noqa: PLC0415
    from test.libregrtest import setup, single  # type: ignore[import-not-found] # noqa: F401, PLC0415

    setup.setup_process()
    support.verbose = 0
    support.use_resources = ()
    try:
        suite = _load(f"test.{name}")
        _leave_out(suite, {f"test.{name}.{test}" for test in json.loads(without)})
    except unittest.SkipTest as skip:
        _say(module="skip", detail=str(skip))
    except BaseException:
        missing = re.findall(r"^ModuleNotFoundError: (No module named '(\w+).*)", traceback.format_exc(), re.MULTILINE)
        if missing and missing[-1][1] in sys.stdlib_module_names:
            _say(module="skip", detail=missing[-1][0])
        else:
            _say(module="error", detail=traceback.format_exc()[-DETAIL:])
    else:
        suite.run(_Result(f"test.{name}."))
    sys.stdout.flush()
    sys.stderr.flush()
    _say(done=True)


class _Rest:
    """The finder of what is in REST."""

    @staticmethod
    def find_spec(fullname: str, path: object = None, target: object = None) -> Any:
        return PathFinder.find_spec(fullname, ["/".join([REST, *fullname.split(".")[:-1]])])


def _load(name: str) -> unittest.TestSuite:
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromModule(importlib.import_module(name))
    if loader.errors:
        raise ImportError("\n".join(str(error) for error in loader.errors))
    return suite


def _leave_out(suite: unittest.TestSuite, ids: set[str]) -> None:
    kept: list[Any] = []
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            _leave_out(test, ids)
        elif test.id() in ids:
            continue
        kept.append(test)
    suite._tests = kept


class _Result(unittest.TestResult):
    """Reports each test; a failed subtest makes its test fail."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix
        self._failed = False

    def _tell(self, test: Any, outcome: str, detail: str = "") -> None:
        _say(test=self._id(test), outcome=outcome, detail=detail[-DETAIL:])

    def _id(self, test: Any) -> str:
        return re.sub(" at 0x[0-9a-f]+", "", str(test.id())).removeprefix(self._prefix)

    def startTest(self, test: Any) -> None:
        super().startTest(test)
        self._failed = False
        _say(start=self._id(test))

    def addSuccess(self, test: Any) -> None:
        if not self._failed:
            self._tell(test, "ok")

    def addError(self, test: Any, err: Any) -> None:
        self._tell(test, "error", self._exc_info_to_string(err, test))  # type: ignore[attr-defined]

    def addFailure(self, test: Any, err: Any) -> None:
        self._tell(test, "fail", self._exc_info_to_string(err, test))  # type: ignore[attr-defined]

    def addSkip(self, test: Any, reason: str) -> None:
        self._tell(test, "skip", str(reason))

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        self._tell(test, "xfail")

    def addUnexpectedSuccess(self, test: Any) -> None:
        self._tell(test, "xpass")

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        if err is not None:
            self._failed = True
            kind = "fail" if issubclass(err[0], test.failureException) else "error"
            self._tell(test, kind, f"{subtest.id()}\n{self._exc_info_to_string(err, test)}")  # type: ignore[attr-defined]
