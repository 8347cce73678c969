"""loadPyodide's options, in every host."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from buildlib.paths import ROOT
from harness.hosts import Host, JsError
from harness.runtime import Runtime

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


WRONG = {
    **dict.fromkeys(
        ["indexURL", "lockFileURL", "packageBaseUrl", "packageCacheDir", "stdLibURL", "BUILD_ID", "cdnUrl"],
        ("1", "a string, not a number"),
    ),
    **dict.fromkeys(
        [
            *("fullStdLib", "enableRunUntilComplete", "checkAPIVersion"),
            *("pyproxyToStringRepr", "convertNullToNone", "toJsLiteralMap"),
        ],
        ("'yes'", "a boolean, not a string"),
    ),
    **dict.fromkeys(
        ["stdin", "stdout", "stderr", "fsInit", "createPyodideModule"], ("{}", "a function, not an object")
    ),
    **dict.fromkeys(["args", "packages"], ("[1]", "an array of strings, not an array")),
    "env": ("{A: 1}", "an object whose values are strings, not an object"),
    "jsglobals": ("null", "an object, not null"),
    "lockFileContents": ("true", "a lock file as an object, JSON text, or a promise of one, not a boolean"),
}


def test_every_option_of_the_wrong_type_is_named(host: Host) -> None:
    """Before anything is loaded."""
    options = ", ".join(f"{name}: {value}" for name, (value, _) in WRONG.items())
    body = f"""
        const messages = {{}};
        for (const [name, value] of Object.entries({{{options}}})) {{
          messages[name] = await loadPyodide({{[name]: value}}).catch((error) => `${{error.name}}: ${{error.message}}`);
        }}
        return messages;
    """
    assert host.run(body) == {
        name: f"TypeError: loadPyodide: option '{name}' must be {wanted}" for name, (_, wanted) in WRONG.items()
    }


def test_the_list_above_is_whole() -> None:
    """It has every option that the reference's types declare."""
    declared = (ROOT / "node_modules/pyodide/pyodide.d.ts").read_text(encoding="utf-8")
    (body,) = re.findall(r"^interface PyodideConfig {\n(.*?)^}", declared, re.MULTILINE | re.DOTALL)
    assert {name for name in re.findall(r"^\t(\w+)\?:", body, re.MULTILINE) if name[0] != "_"} == set(WRONG)


def test_options_that_exclude_each_other(host: Host) -> None:
    with pytest.raises(JsError, match="both lockFileContents and lockFileURL") as caught:
        host.run("await loadPyodide({lockFileContents: '{}', lockFileURL: 'x'});")
    assert caught.value.name == "TypeError"


def test_a_factory_imported_by_the_caller(runtime: Runtime) -> None:
    """`createPyodideModule`: the loader then imports nothing by itself."""
    body = """
        const address = pyodide._api.config.indexURL.replace(/^\\//, "file:///") + "pyodide.asm.mjs";
        const { default: factory } = await import(address);
        let called = 0;
        const createPyodideModule = (settings) => { called++; return factory(settings); };
        const api = await loadPyodide({createPyodideModule});
        return [api.runPython("1 + 1"), called];
    """
    assert runtime.run_js(body) == [2, 1]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("{packageBaseUrl: 'https://a.example/'}", "https://a.example/"),
        ("{packageBaseUrl: 'https://a.example/x'}", "https://a.example/x/"),
        ("{packageBaseUrl: 'https://a.example/', packageCacheDir: 'file:///cache'}", "/cache/"),
        ("{packageCacheDir: 'file:///cache/'}", "/cache/"),
        (f"{{lockFileContents: {LOCK}, packageBaseUrl: 'b/'}}", "b/"),
    ],
)
def test_where_packages_are(host: Host, options: str, expected: str) -> None:
    assert host.run(f"return (await loadPyodide({options})).lockfileBaseUrl;").removeprefix("file://") == expected


