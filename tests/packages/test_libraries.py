"""Shared libraries: of extension modules, of packages, of ctypes."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from buildlib.paths import ROOT
from harness.hosts import JsError
from harness.index import PackageIndex, make_wheel
from harness.packages import load, lock_file, start_fresh
from harness.runtime import Runtime
from harness.sidemodules import SUFFIX, compile_module

SOURCES = Path(__file__).parent / "sources"
TAG = "cp314-cp314-pyemscripten_2026_0_wasm32"
LARGE = 9 << 20
"""More than Chromium compiles on a page's main thread while it waits."""

LOADED = "return Object.keys(pyodide._module.LDSO.loadedLibsByName).some((name) => name.includes('{}'))"


@dataclass(frozen=True)
class Compiled:
    """The side modules of SOURCES. The two `user` modules look for libbase.so in shapes.libs beside them."""

    base: bytes
    user_one: bytes
    user_two: bytes
    strays: bytes
    broken: bytes
    plain: bytes
    large: bytes
    system: bytes


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    folder = tmp_path_factory.mktemp("sidemodules")
    base = compile_module(SOURCES / "base.cpp", folder / "libbase.so")
    filler = folder / "filler"
    filler.write_bytes(hashlib.shake_128(b"").digest(LARGE))

    def user(name: str, rpath: str) -> bytes:
        flags = [f"-DNAME={name}", f'-DMODULE="{name}"']
        target = folder / f"{name}{SUFFIX}"
        return compile_module(SOURCES / "user.cpp", target, needs=[base], rpath=rpath, flags=flags).read_bytes()

    broken = compile_module(SOURCES / "broken.c", folder / f"broken{SUFFIX}", flags=["-sERROR_ON_UNDEFINED_SYMBOLS=0"])
    ffi = f"-I{ROOT / 'build/libs/libffi/include'}"
    large = compile_module(SOURCES / "large.c", folder / f"large{SUFFIX}", flags=["-std=gnu23", f'-DFILLER="{filler}"'])
    return Compiled(
        base=base.read_bytes(),
        user_one=user("user_one", "$ORIGIN/shapes.libs"),
        user_two=user("user_two", "$ORIGIN/shapes.libs"),
        strays=user("strays", ""),
        broken=broken.read_bytes(),
        plain=compile_module(SOURCES / "plain.c", folder / "plain.so").read_bytes(),
        large=large.read_bytes(),
        system=compile_module(SOURCES / "system.c", folder / f"system{SUFFIX}", flags=["-std=gnu23", ffi]).read_bytes(),
    )


@pytest.fixture(scope="module")
def served(compiled: Compiled) -> Iterator[PackageIndex]:
    wheels = {
        "shapes": {
            f"user_one{SUFFIX}": compiled.user_one,
            f"user_two{SUFFIX}": compiled.user_two,
            "shapes.libs/libbase.so": compiled.base,
        },
        "strays": {f"strays{SUFFIX}": compiled.strays},
        "broken": {f"broken{SUFFIX}": compiled.broken},
        "plain": {"plain.so": compiled.plain},
        "large": {f"large{SUFFIX}": compiled.large},
        "system": {f"system{SUFFIX}": compiled.system},
    }
    made = {f"{name}-1.0-{TAG}.whl": make_wheel(name, files=files) for name, files in wheels.items()}
    with PackageIndex(made) as index:
        library = io.BytesIO()
        with zipfile.ZipFile(library, "w") as archive:
            archive.writestr("libbase.so", compiled.base)
        index.wheels["libbase-1.0.zip"] = library.getvalue()
        yield index


@pytest.fixture(scope="module")
def load_options(served: PackageIndex) -> str:
    lock = lock_file(served.wheels, {})
    lock["packages"]["libbase"] |= {"install_dir": "dynlib", "package_type": "shared_library", "imports": []}
    lock["packages"]["libbase"]["version"] = "1.0"
    return json.dumps({"lockFileContents": lock, "packageBaseUrl": f"{served.url}/files"})


@pytest.fixture(scope="module")
def shapes(module_runtime: Runtime) -> None:
    assert load(module_runtime, "shapes")["loaded"]
    module_runtime.run_python("import user_one, user_two; None")


@pytest.mark.usefixtures("shapes")
class TestCpp:
    def test_functions_and_data_of_a_shared_library(self, runtime: Runtime) -> None:
        first, counter = runtime.run_python("user_one.next()")
        assert first == counter

    def test_two_modules_have_one_library(self, runtime: Runtime) -> None:
        first, _ = runtime.run_python("user_one.next()")
        assert runtime.run_python("user_two.next()") == [first + 1, first + 1]

    def test_an_exception_crosses_modules(self, runtime: Runtime) -> None:
        assert runtime.run_python("user_one.caught()") == ["thrown in base", 7]
        assert runtime.run_python("user_two.caught()") == ["thrown in base", 7]

    def test_it_is_caught_by_its_standard_base_class(self, runtime: Runtime) -> None:
        assert runtime.run_python("user_one.caught_as_standard()") == "thrown in base"

    def test_the_main_modules_library_throws_too(self, runtime: Runtime) -> None:
        assert runtime.run_python("user_one.from_the_runtime()") == "invalid_argument"

    def test_classes_across_modules(self, runtime: Runtime) -> None:
        assert runtime.run_python("user_one.cast()") == ["square", True]

    def test_weak_symbols(self, runtime: Runtime) -> None:
        """One that has a definition, and one that has none."""
        assert runtime.run_python("user_one.weak()") == [1, True]

    def test_thread_local_variables_are_each_modules_own(self, runtime: Runtime) -> None:
        assert runtime.run_python("[user_one.count(), user_one.count(), user_two.count()]")[:2] == [1, 2]


