# ruff: noqa: E501, RUF001 - a table of code
"""Programs about the standard streams, for test_beside_the_reference.py: expressions of JavaScript with the names of its driver."""

READS = [
    # What a stdin handler returns.
    *(f"{{stdin: give({pieces})}}" for pieces in (
        "'', 'b'", "'\\n', 'a'", "'ab\\r\\n'", "'ab\\ncd\\nef'", "0, 65", "256, 65", "-1, 65", "65.7, 66", "NaN, 66", "65, 'b', 67", "'a', 67, 68",
        "65n", "true", "false", "Symbol('x')", "[65, 66]", "() => 1", "new String('ab')", "new Date(0)", "Promise",
        "new Int8Array([65, -1])", "new Uint8ClampedArray([65, 66])", "new Uint16Array([65, 66])", "new Float64Array([65])", "new DataView(bytes(65, 66).buffer)",
        "bytes(65, 66).buffer", "new SharedArrayBuffer(2)", "new Uint8Array(new SharedArrayBuffer(2))", "bytes(64, 65, 66, 67).subarray(1, 3)", "bytes(), 'x'",
        "bytes(97, 10), bytes(98, 10)", "'abcdefghijkl'", "'abcd', 'efgh'", "'abcde', 'f'", "null, 'a'", "undefined, 'a'", "null, null, 'a', null",
        "'a\\0b'", "'\\ud800'", "'é€𝒳'")),
    *(f"{{autoEOF: false, stdin: give({pieces})}}" for pieces in (
        "''", "'', 'a'", "bytes(), 'x'", "bytes(97, 98), bytes(99), bytes(100, 101, 102)", "'abcd', 'efgh'", "65, 66, 67, 68, 69, 70", "'a', 66, 'c'")),
    # What it throws.
    *(f"{{stdin() {{ {statement}; }}}}" for statement in (
        "fail()", "fail({code: 'EPERM'})", "fail({code: 'ENONSENSE'})", "fail({errno: 44})", "fail({errno: -2})", "throw 'x'", "throw null", "throw undefined",
        "throw new api.FS.ErrnoError(63)")),
    "{stdin: ((calls) => () => calls++ ? fail() : 65)(0)}", "{stdin: ((calls) => () => calls++ ? fail() : 'a')(0), autoEOF: false}",
    "{error: true}", "{stdin: first({code: 'EAGAIN'}, give('a'))}",
    # What a read handler does.
    *(f"{{read: (target) => {body}}}" for body in (
        "0", "(target.set([65, 66, 67]), 3)", "(target.fill(65), target.length)", "target.length + 1", "-1", "1.5", "NaN", "'2'", "null", "undefined", "true", "1n",
        "fail({code: 'EIO'})")),
    "{read: first({code: 'EINTR'}, (target) => (target[0] = 66, 1))}", "{read: first({code: 'EAGAIN'}, (target) => (target[0] = 66, 1))}",
]  # fmt: skip

