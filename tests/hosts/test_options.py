"""loadPyodide's options, in every host."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.hosts import Host, JsError

LOCK = '{info: {abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.7"}, packages: {}}'


def evaluate(host: Host, options: str, code: str) -> Any:
    """The value of Python `code` in an interpreter of its own."""
    return host.run(f"return (await loadPyodide({options})).runPython({json.dumps(code)});")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("{indexUrl: 'x'}", "unknown option 'indexUrl'; did you mean 'indexURL'?"),
        ("{args: 'x'}", "option 'args' must be an array of strings, not a string"),
        ("'x'", "an object of options"),
    ],
)
def test_a_wrong_option_is_a_type_error_that_names_it(host: Host, options: str, message: str) -> None:
    with pytest.raises(JsError) as caught:
        host.run(f"await loadPyodide({options});")
    assert caught.value.name == "TypeError"
    assert message in caught.value.message


def test_the_environment(host: Host) -> None:
    code = "import os; ','.join([os.environ['HOME'], os.getcwd(), os.environ['A'], os.environ['LD_LIBRARY_PATH']])"
    expected = "/home/pyodide,/home/pyodide,b,/usr/lib:/lib/python3.14/site-packages"
    assert evaluate(host, "{env: {A: 'b'}}", code) == expected
    assert evaluate(host, "{env: {HOME: '/there'}}", "import os; os.getcwd()") == "/there"


def test_an_impossible_home_is_survived(host: Host) -> None:
    options = "{env: {HOME: '/lib/python314.zip/x'}}"
    assert evaluate(host, options, "import os, json; os.getcwd()") == "/"


def test_arguments_reach_the_interpreter(host: Host) -> None:
    options = "{args: ['-O', '-X', 'answer=42']}"
    assert evaluate(host, options, "import sys; f'{sys.flags.optimize} {sys._xoptions}'") == "1 {'answer': '42'}"


def test_an_exit_at_start_up_is_an_exit_status(host: Host) -> None:
    body = """
        const lines = [];
        try {
          await loadPyodide({args: ["--version"], stdout: (line) => lines.push(line)});
        } catch (error) {
          return [error.name, error.status, lines.join()];
        }
    """
    name, status, output = host.run(body)
    assert (name, status) == ("ExitStatus", 0)
    assert output.startswith("Python 3.14.")


def test_output_of_the_start_goes_to_the_callbacks(host: Host) -> None:
    body = """
        const lines = [];
        const options = {
          args: ["-v"], stdout: (line) => lines.push(`out ${line}`), stderr: (line) => lines.push(`err ${line}`)
        };
        const api = await loadPyodide(options);
        api.runPython("print('printed')");
        return [lines.some((line) => line.startsWith("err import ")), lines.at(-1)];
    """
    assert host.run(body) == [True, "out printed"]


def test_stdin_answers_input(host: Host) -> None:
    options = "{stdin: () => 'typed', stdout: () => {}}"
    assert evaluate(host, options, "input('?') + input()") == "typedtyped"


def test_fs_init_runs_before_python_with_empty_site_packages(host: Host) -> None:
    options = """{
        fsInit: async (FS, {sitePackages}) => {
          await null;
          if (FS.readdir(sitePackages).length !== 2) throw new Error("not empty");
          FS.writeFile(sitePackages + "/early.py", "value = 7");
        }
    }"""
    assert evaluate(host, options, "import early; early.value") == 7


def test_a_failing_fs_init_is_the_callers_error(host: Host) -> None:
    with pytest.raises(JsError, match="mine"):
        host.run("await loadPyodide({fsInit: async () => { throw new Error('mine'); }});")


def test_jsglobals_are_what_import_js_finds(host: Host) -> None:
    assert evaluate(host, "{jsglobals: {answer: 42}}", "import js; js.answer") == 42


def test_a_lock_file_can_be_given(host: Host) -> None:
    body = f"const lock = {LOCK}; const api = await loadPyodide({{lockFileContents: Promise.resolve(lock)}});"
    assert host.run(f"{body} return api.lockfile === lock;") is True
    assert host.run(f"return (await loadPyodide({{lockFileContents: JSON.stringify({LOCK})}})).lockfile.info.arch;")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("{lockFileContents: '{'}", "lockFileContents is not JSON"),
        ("{lockFileContents: '{}'}", "lockFileContents has no 'packages'"),
        ("{lockFileContents: '{}', lockFileURL: 'x'}", "Can't pass both lockFileContents and lockFileURL"),
        (f"{{lockFileContents: {LOCK.replace('2026_0', '2025_0')}}}", "ABI version 2025_0.*ABI version 2026_0"),
    ],
)
def test_an_unusable_lock_file_is_refused(host: Host, options: str, message: str) -> None:
    with pytest.raises(JsError, match=message):
        host.run(f"await loadPyodide({options});")


def test_a_missing_file_is_named(host: Host) -> None:
    with pytest.raises(JsError, match=r"nowhere/lib\.zip"):
        host.run("await loadPyodide({stdLibURL: '/nowhere/lib.zip'});")


def test_interpreters_do_not_share_state(host: Host) -> None:
    body = """
        const [a, b] = await Promise.all([loadPyodide(), loadPyodide()]);
        a.runPython("x = 1");
        a.FS.writeFile("/tmp/only-a", "");
        return [a.globals.get("x"), b.globals.get("x") ?? null, b.FS.analyzePath("/tmp/only-a").exists];
    """
    assert host.run(body) == [1, None, False]


def test_sys_path_begins_with_the_working_directory(host: Host) -> None:
    body = "import sys; ','.join(sys.path[:2])"
    assert evaluate(host, "{}", body) == ",/lib/python314.zip"
    options = "{env: {HOME: '/there'}, fsInit: async (FS) => FS.writeFile('/there/beside.py', 'value = 7')}"
    assert evaluate(host, options, "import beside; beside.value") == 7
