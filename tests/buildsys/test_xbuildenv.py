from __future__ import annotations

import json
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from buildlib import xbuildenv
from buildlib.interpreter import SYSCONFIGDATA
from buildlib.paths import ROOT
from buildlib.wheelplatform import WheelPlatform


@pytest.fixture
def inputs(tmp_path: Path) -> xbuildenv.Inputs:
    files = [
        "python3.14/Python.h",
        "python3.14/cpython/code.h",
        "libffi/ffi.h",
        "data.py",
        "dist/pyodide.mjs",
        "dist/pyodide-1.tgz",
    ]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    packages = {name: {"name": name} for name in ("micropip", "packaging")}
    (tmp_path / "dist/pyodide-lock.json").write_text(json.dumps({"packages": packages}))
    return xbuildenv.Inputs(
        version="314.1.0",
        python="3.14.7",
        platform=WheelPlatform("2026_0", "5.0.3", ("-fPIC", "-fwasm-exceptions")),
        headers=tmp_path / "python3.14",
        libffi=tmp_path / "libffi",
        sysconfig=tmp_path / "data.py",
        dist=tmp_path / "dist",
        template=ROOT / "cpython/templates/Makefile.envs.j2",
    )


def test_what_is_in_the_archive(inputs: xbuildenv.Inputs, tmp_path: Path) -> None:
    xbuildenv.collect(inputs, tmp_path / "x.tar.gz")
    with tarfile.open(tmp_path / "x.tar.gz") as archive:
        names = archive.getnames()
        lock = archive.extractfile("xbuildenv/pyodide-root/dist/pyodide-lock.json")
        assert lock and json.load(lock) == {"packages": {"micropip": {"name": "micropip"}}}
    root = "xbuildenv/pyodide-root"
    assert names == sorted(
        [
            "xbuildenv/requirements.txt",
            f"{root}/Makefile.envs",
            f"{root}/cpython/installs/python-3.14.7/include/python3.14/Python.h",
            f"{root}/cpython/installs/python-3.14.7/include/python3.14/cpython/code.h",
            f"{root}/cpython/installs/python-3.14.7/include/python3.14/ffi.h",
            f"{root}/cpython/installs/python-3.14.7/sysconfigdata/{SYSCONFIGDATA}",
            f"{root}/dist/pyodide-lock.json",
            f"{root}/dist/pyodide.mjs",
            f"{root}/tools/constraints.txt",
            f"{root}/unisolated.txt",
        ]
    )


def test_equal_inputs_give_equal_bytes(inputs: xbuildenv.Inputs, tmp_path: Path) -> None:
    for name in ("a.tar.gz", "b.tar.gz"):
        xbuildenv.collect(inputs, tmp_path / name)
    assert (tmp_path / "a.tar.gz").read_bytes() == (tmp_path / "b.tar.gz").read_bytes()


def test_make_prints_the_variables(inputs: xbuildenv.Inputs, tmp_path: Path) -> None:
    (tmp_path / "Makefile.envs").write_text(xbuildenv.makefile(inputs))
    command = ["make", "-f", "Makefile.envs", ".output_vars"]
    environment = {"PATH": os.environ["PATH"], "PYODIDE_ROOT": "/root-of-it"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    variables = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    wanted = {
        "PYODIDE_VERSION": "314.1.0",
        "PYODIDE_ABI_VERSION": "2026_0",
        "PYODIDE_EMSCRIPTEN_VERSION": "5.0.3",
        "PYVERSION": "3.14.7",
        "PYMAJOR": "3",
        "PYMINOR": "14",
        "PYMICRO": "7",
        "TARGETINSTALLDIR": "/root-of-it/cpython/installs/python-3.14.7",
        "PYTHONINCLUDE": "/root-of-it/cpython/installs/python-3.14.7/include/python3.14",
        "SYSCONFIG_NAME": SYSCONFIGDATA.removesuffix(".py"),
        "CFLAGS_BASE": "-g0 -fPIC -fwasm-exceptions",
    }
    assert {name: variables.get(name) for name in wanted} == wanted
