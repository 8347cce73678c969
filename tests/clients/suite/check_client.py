"""What users of pytest-pyodide do. test_pytest_pyodide.py runs this file, through that plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_pyodide import copy_files_to_pyodide, run_in_pyodide
from pytest_pyodide.decorator import PyodideHandle

HERE = Path(__file__).parent


def check_run(selenium: Any) -> None:
    assert selenium.run("x = 20; x + 22") == 42
    assert selenium.run("{'a': [1, 2]}") == {"a": [1, 2]}
    assert selenium.run_async("import asyncio; await asyncio.sleep(0, 'slept')") == "slept"


def check_that_names_do_not_outlive_a_test(selenium: Any) -> None:
    selenium.run("x = 1")
    selenium.run_js("pyodide.registerJsModule('made_here', {a: 1})")
    assert selenium.run("import made_here; made_here.a") == 1
    selenium.restore_state()
    assert selenium.run("'x' in globals()") is False
    with pytest.raises(selenium.JavascriptException, match="ModuleNotFoundError"):
        selenium.run("import made_here")


def check_javascript(selenium: Any) -> None:
    selenium.run_js(
        """
        assert(() => pyodide.runPython("1 + 1") === 2);
        assertThrows(() => pyodide.runPython("1 / 0"), "PythonError", "ZeroDivisionError");
        await assertThrowsAsync(async () => await pyodide.runPythonAsync("1 / 0"), "PythonError", /division/);
        """
    )
    with pytest.raises(selenium.JavascriptException, match="mine"):
        selenium.run_js("throw new Error('mine')")


def check_what_is_printed(selenium: Any) -> None:
    selenium.clean_logs()
    selenium.run("print('to be seen')")
    assert "to be seen" in selenium.logs


def check_counts(selenium: Any) -> None:
    selenium.enable_pyproxy_tracing()
    proxies, keys = selenium.get_num_proxies(), selenium.get_num_hiwire_keys()
    selenium.run_js("self.held = pyodide.runPython('[]')")
    assert selenium.get_num_proxies() == proxies + 1
    selenium.run_js("self.held.destroy()")
    assert selenium.get_num_proxies() == proxies
    selenium.run("import js; kept = js.Object.new()")
    assert selenium.get_num_hiwire_keys() > keys
    selenium.disable_pyproxy_tracing()
    assert selenium.force_test_fail is False


def check_an_error_that_was_left_behind(selenium: Any) -> None:
    if selenium.browser == "node":
        pytest.skip("pytest-pyodide checks in browsers only")
    code = """
        const text = pyodide._module.stringToNewUTF8("left behind");
        pyodide._module._PyErr_SetString(pyodide._module.HEAP32[pyodide._module._PyExc_AssertionError / 4], text);
    """
    with pytest.raises(selenium.JavascriptException, match="Python exited with error flag set"):
        selenium.run_js(code)
    selenium.run_js("pyodide._module._PyErr_Clear()", pyodide_checks=False)


@run_in_pyodide
def check_in_pyodide(selenium):
    import sys

    assert sys.platform == "emscripten"


@run_in_pyodide
def add(selenium, a, b=2):
    return a + b


def check_values_come_and_go(selenium: Any) -> None:
    assert add(selenium, 1) == 3
    assert add(selenium, [1], [2.5]) == [1, 2.5]


@run_in_pyodide
async def check_asynchronously(selenium):
    from asyncio import sleep

    from pyodide_js import loadedPackages

    assert await sleep(0, 5) == 5
    assert loadedPackages is not None


@run_in_pyodide
def fail(selenium, value):
    assert value == 2, "not two"


def check_errors_come_back(selenium: Any) -> None:
    with pytest.raises(AssertionError, match="not two"):
        fail(selenium, 3)


@run_in_pyodide
def make(selenium):
    from pytest_pyodide.decorator import PyodideHandle

    class Thing:
        name = "there all the time"

    return PyodideHandle(Thing())


@run_in_pyodide
def name_of(selenium, thing):
    return thing.name


def check_handles(selenium: Any) -> None:
    handle = make(selenium)
    assert isinstance(handle, PyodideHandle)
    assert name_of(selenium, handle) == "there all the time"
    # At its end it calls the page and waits, which must not be in Playwright's own loop; but that keeps the frames of
    # its callers, and with them this object.
    handle.__del__()


@run_in_pyodide(packages=["micropip"])
def check_packages(selenium):
    import micropip

    assert "micropip" in micropip.list()


@copy_files_to_pyodide(file_list=[(str(HERE / "pytest.ini"), "copied.ini")])
@run_in_pyodide
def check_files(selenium):
    from pathlib import Path

    assert Path("copied.ini").read_text().startswith("[pytest]")


def check_an_interpreter_of_its_own(selenium_standalone: Any) -> None:
    assert selenium_standalone.run("import sys; len(sys.version) > 0") is True


def check_a_page_without_one(selenium_standalone_noload: Any) -> None:
    assert selenium_standalone_noload.run_js("return typeof loadPyodide", pyodide_checks=False) == "function"


def check_a_worker(selenium_webworker_standalone: Any) -> None:
    assert selenium_webworker_standalone.run_webworker("import asyncio; await asyncio.sleep(0, 6 * 7)") == 42