def test_what_the_main_module_has_for_c(runtime: Runtime) -> None:
    """The C library, also its half in JavaScript, and libffi, which pyodide-build links into no module."""
    load(runtime, "system")
    have, wanted = runtime.run_python("import system; system.have()")
    assert have == wanted
    assert runtime.run_python("[system.call(21), system.year()]") == [42, 2026]
    assert runtime.run_python("system.javascript(1)") == [2, 3, 1.5, 12]


class TestMissing:
    def test_a_missing_symbol_is_an_import_error_that_names_it(self, runtime: Runtime) -> None:
        load(runtime, "broken")
        for _ in range(2):
            with pytest.raises(JsError) as raised:
                runtime.run_python("import broken")
            path = f"/lib/python3.14/site-packages/broken{SUFFIX}"
            assert f"ImportError: could not load dynamic lib: {path}" in raised.value.message
            assert "it needs symbols that are undefined: " in raised.value.message
            assert {"nobody_has_this", "nor_this"} <= set(raised.value.message.replace(",", "").split())

    def test_a_missing_library_is_named_and_can_be_added(self, runtime: Runtime, load_options: str) -> None:
        fresh = start_fresh(runtime, load_options)
        caught = f"return {fresh}.runPython('import strays; strays.caught()[1]')"
        load(runtime, "strays", fresh)
        with pytest.raises(
            JsError, match=r"needs the library libbase\.so, which is not in a folder of LD_LIBRARY_PATH"
        ):
            runtime.run_js(caught)
        assert load(runtime, "libbase", fresh)["loaded"][0]["packageType"] == "shared_library"
        assert runtime.run_js(caught) == 7

    def test_what_comes_after_a_failure_is_not_affected(self, runtime: Runtime, load_options: str) -> None:
        fresh = start_fresh(runtime, load_options)
        load(runtime, ["broken", "shapes"], fresh)
        with pytest.raises(JsError, match="symbols that are undefined"):
            runtime.run_js(f"return {fresh}.runPython('import broken')")
        assert runtime.run_js(f"return {fresh}.runPython('import user_one; user_one.caught()[1]')") == 7


class TestCtypes:
    CODE = """
import ctypes, os
library = ctypes.CDLL("/lib/python3.14/site-packages/plain.so")
"""

    @pytest.fixture(autouse=True)
    def plain(self, runtime: Runtime) -> None:
        load(runtime, "plain")
        runtime.run_python("import ctypes; None")

    def test_functions(self, runtime: Runtime) -> None:
        code = f"{self.CODE}library.half.argtypes = [ctypes.c_double]; library.half.restype = ctypes.c_double\n"
        assert runtime.run_python(f"{code}[library.twice(21), library.half(5)]") == [42, 2.5]

    def test_variables_and_callbacks(self, runtime: Runtime) -> None:
        code = f"""{self.CODE}
counter = ctypes.c_int.in_dll(library, "counter")
counter.value = 5
function = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda value: value * 10)
result = library.apply(function, 4)
counter.value = 3
result
"""
        assert runtime.run_python(code) == 45

    def test_a_library_is_the_same_by_any_path(self, runtime: Runtime) -> None:
        code = f"""{self.CODE}
before = os.getcwd()
os.chdir("/lib/python3.14/site-packages")
other = ctypes.CDLL("./plain.so")
os.chdir(before)
ctypes.c_int.in_dll(library, "counter").value = 9
result = ctypes.c_int.in_dll(other, "counter").value
ctypes.c_int.in_dll(library, "counter").value = 3
result
"""
        assert runtime.run_python(code) == 9

    def test_a_library_that_does_not_exist(self, runtime: Runtime) -> None:
        for name in ("libnowhere.so", "/tmp/libnowhere.so", "libnowhere.so"):
            message = f"OSError: could not load dynamic lib: {name}\nError: {name}: no such file"
            with pytest.raises(JsError, match=message):
                runtime.run_python(f"import ctypes; ctypes.CDLL('{name}')")

    def test_a_file_that_is_no_library(self, runtime: Runtime) -> None:
        runtime.write_file("/tmp/text.so", b"this is text, not WebAssembly")
        for _ in range(2):
            with pytest.raises(JsError, match=r"OSError: could not load dynamic lib: /tmp/text\.so"):
                runtime.run_python("import ctypes; ctypes.CDLL('/tmp/text.so')")

    def test_a_symbol_that_does_not_exist(self, runtime: Runtime) -> None:
        with pytest.raises(JsError, match=r'AttributeError: .*"thrice"'):
            runtime.run_python(f"{self.CODE}library.thrice")


@pytest.mark.keeps("the first test to load it compiles it")
class TestLarge:
    def test_a_large_module_is_loaded_with_its_package(self, runtime: Runtime) -> None:
        assert load(runtime, "large")["loaded"]
        assert runtime.run_js(LOADED.format("large")) is True
        wanted = hashlib.shake_128(b"").digest(LARGE)[-1]
        assert runtime.run_python(f"import large; large.at({LARGE - 1})") == wanted

    def test_a_small_one_waits_for_its_import(self, runtime: Runtime) -> None:
        load(runtime, "strays")
        assert runtime.run_js(LOADED.format("strays")) is False