ASKS = [
    # As Python's own files see it.
    *(f"reads({{stdin: give({pieces})}}, `{code}`)" for pieces, code in (
        ("'a\\r\\n'", "repr(input())"), ("'ab', 'cd'", "repr((input(), input()))"), ("'ab\\ncd', 'ef'", "repr(sys.stdin.readlines())"), ("'ab', 'ef', null", "repr([sys.stdin.read() for _ in '123'])"),
        ("'abcdef', 'ghi'", "repr((sys.stdin.read(3), sys.stdin.read(3), sys.stdin.read()))"), ("'ab\\n', 'cd\\n', 'ef'", "repr(list(sys.stdin))"), ("bytes(0, 255, 10)", "repr(sys.stdin.buffer.read())"),
        ("'abc'", "repr((sys.stdin.buffer.read1(2), sys.stdin.buffer.read1()))"), ("'abc'", "repr(open(0, closefd=False).read())"), ("'abc', 'de'", "repr([open('/dev/stdin').read() for _ in '12'])"),
        ("'abc'", "copy = os.dup(0); data = os.read(copy, 9); os.close(copy); repr(data)"), ("'abc'", "attempt(os.lseek, 0, 0, 1)"), ("'abc'", "str([each.seekable() for each in (sys.stdin, sys.stdout)])"),
        ("'abc'", "str([oct(os.fstat(fd).st_mode) for fd in range(3)])"), ("'abc'", "attempt(os.ttyname, 0)"), ("'abc'", "attempt(os.write, 0, b'x')"), ("'abc'", "str(attempt(os.read, 1, 3))"),
        ("'abc'", "attempt(os.ftruncate, 1, 3)"), ("'abc'", "str([fcntl.fcntl(fd, fcntl.F_GETFL) for fd in range(3)])"), ("'abc'", "str([(each.name, each.mode, each.encoding, each.errors) for each in (sys.stdin, sys.stdout, sys.stderr)])"))),
    *(f"reads({{stdin: give({pieces}), autoEOF: false}}, `{code}`)" for pieces, code in (
        ("'ab\\ncd\\n', 'ef'", "repr((input(), input(), input()))"), ("'ab\\ncd', 'ef'", "repr(sys.stdin.readlines())"), ("'ab', 'ef', null", "repr(sys.stdin.read())"))),
    "told(() => reads({stdin: () => null}, 'input()'))", "told(() => reads({error: true}, 'input()'))",
    *(f"reads({options}, `str((os.isatty(0), sys.stdin.isatty(), attempt(os.get_terminal_size, 0)))`)" for options in (
        "{stdin: () => null}", "{stdin: () => null, isatty: true}", "{read: () => 0, isatty: true}", "{read: () => 0, isatty: false}", "{error: true, isatty: true}")),
    # What handlers are called with and on.
    "((seen) => [reads({read(target) { seen = [target.constructor.name, target.length, arguments.length]; return 0; }}), seen])()",
    "((seen) => [reads({read(target) { seen ??= target.length; return 0; }}, 'os.read(0, 100000); None'), seen])()",
    "((seen) => [reads({read(target) { seen ??= target.length; target[0] = 10; return 1; }}, 'input()'), seen])()",
    *(f"((seen, options) => {{ options.{name} = function () {{ seen = this === options; return {value}; }}; api.{setter}(options); python(`{code}`); return seen; }})(0, {options})"
      for setter, name, value, code, options in (
        ("setStdin", "stdin", "null", "attempt(os.read, 0, 1); None", "{}"), ("setStdin", "read", "0", "attempt(os.read, 0, 1); None", "{}"), ("setStdout", "batched", "0", "print()", "{}"),
        ("setStdout", "raw", "0", "print()", "{}"), ("setStdout", "write", "1", "print()", "{}"), ("setStdout", "fsync", "0", "os.fsync(1)", "{write: (bytes) => bytes.length}"),
        ("setStdout", "getTerminalSize", "{rows: 1, columns: 2}", "os.get_terminal_size(1); None", "{raw() {}, isatty: true}"))),
    # Handlers that change.
    "[reads({stdin: give('abcdefgh')}, 'reads(1, 3)'), reads({stdin: give('xyz')})]", "[reads({stdin: give('ab\\ncd\\n')}, 'input()'), reads({stdin: give('xyz')}, 'input()')]",
    "((calls) => reads({stdin() { if (calls++ === 0) api.setStdin({stdin: give('new')}); return 'old'; }}, 'reads(4, 9)'))(0)",
    "[reads({stdin: give('abc')}, 'os.close(0)'), reads({stdin: give('xyz')})]",
    # Handlers that turn to Python, and Python's as handlers.
    "reads({stdin: () => told(() => String(python('1 + 1')))}, 'input()')", "writes((take) => ({batched: () => take(told(() => python('1 + 1')))}), 'print(5)')",
    "((handler) => { const said = told(() => reads({stdin: handler}, 'input()')); handler.destroy(); return said; })(python('lambda: 5'))",
    "((handler) => { api.setStdout({batched: handler}); python('print(6)'); api.setStdout({batched() {}}); handler.destroy(); return python('str(got)'); })(python('got = []; got.append'))",
    # Signals.
    *(f"signalled((now) => api.setStdin({{{handler}}}), () => python('os.read(0, 5).decode()'))" for handler in (
        "read(target) { if (now()) fail({code: 'EINTR'}); target[0] = 66; return 1; }", "read(target) { if (now()) fail({code: 'EAGAIN'}); target[0] = 66; return 1; }",
        "stdin() { if (now()) api.checkInterrupt(); return 'x'; }")),
    *(f"signalled((now) => api.setStdout({{{handler}}}), () => python('print(7)'))" for handler in (
        "write(data) { if (now()) api.checkInterrupt(); return data.length; }", "batched() { if (now()) api.checkInterrupt(); }")),
]  # fmt: skip