def test_the_standard_library_from_elsewhere(runtime: Runtime) -> None:
    """stdLibURL, and lockFileURL: any address will do, and the lock file moves the packages along."""
    body = """
        const { indexURL } = pyodide._api.config;
        const api = await loadPyodide({
          stdLibURL: indexURL + "python_stdlib.zip", lockFileURL: indexURL + "pyodide-lock.json", indexURL
        });
        return [api.runPython("1 + 1"), api.lockfileBaseUrl === indexURL];
    """
    assert runtime.run_js(body) == [2, True]


OTHER_RELEASE = """{
  fsInit: async (FS) => {
    FS.mkdirTree("/first/pyodide");
    FS.writeFile("/first/pyodide/__init__.py", "__version__ = '1.2'");
  },
  env: {PYTHONPATH: "/first"}
}"""


def test_a_standard_library_of_another_release_is_refused(host: Host) -> None:
    with pytest.raises(JsError, match=r"Pyodide version does not match: the loader has version \S+, the .* 1\.2"):
        host.run(f"await loadPyodide({OTHER_RELEASE});")


def test_unless_the_check_is_switched_off(host: Host) -> None:
    """Then whatever comes of it is the caller's."""
    body = f"""
        const options = {{...{OTHER_RELEASE}, checkAPIVersion: false}};
        const failure = await loadPyodide(options).catch((error) => error.message);
        return String(failure).includes("version does not match");
    """
    assert host.run(body) is False


def test_options_for_compatibility(host: Host) -> None:
    body = """
        const options = {pyproxyToStringRepr: true, convertNullToNone: true, toJsLiteralMap: true, fullStdLib: true};
        const told = async (options) => {
          const api = await loadPyodide(options);
          const text = String(api.runPython("import fractions; fractions.Fraction(1, 2)"));
          const nothing = api.runPython("import js; str(js.JSON.parse('null'))");
          const map = api.runPython("{'a': 1}").toJs();
          return [text, nothing, map.a, map instanceof Map && map.get("a")];
        };
        return [await told(options), await told({})];
    """
    assert host.run(body) == [["Fraction(1, 2)", "None", 1, 1], ["1/2", "jsnull", 1, False]]


def test_the_executables_name(host: Host) -> None:
    assert evaluate(host, "{_sysExecutable: '/bin/my-python'}", "import sys; sys.executable") == "/bin/my-python"


def test_run_until_complete_can_give_a_future(host: Host) -> None:
    code = "import asyncio; type(asyncio.new_event_loop().run_until_complete(asyncio.sleep(0))).__name__"
    assert evaluate(host, "{enableRunUntilComplete: false}", code) == "PyodideTask"


def test_the_environment(host: Host) -> None:
    code = "import os; ','.join([os.environ['HOME'], os.getcwd(), os.environ['A'], os.environ['LD_LIBRARY_PATH']])"
    expected = "/home/pyodide,/home/pyodide,b,/usr/lib:/lib/python3.14/site-packages"
    assert evaluate(host, "{env: {A: 'b'}}", code) == expected
    assert evaluate(host, "{env: {HOME: '/there'}}", "import os; os.getcwd()") == "/there"


def test_the_locale_decides_the_utf_8_mode(host: Host) -> None:
    code = "import sys; f'{sys.flags.utf8_mode} {sys.stdout.encoding}'"
    assert evaluate(host, "{}", code) == "0 utf-8"
    assert evaluate(host, "{env: {LANG: 'C'}}", code) == "1 utf-8"


def test_an_impossible_home_is_survived(host: Host) -> None:
    options = "{env: {HOME: '/lib/python314.zip/x'}}"
    assert evaluate(host, options, "import os, json; os.getcwd()") == "/"


@pytest.mark.parametrize(
    ("args", "expected"), [("[]", ["", "/a", "/b", "/lib"]), ("['-E']", ["", "/lib"]), ("['-I']", ["", "/lib"])]
)
def test_python_path(host: Host, args: str, expected: list[str]) -> None:
    options = f"{{args: {args}, env: {{PYTHONPATH: '/a:/b'}}}}"
    found = evaluate(host, options, "import sys; '|'.join(path[:4] for path in sys.path[:4])")
    assert found.split("|")[: len(expected)] == expected


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
