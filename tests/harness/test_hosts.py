"""The harness itself: what a test sees when its code, or its host, fails."""

from __future__ import annotations

import pytest

from harness.hosts import Host, HostError, JsError
from harness.runtime import Runtime


def test_values_come_back(host: Host) -> None:
    assert host.run("return {a: [1, 'é', null], b: await Promise.resolve(true)};") == {"a": [1, "é", None], "b": True}
    assert host.run("") is None


def test_errors_come_back_as_errors(host: Host) -> None:
    with pytest.raises(JsError, match="TypeError: no") as caught:
        host.run("throw new TypeError('no');")
    assert caught.value.name == "TypeError"
    assert "host.mjs" in caught.value.stack
    with pytest.raises(JsError, match="SyntaxError"):
        host.run("return (;")


def test_output_of_the_code_does_not_disturb_the_answers(host: Host) -> None:
    assert host.run("console.log('{\"value\": 1}'); return 2;") == 2
    assert '{"value": 1}' in host.output()


def test_a_hang_is_ended_and_the_next_call_starts_afresh(host: Host) -> None:
    host.run("globalThis.mark = 1;")
    with pytest.raises(HostError, match=r"did not answer within 1 s(.|\n)*before the loop"):
        host.run("console.log('before the loop'); await new Promise(setTimeout); for (;;);", timeout=1)
    assert not host.alive
    assert host.run("return typeof globalThis.mark;") == "undefined"


@pytest.mark.hosts("node20", "node24", "node26")
def test_a_dead_process_is_reported_with_its_last_output(host: Host) -> None:
    with pytest.raises(HostError, match=r"died(.|\n)*farewell"):
        host.run("process.stderr.write('farewell'); process.abort();")
    assert host.run("return 1;") == 1


def test_a_fresh_interpreter_replaces_the_earlier_one(host: Host) -> None:
    runtime = Runtime.load(host)
    runtime.run_python("kept = 1")
    assert runtime.run_python("kept") == 1
    assert not Runtime.load(host).run_python("'kept' in globals()")


def test_python_errors_are_javascript_errors(runtime: Runtime) -> None:
    with pytest.raises(JsError, match="ZeroDivisionError: division by zero") as caught:
        runtime.run_python("1/0")
    assert caught.value.name == "PythonError"


def test_files_reach_the_interpreter(runtime: Runtime) -> None:
    runtime.write_file("/tmp/data", bytes(range(256)) * 300)
    assert runtime.run_python("open('/tmp/data', 'rb').read() == bytes(range(256)) * 300") is True
