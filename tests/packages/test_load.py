"""loadPackage and its relatives: packages of a lock file, and wheels by their addresses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.hosts import JsError
from harness.index import PackageIndex, make_wheel
from harness.packages import load, lock_file, start_fresh
from harness.runtime import Runtime

NAMES = ["base", "middle", "top", "aside", "first_round", "second_round", "lonely", "told", "quiet", "hinted", "many"]
DEPENDS = {
    "middle": ["base"],
    "top": ["middle", "base"],
    "first_round": ["second-round"],
    "second_round": ["first_round"],
}
DEPENDS |= {"many": ["aside", "top"]}


LARGE = 48 << 20


@pytest.fixture(scope="module")
def served() -> Iterator[PackageIndex]:
    with PackageIndex({f"{name}-1.0-py3-none-any.whl": make_wheel(name) for name in NAMES}) as server:
        yield server


@pytest.fixture(scope="module")
def lock(served: PackageIndex) -> dict[str, Any]:
    return lock_file(served.wheels, DEPENDS)


@pytest.fixture(scope="module")
def load_options(lock: dict[str, Any], served: PackageIndex) -> str:
    return json.dumps({"lockFileContents": lock, "packageBaseUrl": f"{served.url}/files"})


@pytest.fixture(autouse=True, scope="module")
def warm(module_runtime: Runtime) -> None:
    """What unpacking imports is imported, so that tests do not count it."""
    load(module_runtime, "lonely")


class TestLoading:
    def test_what_a_package_depends_on_comes_with_it_in_order(self, runtime: Runtime, served: PackageIndex) -> None:
        outcome = load(runtime, "top")
        assert [each["name"] for each in outcome["loaded"]] == ["base", "middle", "top"]
        assert outcome["loaded"][0] == {
            "name": "base",
            "version": "1.0",
            "fileName": "base-1.0-py3-none-any.whl",
            "packageType": "package",
        }
        assert outcome["messages"] == ["Loading base, middle, top", "Loaded base, middle, top"]
        assert runtime.run_python("import top, middle, base; [top.name, middle.name, base.name]") == [
            "top",
            "middle",
            "base",
        ]
        assert served.asked.count("/files/base-1.0-py3-none-any.whl") == 1

    def test_what_is_loaded_is_listed_and_not_loaded_again(self, runtime: Runtime, served: PackageIndex) -> None:
        load(runtime, "aside")
        assert runtime.run_js("return pyodide.loadedPackages.aside") == "default channel"
        asked = len(served.asked)
        outcome = load(runtime, ["aside"])
        assert outcome["loaded"] == []
        assert outcome["messages"] == ["aside already loaded from default channel", "No new packages to load"]
        assert len(served.asked) == asked

    def test_packages_may_depend_on_each_other(self, runtime: Runtime) -> None:
        outcome = load(runtime, "First.Round")
        assert sorted(each["name"] for each in outcome["loaded"]) == ["first_round", "second_round"]

    def test_nothing_is_something_to_ask_for(self, runtime: Runtime) -> None:
        assert load(runtime, [])["messages"] == ["No new packages to load"]

    def test_a_python_list_of_names(self, runtime: Runtime) -> None:
        code = (
            "const names = pyodide.toPy(['lonely']); const r = await pyodide.loadPackage(names, {messageCallback(){}});"
        )
        assert runtime.run_js(f"{code} names.destroy(); return r;") == []

    def test_python_can_load_packages_too(self, runtime: Runtime) -> None:
        code = "import pyodide_js; r = await pyodide_js.loadPackage(['lonely']); x = len(r); del r; x"
        assert runtime.run_python_async(code) == 0

    def test_by_default_python_prints_the_messages(self, runtime: Runtime) -> None:
        code = """
            const out = [];
            pyodide.setStdout({ batched: (line) => out.push(line) });
            await pyodide.loadPackage("told");
            pyodide.setStdout();
            return out;
        """
        assert runtime.run_js(code) == ["Loading told", "Loaded told"]

    def test_the_metadata_says_who_installed_it_from_where(self, runtime: Runtime) -> None:
        load(runtime, "base")
        code = """
