"""Packages that cannot be had, are not what they should be, or want to do harm."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from harness.hosts import JsError
from harness.index import PackageIndex, make_wheel
from harness.packages import load, lock_file
from harness.runtime import Runtime

FIVE = ["one", "two", "three", "four", "five"]

Served = Callable[[str, bytes], str]


@pytest.fixture(scope="module")
def server() -> Any:
    wheels = {
        f"{name}-1.0-py3-none-any.whl": make_wheel(name)
        for name in [*FIVE, "user", "sound", "changed", "cut", "p", "q"]
    }
    with PackageIndex(wheels) as index:
        yield index


@pytest.fixture(scope="module")
def load_options(server: PackageIndex) -> str:
    lock = lock_file(server.wheels, {"user": ["three"]})
    lock["packages"]["changed"]["sha256"] = "0" * 64
    return json.dumps({"lockFileContents": lock, "packageBaseUrl": f"{server.url}/files"})


@pytest.fixture
def bad(runtime: Runtime, server: PackageIndex) -> Callable[[str, bytes], str]:
    """Tries to load a wheel; what went wrong. Nothing may have changed."""

    def attempt(file_name: str, data: bytes) -> str:
        load(runtime, "sound")
        server.wheels[file_name] = data
        before = files(runtime)
        outcome = load(runtime, server.address(file_name))
        assert outcome["failure"]
        assert files(runtime) == before
        assert runtime.run_python("import sound; sound.name") == "sound"
        return str(outcome["failure"])

    return attempt


def files(runtime: Runtime) -> list[str]:
    """Every file where packages are installed, and what is left in /tmp."""
    code = """
