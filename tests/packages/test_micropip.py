"""micropip as PyPI has it, on this runtime."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harness.hosts import JsError
from harness.index import PackageIndex, make_wheel
from harness.runtime import Runtime

pytestmark = pytest.mark.keeps("micropip's caches and modules keep what they import from js")

PROJECTS: dict[str, dict[str, str]] = {
    "plain-1.0": {},
    "plain-2.0": {},
    "plain-3.0b1": {},
    "needy-1.0": {"requires": "plain<2\nmarked; sys_platform == 'emscripten'\nnever; sys_platform == 'win32'"},
    "marked-1.0": {},
    "rich_needs-1.0": {"requires": "optional; extra == 'more'", "extra": "more"},
    "optional-1.0": {},
    "page-1.0": {},
    "direct-1.0": {},
    "local-1.0": {},
    "broken-1.0": {"requires": "absent"},
    "mocked_user-1.0": {"requires": "imaginary>=2"},
    "frozen-1.0": {"requires": "plain"},
    "gone-1.0": {},
    "one-1.0": {},
    "two-1.0": {},
}


@pytest.fixture(scope="module")
def index() -> Iterator[PackageIndex]:
    with PackageIndex() as server:
        for project, more in PROJECTS.items():
            name, version = project.split("-")
            server.wheels[f"{project}-py3-none-any.whl"] = make_wheel(
                name.replace("_", "-"), version, requires=more.get("requires", ""), extra=more.get("extra", "")
            )
        foreign = make_wheel("foreign", "1.0")
        server.wheels["foreign-1.0-cp314-cp314-pyemscripten_2025_0_wasm32.whl"] = foreign
        yield server


@pytest.fixture(autouse=True)
def clean(micropip: Runtime) -> Iterator[None]:
    """Each test begins without the packages of the others."""
    yield
    micropip.run_python(
        """
import micropip, sys
micropip.uninstall([name for name in micropip.list() if name != "micropip"])
for name in [name for name in sys.modules if getattr(sys.modules[name], "name", None) == name]:
    del sys.modules[name]