from importlib.metadata import distribution
[distribution("base").read_text(name) for name in ("INSTALLER", "PYODIDE_SOURCE")]
"""
        assert runtime.run_python(code) == ["pyodide.loadPackage", "pyodide"]

    def test_the_lock_file_can_be_read(self, runtime: Runtime, lock: dict[str, Any], served: PackageIndex) -> None:
        assert runtime.run_js("return pyodide.lockfile") == lock
        assert runtime.run_js("return pyodide.lockfileBaseUrl") == f"{served.url}/files/"


class TestWheelsByAddress:
    def test_a_wheel_is_installed_without_what_it_needs(self, runtime: Runtime, served: PackageIndex) -> None:
        served.wheels["direct-2.0-py3-none-any.whl"] = make_wheel("direct", "2.0", requires="absent")
        address = served.address("direct-2.0-py3-none-any.whl")
        outcome = load(runtime, address)
        assert outcome["loaded"] == [
            {"name": "direct", "version": "2.0", "fileName": "direct-2.0-py3-none-any.whl", "packageType": "package"}
        ]
        assert runtime.run_python("import direct; direct.name") == "direct"
        assert runtime.run_js("return pyodide.loadedPackages.direct") == address
        assert load(runtime, address)["messages"][0] == f"direct already loaded from {address}"

    def test_a_wheel_takes_the_place_of_the_lock_files_package(
        self, runtime: Runtime, served: PackageIndex, load_options: str
    ) -> None:
        fresh = start_fresh(runtime, load_options)
        served.wheels["base-9.0-py3-none-any.whl"] = make_wheel("base", "9.0")
        outcome = load(runtime, ["top", served.address("base-9.0-py3-none-any.whl")], fresh)
        assert [(each["name"], each["version"]) for each in outcome["loaded"]] == [
            ("base", "9.0"),
            ("middle", "1.0"),
            ("top", "1.0"),
        ]
        other = load(runtime, served.address("base-1.0-py3-none-any.whl"), fresh)
        assert other["failure"].startswith("URI mismatch: base is wanted from ")
        assert other["errors"] == [other["failure"]]

    @pytest.mark.hosts("node20", "node24", "node26")
    def test_a_path_in_node(self, runtime: Runtime, tmp_path: Path) -> None:
        (tmp_path / "ondisk-1.0-py3-none-any.whl").write_bytes(make_wheel("ondisk"))
        load(runtime, str(tmp_path / "ondisk-1.0-py3-none-any.whl"))
        assert runtime.run_python("import ondisk; ondisk.name") == "ondisk"


def test_a_large_wheel_passes_through_pythons_memory_in_pieces(runtime: Runtime, served: PackageIndex) -> None:
    """It is in memory once as it came, and once unpacked, both of it JavaScript's, which shrinks again."""
    content = hashlib.shake_128(b"").digest(LARGE)
    served.wheels["heavy-1.0-py3-none-any.whl"] = make_wheel("heavy", files={"heavy.bin": content})
    size = "return pyodide._module.HEAPU8.length"
    before = runtime.run_js(size)
    load(runtime, served.address("heavy-1.0-py3-none-any.whl"))
    assert runtime.run_js(size) - before < LARGE / 8
    path = "/lib/python3.14/site-packages/heavy.bin"
    code = f"import hashlib; hashlib.file_digest(open({path!r}, 'rb'), 'sha256').hexdigest()"
    assert runtime.run_python(code) == hashlib.sha256(content).hexdigest()
    assert runtime.run_js(size) - before < LARGE / 8


class TestImports:
    def test_the_packages_that_source_imports(self, runtime: Runtime, load_options: str) -> None:
        fresh = start_fresh(runtime, load_options)
        load(runtime, "top", fresh)
        code = """
            const options = { messageCallback() {} };
            return await FRESH.loadPackagesFromImports("import os, quiet.part\\nfrom top import x", options);
        """
        assert [each["name"] for each in runtime.run_js(code.replace("FRESH", fresh))] == ["quiet"]

    def test_source_that_imports_no_package(self, runtime: Runtime) -> None:
        assert runtime.run_js("return await pyodide.loadPackagesFromImports('import os, sys')") == []

    def test_a_missing_module_names_the_package_that_has_it(self, runtime: Runtime) -> None:
        with pytest.raises(JsError, match=r'"hinted"\).*await pyodide\.loadPackage\("hinted"\)'):
            runtime.run_python("import hinted")
        code = "try:\n  import hinted\nexcept ModuleNotFoundError as e:\n  name = e.name\nname"
        assert runtime.run_python(code) == "hinted"
        assert runtime.run_python("import importlib.util; importlib.util.find_spec('hinted') is None") is True

    def test_a_missing_module_of_no_package_has_the_usual_message(self, runtime: Runtime) -> None:
        with pytest.raises(JsError, match=r"ModuleNotFoundError: No module named 'nowhere'\n"):
            runtime.run_python("import nowhere")

    def test_a_finder_that_was_added_later_is_asked_first(self, runtime: Runtime) -> None:
        code = """
import sys
from importlib.machinery import ModuleSpec
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return ModuleSpec(name, Finder) if name == "hinted" else None
    @staticmethod
    def create_module(spec): pass
    @staticmethod
    def exec_module(module): module.found = True
sys.meta_path.append(Finder)
import hinted
sys.meta_path.remove(Finder)
del sys.modules["hinted"]
hinted.found
"""
        assert runtime.run_python(code) is True