WRITES = [
    # What arrives.
    *(f"writes((take) => ({{{kind}}}), `{code}`)" for kind in ("batched: take", "raw: take", "write: take") for code in (
        "os.write(1, b'a\\\\nb\\\\n')", "os.write(1, b'a\\\\r\\\\nb\\\\r\\\\n')", "os.write(1, b'a\\\\0b\\\\n')", "os.write(1, b'\\\\xff\\\\xc3\\\\n')", "os.write(1, b'\\\\xc3'); os.write(1, b'\\\\xa9\\\\n')",
        "os.write(1, '\\\\ufeffa\\\\n'.encode())", "os.write(1, b'\\\\n\\\\n')", "os.write(1, b'')", "print('x', end='', flush=True); print('y')", "os.write(1, b'abc'); os.fsync(1)", "os.fsync(1)",
        "sys.stdout.writelines(['a\\\\n', 'b\\\\n'])", "n = sys.stdout.buffer.write(b'ab\\\\n'); sys.stdout.buffer.flush(); n", "file = open('/dev/stdout', 'w'); print('x', file=file); file.close()",
        "fd = os.open('/dev/stdout', os.O_WRONLY); n = os.write(fd, b'q\\\\n'); os.close(fd); n", "str((os.isatty(1), sys.stdout.isatty(), attempt(os.get_terminal_size, 1)))")),
    *(f"writes((take, got) => ({{write(data) {{ got.push(data.length); return {value}; }}}}), `{code}`)" for value, code in (
        ("data.length", "os.write(1, b'x' * 100000)"), ("data.length", "print('x' * 100000)"), ("data.length", "print('a\\\\nb\\\\nc', end='')"), ("Math.min(data.length, 2)", "print('abcde')"))),
    # What handlers return and throw.
    *(f"writes(() => ({{write: (data) => {value}}}), `attempt(os.write, 1, b'abc')`)" for value in (
        "undefined", "null", "0", "1", "-1", "1.5", "NaN", "'2'", "true", "data.length + 1", "Promise.resolve(1)", "fail()", "fail({code: 'ENOSPC'})", "fail({errno: 64})")),
    *(f"writes((take) => ({{write: first({{code: '{code}'}}, take)}}), `attempt(os.write, 1, b'abc')`)" for code in ("EAGAIN", "EINTR")),
    *(f"writes((take) => ({{{kind}(value) {{ take(value); if (value === {last}) fail({{code: 'ENOSPC'}}); return 'x'; }}}}), `attempt(os.write, 1, b'a\\\\nb\\\\nc\\\\n')`)" for kind, last in (
        ("raw", "97"), ("raw", "98"), ("raw", "-1"), ("batched", "'a'"), ("batched", "'b'"))),
    *(f"writes((take, got) => ({{{kind}, fsync() {{ got.push('fsync'); {then} }}}}), `{code}`)" for kind, then, code in (
        ("write: take", "", "attempt(os.fsync, 1)"), ("write: take", "", "os.fdatasync(1)"), ("write: take", "", "print('x', flush=True)"), ("write: take", "fail({code: 'ENOSPC'})", "attempt(os.fsync, 1)"),
        ("raw: take", "", "os.fsync(1)"), ("batched: take", "", "os.fsync(1)"))),
    "writes((take) => ({batched: () => fail()}), `os.write(1, b'abc'); attempt(os.fsync, 1)`)",
    # Terminals.
    *(f"writes(() => ({{raw() {{}}, isatty: true, getTerminalSize: () => ({size})}}), `str(attempt(os.get_terminal_size, 1))`)" for size in (
        "{rows: 3, columns: 4}", "[3, 4]", "undefined", "null", "{rows: 3}", "{rows: '3', columns: '5'}", "{rows: 70000, columns: 70001}")),
    "writes(() => ({write() {}, isatty: true}), `str((os.isatty(1), sys.stdout.isatty(), attempt(os.get_terminal_size, 1)))`)",
    "((got) => { api.setStderr({batched: (line) => got.push(line)}); python(`print('x', file=sys.stderr); print('y', end='', file=sys.stderr)`); return got; })([])",
    "((got) => { api.setStderr({raw: (byte) => got.push(byte)}); python(`print('x', end='', file=sys.stderr)`); return got; })([])",
    # Handlers that change.
    "((a, b) => { api.setStdout({batched: (line) => a.push(line)}); python(`os.write(1, b'rest')`); api.setStdout({batched: (line) => b.push(line)}); python(`os.write(1, b'new\\\\n')`); return [a, b]; })([], [])",
    "((a, b) => { api.setStdout({batched: (line) => a.push(line)}); python(`print('p', end='')`); api.setStdout({batched: (line) => b.push(line)}); python(`print('q')`); return [a, b]; })([], [])",
    "writes((take, got) => ({batched(line) { got.push('1' + line); api.setStdout({batched: (next) => got.push('2' + next)}); }}), `print('a'); print('b')`)",
    "writes((take, got) => ({batched(line) { got.push('1' + line); api.setStdout({batched: (next) => got.push('2' + next)}); }}), `os.write(1, b'a\\\\nb\\\\nc\\\\n')`)",
]  # fmt: skip

OPTIONS = [
    f"told(() => String(api.{call}))" for call in (
        "setStdin({stdin() {}, read() {}})", "setStdin({stdin() {}, error: true})", "setStdin({read() {}, error: true})", "setStdin({autoEOF: true})", "setStdin({read() {}, autoEOF: false})",
        "setStdin({error: true, autoEOF: true})", "setStdin({error: false})", "setStdin({isatty: true})", "setStdin({stdin: undefined})", "setStdin({stdin: null})", "setStdin(null)", "setStdin({})", "setStdin({stdin: 'x'})",
        "setStdout({isatty: true})", "setStdout({batched() {}, isatty: true})", "setStdout({batched() {}, isatty: false})", "setStdout({raw() {}, write() {}})", "setStdout({batched() {}, write() {}})",
        "setStdout({batched: null})", "setStdout(null)", "setStdout(undefined)", "setStdout({})", "setStdout({getTerminalSize() {}})", "setStdout({fsync() {}})", "setStdout({batched() {}, getTerminalSize() {}})",
        "setStdin({stdin() {}})", "setStderr({raw() {}})")
]  # fmt: skip

PROGRAMS = [*(f"reads({options})" for options in READS), *ASKS, *WRITES, *OPTIONS]
