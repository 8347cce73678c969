"""Handles: what stands for a JavaScript value in linear memory (runtime/core/jsref)."""

from __future__ import annotations

from harness.hosts import Host
from harness.runtime import Runtime


def test_a_handle_gives_its_value_until_it_is_taken_back(runtime: Runtime) -> None:
    found = runtime.run_js(
        """
        const { _handle_new, _handle_get, _handle_pop, _handle_count } = pyodide._module;
        const value = {};
        const before = _handle_count();
        const handles = [value, value, undefined, null, "text", Symbol.iterator].map((each) => _handle_new(each));
        const seen = [new Set(handles).size, handles.includes(0), _handle_count() - before];
        seen.push(_handle_get(handles[0]) === value, _handle_get(handles[2]) === undefined, _handle_get(handles[4]));
        for (const handle of handles) _handle_pop(handle);
        return [...seen, _handle_count() - before];
        """
    )
    assert found == [6, False, 6, True, True, "text", 0]


def test_a_slot_that_is_used_again_has_another_handle(runtime: Runtime) -> None:
    """127 times over, then the version is the first again."""
    assert runtime.run_js(
        """
        const { _handle_new, _handle_pop } = pyodide._module;
        const handles = Array.from({ length: 127 }, (_, i) => { const h = _handle_new(i); _handle_pop(h); return h; });
        return [new Set(handles).size, new Set(handles.map((handle) => handle & (2 ** 25 - 1))).size];
        """
    ) == [127, 1]


def test_one_object_can_have_one_handle(runtime: Runtime) -> None:
    found = runtime.run_js(
        """
        const { _handle_new_unique, _handle_get, _handle_pop, _handle_count } = pyodide._module;
        const before = _handle_count();
        const value = {}, other = () => 1;
        const handles = [value, value, other, other, "text", "text"].map((each) => _handle_new_unique(each));
        const [first, same, second] = handles;
        const seen = [first === same, first === second, second === handles[3], handles[4] === handles[5]];
        _handle_pop(first);
        seen.push(_handle_get(same) === value, _handle_new_unique(value) === same);
        for (const handle of handles) _handle_pop(handle);
        return [...seen, _handle_count() - before];
        """
    )
    assert found == [True, False, True, False, True, True, 0]


def test_the_one_handle_of_an_object_is_never_another_s(runtime: Runtime) -> None:
    """Its slot has been used so often that its version is the same again."""
    assert runtime.run_js(
        """
        const { _handle_new, _handle_new_unique, _handle_get, _handle_pop } = pyodide._module;
        const value = {};
        const old = _handle_new_unique(value);
        _handle_pop(old);
        let again = 0;
        for (let i = 0; i < 128 && again !== old; i++) {
          if (again !== 0) _handle_pop(again);
          again = _handle_new(i);
        }
        const now = _handle_new_unique(value);
        const found = [again === old, now === old, _handle_get(now) === value];
        _handle_pop(again);
        _handle_pop(now);
        return found;
        """
    ) == [True, False, True]


def test_an_immortal_handle_stays(runtime: Runtime) -> None:
    assert runtime.run_js(
        """
        const { _handle_new_immortal, _handle_get, _handle_pop, _handle_count } = pyodide._module;
        const value = {};
        const before = _handle_count();
        const handle = _handle_new_immortal(value);
        for (let i = 0; i < 3; i++) _handle_pop(handle);
        return [_handle_get(handle) === value, _handle_count() - before];
        """
    ) == [True, 0]


def test_a_stale_handle_is_an_error_and_not_another_value(host: Host) -> None:
    """An interpreter each, because it is fatal: whoever holds a stale handle has lost count."""
    found = host.run(
        """
        const seen = [];
        for (const stale of [(h) => h, () => 0, () => 2 ** 25 - 1]) {
            const lines = [];
            const api = await loadPyodide({ stderr: (line) => lines.push(line) });
            const { _handle_new, _handle_get, _handle_pop } = api._module;
            const old = _handle_new("old");
            _handle_pop(old);
            _handle_new("new");
            try { seen.push(_handle_get(stale(old))); } catch { seen.push("dies"); }
            seen.push(lines.join().includes("stale or invalid JavaScript handle"));
        }
        return seen;
        """
    )
    assert found == ["dies", True] * 3


def test_the_table_grows(runtime: Runtime) -> None:
    found = runtime.run_js(
        """
        const { _handle_new, _handle_get, _handle_pop } = pyodide._module;
        const handles = Array.from({ length: 100_000 }, (_, i) => _handle_new(i));
        const right = handles.every((handle, i) => _handle_get(handle) === i);
        for (const handle of handles) _handle_pop(handle);
        return right;
        """
    )
    assert found is True
