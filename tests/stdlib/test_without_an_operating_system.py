"""What no program in WebAssembly can do fails as an error that says so, and what is there instead."""

from __future__ import annotations

import pytest

from harness.runtime import Runtime

TRY = """
try:
    {code}
    said = "nothing"
except BaseException as error:
    said = f"{{type(error).__name__}}: {{error}}"
said
"""


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        ("import threading; threading.Thread(target=print).start()", "RuntimeError", "use asyncio"),
        ("from concurrent.futures import ThreadPoolExecutor as T; T().submit(print)", "RuntimeError", "use asyncio"),
        ("import subprocess; subprocess.run(['ls'])", "OSError", "does not support processes"),
        ("import os; os.popen('ls')", "OSError", "does not support processes"),
        ("import os; os.fork()", "OSError", "not implemented"),
        (
            "import multiprocessing as m; m.Process(target=print).start()",
            "ModuleNotFoundError",
            "cannot start processes",
        ),
        ("import multiprocessing as m; m.Queue()", "ModuleNotFoundError", "cannot start processes"),
        ("import socket; s = socket.socket(); s.bind(('', 0)); s.listen()", "OSError", "use pyodide.http"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "OSError", "pyodide.useNodeSockFS()"),
        (
            "import socket; s = socket.socket(); s.setblocking(False); s.connect(('127.0.0.1', 9))",
            "OSError",
            "use pyodide.http",
        ),
        ("import socket as s; s.socket(type=s.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))", "OSError", "unreachable"),
        ("import ssl; ssl.create_default_context().wrap_socket(None)", "NotImplementedError", "TLS is not available"),
        ("import readline", "ModuleNotFoundError", "not built for WebAssembly"),
        ("import venv", "ModuleNotFoundError", "this distribution leaves it out"),
        ("import pydoc_data.topics", "ModuleNotFoundError", "or use the full profile"),
    ],
)
def test_it_says_so(runtime: Runtime, code: str, error: str, words: str) -> None:
    said: str = runtime.run_python(TRY.format(code=code))
    assert said.startswith(f"{error}: ")
    assert words in said


def test_the_mask_of_new_files_is_that_of_the_file_system(runtime: Runtime) -> None:
    code = """
        import os, tempfile
        before = os.umask(0o027)
        path = tempfile.mkdtemp() + "/file"
        os.mkdir(path)
        [os.umask(before), os.stat(path).st_mode & 0o777]
    """
    assert runtime.run_python(code) == [0o027, 0o750]