import os
folders = [each for top in ("/lib/python3.14/site-packages", "/tmp") for each in os.walk(top)]
sorted(f"{folder}/{name}" for folder, _, names in folders if "__pycache__" not in folder for name in names)
"""
    found: list[str] = runtime.run_python(code)
    return found


class TestDownloads:
    def test_one_of_five_is_missing(self, runtime: Runtime, server: PackageIndex) -> None:
        server.faults["/files/three-1.0-py3-none-any.whl"] = 404
        outcome = load(runtime, [*FIVE, "user"])
        assert "three could not be loaded: Could not load" in outcome["failure"]
        assert "404" in outcome["failure"]
        assert "user could not be loaded: it depends on three" in outcome["failure"]
        assert outcome["errors"] == outcome["failure"].split("\n")
        assert outcome["messages"][-1] == "Failed to load three, user"
        assert runtime.run_js("return Object.keys(pyodide.loadedPackages).sort()") == ["five", "four", "one", "two"]
        assert runtime.run_python("import five, one; [five.name, one.name]") == ["five", "one"]
        server.faults.clear()
        assert [each["name"] for each in load(runtime, "user")["loaded"]] == ["three", "user"]

    def test_failures_may_be_ignored(self, runtime: Runtime, server: PackageIndex) -> None:
        server.faults["/files/p-1.0-py3-none-any.whl"] = 500
        outcome = load(runtime, ["p", "q"], ignoreErrors=True)
        assert outcome.get("failure") is None
        assert [each["name"] for each in outcome["loaded"]] == ["q"]
        assert len(outcome["errors"]) == 1

    def test_another_file_than_the_lock_file_says(self, runtime: Runtime, server: PackageIndex) -> None:
        before = files(runtime)
        outcome = load(runtime, "changed")
        assert "changed-1.0-py3-none-any.whl has sha256 " in outcome["failure"]
        assert f"the lock file says {'0' * 64}" in outcome["failure"]
        assert files(runtime) == before
        assert load(runtime, "changed", checkIntegrity=False)["loaded"]

    def test_a_file_that_ends_early(self, runtime: Runtime, server: PackageIndex) -> None:
        name = "cut-1.0-py3-none-any.whl"
        server.faults[f"/files/{name}"] = server.wheels[name][:-20]
        assert "has sha256" in load(runtime, "cut")["failure"]
        assert "BadZipFile: File is not a zip file" in load(runtime, "cut", checkIntegrity=False)["failure"]

    def test_no_network(self, runtime: Runtime) -> None:
        outcome = load(runtime, "http://127.0.0.1:9/absent-1.0-py3-none-any.whl")
        assert (
            outcome["failure"]
            == "absent could not be loaded: Could not load http://127.0.0.1:9/absent-1.0-py3-none-any.whl"
        )

    def test_two_at_once_install_each_package_once(self, runtime: Runtime, server: PackageIndex) -> None:
        server.wheels["late-1.0-py3-none-any.whl"] = make_wheel("late")
        address = json.dumps(server.address("late-1.0-py3-none-any.whl"))
        code = f"""
            const quiet = {{ messageCallback() {{}} }};
            const both = [{address}, [{address}, "sound"]].map((names) => pyodide.loadPackage(names, quiet));
            const loaded = await Promise.all(both);
            return loaded.map((each) => each.map(({{ name }}) => name).includes("late"));
        """
        assert runtime.run_js(code) == [True, False]

    def test_a_failure_does_not_hold_up_the_next(self, runtime: Runtime) -> None:
        code = """
            const quiet = { messageCallback() {}, errorCallback() {} };
            const bad = pyodide.loadPackage("http://127.0.0.1:9/absent-1.0-py3-none-any.whl", quiet);
            const good = pyodide.loadPackage("sound", quiet);
            return (await Promise.allSettled([bad, good])).map(({ status }) => status);
        """
        assert runtime.run_js(code) == ["rejected", "fulfilled"]


class TestRequests:
    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("nothing", "No known package with name 'nothing'"),
            ("sound>=1", "'sound>=1' is not a valid package name or URL: .* micropip.install"),
            ("sound[extra]", "is not a valid package name or URL"),
            (5, "loadPackage takes a name, an address of a wheel, or a list of those, not 5"),
            ("x.whl", "'x.whl' is not the file name of a wheel"),
            (
                "x-1-cp314-cp314-pyemscripten_2025_0_wasm32.whl",
                "pyemscripten_2025_0_wasm32, .* needs pyemscripten_2026_0_wasm32",
            ),
            ("x-1-cp314-cp314-manylinux_2_17_x86_64.whl", "manylinux_2_17_x86_64"),
            ("x-1-cp313-cp313-pyemscripten_2026_0_wasm32.whl", "the Python ABI cp313, .* cp314"),
            ("x-1-cp315-abi3-pyemscripten_2026_0_wasm32.whl", "Python cp315"),
            ("x-1-py2-none-any.whl", "for Python py2"),
        ],
    )
    def test_what_cannot_be_loaded_is_said_at_once(self, runtime: Runtime, name: object, message: str) -> None:
        code = f"await pyodide.loadPackage({json.dumps(name)})"
        with pytest.raises(JsError, match=message):
            runtime.run_js(code)

    def test_a_lock_file_of_another_abi(self, runtime: Runtime) -> None:
        lock = lock_file({}, {})
        lock["info"]["abi_version"] = "2025_0"
        with pytest.raises(JsError, match="ABI version 2025_0, this runtime has ABI version 2026_0"):
            runtime.run_js(f"await loadPyodide({{ lockFileContents: {json.dumps(lock)} }})")


class TestArchives:
    def test_a_truncated_wheel(self, bad: Served) -> None:
        assert "BadZipFile" in bad("trunc-1.0-py3-none-any.whl", make_wheel("trunc")[:-30])

    def test_a_wheel_with_a_wrong_checksum(self, bad: Served) -> None:
        stored = io.BytesIO()
        with zipfile.ZipFile(stored, "w") as archive:
            archive.writestr("crc.py", "right = 1\n")
            archive.writestr("crc-1.0.dist-info/METADATA", "Name: crc\nVersion: 1.0\n")
        data = stored.getvalue().replace(b"right = 1", b"wrong = 1")
        assert "Bad CRC-32 for file 'crc.py'" in bad("crc-1.0-py3-none-any.whl", data)

    @pytest.mark.parametrize("path", ["../../evil.py", "/evil.py", "a/../../evil.py", "a\\..\\evil.py"])
    def test_a_path_that_climbs_out(self, bad: Served, path: str) -> None:
        wheel = make_wheel("climb", files={path: "harm = True\n"})
        assert "lies outside of it" in bad("climb-1.0-py3-none-any.whl", wheel)

    def test_a_symbolic_link(self, bad: Served) -> None:
        buffer = io.BytesIO(make_wheel("link"))
        with zipfile.ZipFile(buffer, "a") as archive:
            member = zipfile.ZipInfo("link_to")
            member.external_attr = 0o120777 << 16
            archive.writestr(member, "/etc/passwd")
        assert "symbolic link 'link_to'" in bad("link-1.0-py3-none-any.whl", buffer.getvalue())

    def test_a_bomb(self, bad: Served) -> None:
        """It says what it unpacks to, and is refused before anything is unpacked."""
        zeros = bytes(1 << 20)
        wheel = make_wheel("bomb", files={f"zeros{i}": zeros for i in range(300)})
        assert "that is a bomb" in bad("bomb-1.0-py3-none-any.whl", wheel)

    def test_a_bomb_that_lies_about_its_size(self, bad: Served) -> None:
        wheel = make_wheel("lie", files={"zeros": bytes(1 << 20)})
        data = wheel.replace((1 << 20).to_bytes(4, "little"), (10).to_bytes(4, "little"))
        assert "Bad CRC-32" in bad("lie-1.0-py3-none-any.whl", data)

    def test_a_wheel_of_another_package(self, bad: Served) -> None:
        assert "folder other-1.0.dist-info, which is that of another" in bad(
            "this-1.0-py3-none-any.whl", make_wheel("other")
        )

    def test_an_archive_that_is_no_wheel(self, bad: Served) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("module.py", "")
        assert "has no .dist-info folders, a wheel has one" in bad("none-1.0-py3-none-any.whl", buffer.getvalue())

    def test_a_file_where_a_folder_is_needed(self, bad: Served, runtime: Runtime) -> None:
        load(runtime, "sound")
        wheel = make_wheel("clash", files={"clash.py": "", "sound.py/inner.py": ""})
        assert "sound.py is in the way: it is no folder" in bad("clash-1.0-py3-none-any.whl", wheel)
