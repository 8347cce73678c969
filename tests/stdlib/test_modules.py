"""The standard library of the built distribution, compared with stdlib-policy.toml."""

from __future__ import annotations

import json

from buildlib import policy
from buildlib.policy import Verdict
from harness.runtime import Runtime

OURS = policy.load()
ROWS = [*OURS.python.values(), *OURS.c.values()]
# Importing them does something: opens a browser, prints.
NOT_IMPORTED = {"antigravity", "this"}

IMPORT = """
import importlib, json
failures = {{}}
for name in json.loads({names!r}):
    try:
        importlib.import_module(name)
    except Exception as error:
        failures[name] = f"{{type(error).__name__}}: {{error}}"
failures
"""


def test_what_is_included_can_be_imported(runtime: Runtime) -> None:
    names = [row.name for row in ROWS if row.verdict is not Verdict.EXCLUDE and row.name not in NOT_IMPORTED]
    assert runtime.run_python(IMPORT.format(names=json.dumps(names))) == {}


def test_what_is_left_out_says_why(runtime: Runtime) -> None:
    reasons = OURS.left_out()
    failures = runtime.run_python(IMPORT.format(names=json.dumps(list(reasons))))
    assert failures == {
        name: f"ModuleNotFoundError: No module named {name!r}: this distribution leaves it out, because {reason}."
        for name, reason in reasons.items()
    }


def test_what_is_left_out_is_not_found(runtime: Runtime) -> None:
    assert runtime.run_python("import importlib.util; importlib.util.find_spec('curses') is None") is True


def test_ssl_is_there_to_be_configured(runtime: Runtime) -> None:
    code = """
        import ssl
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["h2", "http/1.1"])
        try:
            context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="example.org")
        except NotImplementedError as error:
            message = str(error)
        [context.verify_mode.name, context.minimum_version.name, message]
    """
    mode, version, message = runtime.run_python(code)
    assert (mode, version) == ("CERT_REQUIRED", "TLSv1_2")
    assert "TLS is not available" in message


def test_tracebacks_show_the_library_s_source(runtime: Runtime) -> None:
    """Both of a module that is loaded from its source and of one that start-up loads as bytecode."""
    code = """
        import inspect, textwrap, traceback
        import pyodide.code
        try:
            textwrap.wrap("x", 0)
        except ValueError:
            text = traceback.format_exc()
        [text, inspect.getsource(pyodide.code.eval_code)]
    """
    text, source = runtime.run_python(code)
    assert 'raise ValueError("invalid width' in text
    assert source.startswith("def eval_code(")


def test_json_knows_the_null_of_javascript(runtime: Runtime) -> None:
    code = """
import json
from pyodide.ffi import jsnull
class Encoder(json.JSONEncoder):
    def default(self, value): return "other"
results = [json.dumps(jsnull), json.dumps({"a": [jsnull, 1]}), json.dumps([jsnull, json], default=lambda x: "other"),
    json.dumps([jsnull, json], cls=Encoder), json.dumps([jsnull], indent=1)]
try: json.dumps(json)
except TypeError as error: results.append(str(error))
results
"""
    assert runtime.run_python(code) == [
        "null",
        '{"a": [null, 1]}',
        '[null, "other"]',
        '[null, "other"]',
        "[\n null\n]",
        "Object of type module is not JSON serializable",
    ]