"""
    )


def install(runtime: Runtime, requirement: str, options: str = "") -> dict[str, str]:
    """What is installed afterwards, besides micropip: names and versions."""
    runtime.run_python_async(f"import micropip; await micropip.install({requirement!r}, {options}); None")
    installed: dict[str, str] = runtime.run_python(
        "{name: each.version for name, each in micropip.list().items() if name != 'micropip'}"
    )
    return installed


class TestInstall:
    def test_by_name_the_newest_release(self, runtime: Runtime) -> None:
        assert install(runtime, "plain") == {"plain": "2.0"}
        assert runtime.run_python("import plain; plain.name") == "plain"

    def test_by_specifier(self, runtime: Runtime) -> None:
        assert install(runtime, "plain<2") == {"plain": "1.0"}

    def test_a_release_that_is_not_final(self, runtime: Runtime) -> None:
        assert install(runtime, "plain", "pre=True") == {"plain": "3.0b1"}

    def test_with_what_it_needs_on_this_platform(self, runtime: Runtime) -> None:
        assert install(runtime, "needy") == {"needy": "1.0", "plain": "1.0", "marked": "1.0"}

    def test_without_what_it_needs(self, runtime: Runtime) -> None:
        assert install(runtime, "needy", "deps=False") == {"needy": "1.0"}

    def test_extras(self, runtime: Runtime) -> None:
        assert install(runtime, "rich-needs") == {"rich-needs": "1.0"}
        runtime.run_python("micropip.uninstall('rich-needs')")
        assert install(runtime, "rich-needs[more]") == {"rich-needs": "1.0", "optional": "1.0"}

    def test_constraints(self, runtime: Runtime) -> None:
        assert install(runtime, "plain", "constraints=['plain==1.0']") == {"plain": "1.0"}

    def test_by_url(self, runtime: Runtime, index: PackageIndex) -> None:
        assert install(runtime, index.address("direct-1.0-py3-none-any.whl")) == {"direct": "1.0"}
        assert install(runtime, f"marked @ {index.address('marked-1.0-py3-none-any.whl')}")["marked"] == "1.0"

    def test_from_pythons_file_system(self, runtime: Runtime) -> None:
        runtime.write_file("/tmp/local-1.0-py3-none-any.whl", make_wheel("local"))
        assert install(runtime, "emfs:/tmp/local-1.0-py3-none-any.whl") == {"local": "1.0"}

    @pytest.mark.hosts("node20", "node24", "node26")
    def test_from_the_hosts_disk(self, runtime: Runtime, tmp_path: Any) -> None:
        (tmp_path / "local-1.0-py3-none-any.whl").write_bytes(make_wheel("local"))
        assert install(runtime, f"file://{tmp_path}/local-1.0-py3-none-any.whl") == {"local": "1.0"}

    def test_from_the_lock_file(self, runtime: Runtime) -> None:
        installed = install(runtime, "packaging", "index_urls=micropip.package_index.DEFAULT_INDEX_URLS")
        assert list(installed) == ["packaging"]
        assert runtime.run_python("micropip.list()['packaging'].source") == "pyodide"
        assert runtime.run_python("from packaging.version import Version; Version('1.10') > Version('1.9')") is True

    def test_from_an_index_of_html_pages(self, runtime: Runtime, index: PackageIndex) -> None:
        assert install(runtime, "page", f"index_urls='{index.url}/html'") == {"page": "1.0"}

    def test_from_the_first_of_several_indexes_that_has_it(self, runtime: Runtime, index: PackageIndex) -> None:
        urls = [f"{index.url}/nowhere", f"{index.url}/html/{{package_name}}/"]
        assert install(runtime, "page", f"index_urls={urls}") == {"page": "1.0"}

    def test_again_is_nothing_to_do(self, runtime: Runtime, index: PackageIndex) -> None:
        install(runtime, "plain")
        index.asked.clear()
        install(runtime, "plain>1")
        assert index.asked == []

    def test_another_version_only_when_asked_to(self, runtime: Runtime) -> None:
        install(runtime, "plain==1.0")
        with pytest.raises(JsError, match=r"plain==1\.0 is already installed"):
            install(runtime, "plain==2.0")
        assert install(runtime, "plain==2.0", "reinstall=True") == {"plain": "2.0"}


class TestFaults:
    def test_a_dependency_that_does_not_exist(self, runtime: Runtime) -> None:
        with pytest.raises(JsError, match="Can't fetch metadata for 'absent'"):
            install(runtime, "broken")
        assert runtime.run_python("list(micropip.list())") == ["micropip"]

    def test_a_wheel_for_another_platform(self, runtime: Runtime, index: PackageIndex) -> None:
        with pytest.raises(JsError, match="Can't find a pure Python 3 wheel for 'foreign'"):
            install(runtime, "foreign")
        with pytest.raises(JsError, match="Wheel was built with Emscripten"):
            install(runtime, index.address("foreign-1.0-cp314-cp314-pyemscripten_2025_0_wasm32.whl"))

    def test_a_wheel_that_is_not_what_the_index_says(self, runtime: Runtime, index: PackageIndex) -> None:
        path = "/files/gone-1.0-py3-none-any.whl"
        index.faults[path] = make_wheel("gone", files={"gone.py": "changed = True\n"})
        with pytest.raises(JsError, match="Invalid checksum"):
            install(runtime, "gone")
        del index.faults[path]
        assert install(runtime, "gone") == {"gone": "1.0"}

    def test_a_wheel_that_is_damaged(self, runtime: Runtime, index: PackageIndex) -> None:
        """micropip has no hash for it, so that the installer sees it first."""
        index.faults["/files/one-1.0-py3-none-any.whl"] = make_wheel("one", files={"../one.py": ""})
        with pytest.raises(JsError, match="lies outside of it"):
            install(runtime, index.address("one-1.0-py3-none-any.whl"))
        index.faults.clear()
        assert runtime.run_python("list(micropip.list())") == ["micropip"]


class TestRecords:
    def test_list_tells_where_packages_are_from(self, runtime: Runtime, index: PackageIndex) -> None:
        install(runtime, "plain")
        address = index.address("direct-1.0-py3-none-any.whl")
        install(runtime, address)
        assert runtime.run_python("{name: each.source for name, each in micropip.list().items()}") == {
            "plain": "pypi",
            "direct": address,
            "micropip": "pyodide",
        }
        assert runtime.run_js("return pyodide.loadedPackages.direct") == address

    def test_uninstall(self, runtime: Runtime) -> None:
        install(runtime, "two")
        runtime.run_python("micropip.uninstall('two')")
        assert runtime.run_python("import importlib.util; importlib.util.find_spec('two') is None") is True
        assert runtime.run_js("return pyodide.loadedPackages.two") is None

    def test_data_files_are_uninstalled_too(self, runtime: Runtime) -> None:
        wheel = make_wheel("dated", files={"dated.py": "", "dated-1.0.data/data/share/dated/x.txt": "x"})
        runtime.write_file("/tmp/dated-1.0-py3-none-any.whl", wheel)
        install(runtime, "emfs:/tmp/dated-1.0-py3-none-any.whl")
        assert runtime.run_python("open('/share/dated/x.txt').read()") == "x"
        runtime.run_python("micropip.uninstall('dated')")
        assert runtime.run_python("import os; os.path.exists('/share/dated')") is False

    def test_what_is_frozen_can_be_loaded(self, runtime: Runtime) -> None:
        install(runtime, "frozen")
        lock = json.loads(runtime.run_python("micropip.freeze()"))
        assert lock["packages"]["frozen"]["depends"] == ["plain"]
        code = f"""
            const py = await loadPyodide({{ lockFileContents: {json.dumps(lock)}, stdout() {{}} }});
            await py.loadPackage("frozen");
            return py.runPython("import plain, frozen; [plain.name, frozen.name]").toJs();
        """
        assert runtime.run_js(code) == ["plain", "frozen"]

    def test_a_mock_package_satisfies_a_requirement(self, runtime: Runtime) -> None:
        runtime.run_python("micropip.add_mock_package('imaginary', '2.5', modules={'imaginary': 'answer = 42'}); None")
        assert "mocked-user" in install(runtime, "mocked-user")
        assert runtime.run_python("import imaginary; imaginary.answer") == 42
        assert runtime.run_python("micropip.list_mock_packages()") == ["imaginary"]
        runtime.run_python("micropip.remove_mock_package('imaginary')")
        assert runtime.run_python("micropip.list_mock_packages()") == []