class TestOptions:
    def test_packages_are_there_when_the_interpreter_is(self, runtime: Runtime, load_options: str) -> None:
        code = f"""
            const py = await loadPyodide({{ ...{load_options}, packages: ["top"], stdout() {{}} }});
            return [py.runPython("import top; top.name"), Object.keys(py.loadedPackages).sort()];
        """
        assert runtime.run_js(code) == ["top", ["base", "middle", "top"]]

    def test_their_files_are_asked_for_once(self, runtime: Runtime, load_options: str, served: PackageIndex) -> None:
        served.asked.clear()
        runtime.run_js(f'await loadPyodide({{ ...{load_options}, packages: ["middle"], stdout() {{}} }});')
        assert sorted(served.asked) == ["/files/base-1.0-py3-none-any.whl", "/files/middle-1.0-py3-none-any.whl"]

    def test_a_package_that_is_unknown(self, runtime: Runtime, load_options: str) -> None:
        with pytest.raises(JsError, match="No known package with name 'unheard'"):
            runtime.run_js(f'await loadPyodide({{ ...{load_options}, packages: ["unheard"] }});')

    def test_without_packages_nothing_of_loading_them_is_imported(self, runtime: Runtime) -> None:
        code = "const py = await loadPyodide(); return py.runPython('import sys; list(sys.modules)').toJs();"
        assert {"pyodide._package_loader", "zipfile", "importlib"}.isdisjoint(runtime.run_js(code))

    def test_what_was_there_before_is_loaded(self, runtime: Runtime) -> None:
        code = """
            const py = await loadPyodide({ fsInit: async (FS, { sitePackages }) => {
              FS.mkdirTree(`${sitePackages}/early-1.0.dist-info`);
              FS.writeFile(`${sitePackages}/early-1.0.dist-info/METADATA`, "Metadata-Version: 2.1\\nName: early\\n");
              FS.writeFile(`${sitePackages}/early-1.0.dist-info/INSTALLER`, "pip\\n");
            }});
            return py.loadedPackages;
        """
        assert runtime.run_js(code) == {"early": "pip"}

    def test_what_one_server_lacks_another_has(
        self, runtime: Runtime, lock: dict[str, Any], served: PackageIndex
    ) -> None:
        options = json.dumps(
            {
                "lockFileContents": lock,
                "packageBaseUrl": f"{served.url}/nowhere",
                "cdnUrl": f"{served.url}/files",
                "packages": ["base"],
            }
        )
        code = f"""
            const py = await loadPyodide({{ ...{options}, stdout() {{}} }});
            return py.runPython("import base; base.name");
        """
        served.asked.clear()
        assert runtime.run_js(code) == "base"
        file = lock["packages"]["base"]["file_name"]
        assert served.asked == [f"/nowhere/{file}", f"/files/{file}"]

    @pytest.mark.hosts("node20", "node24", "node26")
    def test_node_keeps_downloads(
        self, runtime: Runtime, load_options: str, served: PackageIndex, lock: dict[str, Any], tmp_path: Path
    ) -> None:
        cache = json.dumps(str(tmp_path / "new"))
        options = f"{{ ...{load_options}, packageCacheDir: {cache}, packages: ['base'], stdout() {{}} }}"
        served.asked.clear()
        code = f"const py = await loadPyodide({options}); return py.runPython('import base; base.name')"
        assert runtime.run_js(code) == "base"
        kept = tmp_path / "new/base-1.0-py3-none-any.whl"
        assert [path.name for path in kept.parent.iterdir()] == [kept.name]
        assert runtime.run_js(code) == "base"
        assert len(served.asked) == 1
        kept.write_bytes(b"damaged")
        assert runtime.run_js(code) == "base"
        assert len(served.asked) == 2
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == lock["packages"]["base"]["sha256"]
