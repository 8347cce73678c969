# ruff: noqa: E501 - a table of code
"""Programs about the members of the API, for test_beside_the_reference.py: expressions of JavaScript with the names of its driver."""

RUN = [
    f"api.{runner}({arguments})" for runner in ("runPython", "runPythonAsync") for arguments in (
        "", "undefined", "5", "null", "{}", "''", "'1', null", "'1', undefined", "'1', 5", "'1', {globals: {}}", "'1', {globals: null}", "'1', {globals: undefined}", "'1', {locals: null}",
        "'1', {filename: null}", "'1', {filename: 5}", "'1', {nonsense: 1}", "'  1', {dedent: false}", "'  1\\n  2'", "'  1', {dedent: ''}", "'x = 5', {return_mode: 'last_expr_or_assign'}",
        "'1', {flags: 0}", "'\\tx = 1\\n\\tx'", "new Uint8Array([49])", "'1', {}, 3", "'1;'", "'1;', {quiet_trailing_semicolon: false}", "'1 +'", "'await x'", "'None'", "'\\';\\''", "'[1]'",
        "'if 1:\\n  2'", "'x = 1'", "'1 / 0', {filename: 'a.py'}", "'pass # ;'")
]  # fmt: skip

RUN += [
    "((options) => (api.runPython('1', options), Object.keys(options)))({})",
    "api.runPythonAsync('1') instanceof Promise",
    "api.runPythonAsync('import asyncio\\nasyncio.ensure_future(asyncio.sleep(0, 7))')",
    "api.runPythonAsync('async def f(): return 5\\nf()')",
    "api.runPythonAsync('import js; js.Promise.resolve(6)')",
    "(async (order) => { globalThis.order = order; const done = api.runPythonAsync('import js; js.order.push(3)'); order.push(1); await null; order.push(2); await done; return order; })([])",
    "(() => { try { python('def f():\\n  1/0\\nf()', {}); } catch (error) { return error.message.split('\\n').filter((line) => line.includes('<exec>')).length; } })()",
    "(() => { try { api.runPython('def f():\\n  1/0\\nf()', {filename: 'a.py'}); } catch (error) { return error.message.split('\\n').filter((line) => /a.py|1.0/.test(line)); } })()",
    "(() => { try { api.runPython('1/0', {filename: '<mine>'}); } catch (error) { return error.message.split('\\n').filter((line) => /mine|1.0/.test(line)); } })()",
    "api.runPython('x = 1\\ny = 2', {filename: 'b.py'}) ?? python('import linecache; linecache.getline(\"b.py\", 2)')",
]  # fmt: skip

GLOBALS = [
    *(f"api.globals.{member}" for member in (
        "get('len')", "has('len')", "has('nonsense')", "len", "get('nonsense')", "type", "nonsense", "keys === undefined", "get('__name__')", "has('__name__')", "length > 5", "$type === undefined")),
    "['len' in api.globals, 'keys' in api.globals]", "(api.globals.set('zz', 5), python('zz'))", "[String(api.globals.delete('zz')), api.globals.has('zz')]",
    "((copy) => { const told = [copy.get('len') === undefined, copy.type]; copy.destroy(); return told; })(api.globals.copy())",
    "[api.globals instanceof api.ffi.PyProxy, api.globals instanceof api.ffi.PyDict]", "((f) => { const told = f(api.globals); f.destroy(); return told; })(python('lambda it: it is globals()'))",
    "api.pyodide_py.__name__", "api.version === python('import pyodide; pyodide.__version__')",
]  # fmt: skip

TO_PY = [
    *(f"api.toPy({arguments})" for arguments in (
        "5", "'a'", "null", "undefined", "true", "5n", "[1, 2]", "{a: 1}", "new Map([[1, 2]])", "new Set([1])", "new Uint8Array([1])", "[1, [2]], {depth: 0}", "[1, [2]], {depth: 1}", "[1, [2]], {depth: -2}",
        "[1, [2]], {depth: '1'}", "[1], null", "() => 1, {defaultConverter: () => 5}", "() => 1, {defaultConverter: (value, convert) => convert([1])}", "[new Date(0)], {defaultConverter: () => 'date'}", "[null, undefined]",
        "{a: {b: [1]}}", "new Map([[[1], 2]])", "[Symbol.iterator], {}")),
    *(f"((value) => api.toPy(value) === value)({value})" for value in (
        "() => 1", "new Date(0)", "/x/", "Promise.resolve(1)", "new (class A {})()", "new Error('x')", "Symbol('q')", "api.globals", "Object.create(null)")),
]  # fmt: skip

MODULES = [
    *(f"api.pyimport({name})" for name in (
        "'math'", "'os.path'", "'os.path.join'", "'nope'", "'os.nope'", "'os.path.nope'", "''", "'.os'", "'os.'", "'os..path'", "'collections.abc'", "'math.pi'", "'xml.dom.minidom'", "' os'", "5", "")),
    *(f"api.registerJsModule({arguments})" for arguments in (
        "'m1', {a: 1, f() { return this.a; }, sub: {b: 2}}", "'m2', 5", "'m2', null", "'m2', undefined", "5, {}", "'m3', 'abc'", "'m4', function f() {}", "'m1.x', {c: 1}", "'', {}", "'m6', [1]")),
    *(f"python(`{code}`)" for code in (
        "import m1; m1.a", "from m1 import *; a", "from m1 import sub; sub.b", "import m1.sub; m1.sub.b", "from m1.sub import b; b", "import m1; m1.f()", "import m1; m1.__name__", "import m1; m1.__package__",
        "import m1; m1.__file__", "import m1.nope", "from m1 import nope", "import m1.x; m1.x", "import m1, sys; sys.modules['m1'] is m1", "import importlib, m1; importlib.reload(m1) is m1", "import m1; m1.a = 7; m1.a",
        "import m6; m6[0]", "import m1; m1.sub.__name__", "import m2", "from js import nonsense", "import js.nonsense", "import js.Math; js.Math.max(1, 2)", "import pyodide_js; pyodide_js.version[:3]")),
    "(api.registerJsModule('m7', {a: 1}), python('import m7; m7.a'), api.registerJsModule('m7', {a: 2}), python('import m7; m7.a'))",
    "(api.unregisterJsModule('m7'), python('import m7'))", "api.unregisterJsModule('m7')", "api.unregisterJsModule(5)", "api.unregisterJsModule('os')",
]  # fmt: skip

SIGNALS = [
    *(f"(() => {{ try {{ return api.setInterruptBuffer({buffer}); }} finally {{ api.setInterruptBuffer(undefined); }} }})()" for buffer in (
        "new Uint8Array(1)", "new Int32Array(1)", "undefined", "null", "[0]", "5", "new Uint8Array(0)", "new Float64Array(1)", "new Uint8Array(new SharedArrayBuffer(1))", "new BigInt64Array(1)")),
    "api.checkInterrupt()",
    *(f"((buffer) => {{ api.setInterruptBuffer(buffer); buffer[0] = {signal}; try {{ return told(() => {work}) ?? buffer[0]; }} finally {{ api.setInterruptBuffer(undefined); }} }})(new Int32Array(1))"
      for signal in (0, 1, 2, 15, 300, -1) for work in ("python('for i in range(200000): pass')", "api.checkInterrupt()")),
]  # fmt: skip

OTHERS = [
    "[api.setDebug(true), api.setDebug(0), api.setDebug(1), api.setDebug(false)]", "Object.keys(api.canvas).sort()", "api.lockfile.info.abi_version", "api.registerComlink({a: 1})", "api.loadedPackages",
    "(api.mine = 5, python('import pyodide_js; pyodide_js.mine'))", "Object.isFrozen(api)", "Object.keys(api.FS.filesystems).sort()", "api.PATH.join('a', '../b')", "api.ERRNO_CODES.EIO",
    "(globalThis.archive = python('import io, zipfile; file = io.BytesIO(); archive = zipfile.ZipFile(file, \"w\"); archive.writestr(\"zz/a.txt\", \"hi\"); archive.close(); file.getvalue()').toJs(), 0)",
    *(f"api.unpackArchive(archive, {arguments})" for arguments in (
        "'zip'", "'.zip'", "'wheel'", "'whl'", "'.whl'", "'tar'", "'nope'", "''", "'ZIP'", "5", "undefined", "'zip', '/tmp/q'", "'zip', {extract_dir: '/tmp/q'}")),
    "(api.unpackArchive(archive, 'zip', {extractDir: '/tmp/q/r'}), python('import os; str(os.listdir(\"/tmp/q/r\"))'))",
    "(api.unpackArchive(archive.slice().buffer, 'zip', {extractDir: '/tmp/q/s'}), python('import os; str(os.listdir(\"/tmp/q/s\"))'))",
    "(api.unpackArchive(new DataView(archive.buffer, archive.byteOffset, archive.length), 'zip', {extractDir: '/tmp/q/t'}), python('import os; str(os.listdir(\"/tmp/q/t\"))'))",
    *(f"api.unpackArchive({bytes}, 'zip')" for bytes in ("'abc'", "null", "new Uint8Array([1, 2])", "api.globals")),
    *(f"api.mountNodeFS({arguments})" for arguments in ("'/m1', '/nowhere'", "'/m1', '/etc/hostname'", "'/m1', '/usr/share'", "'/m1', '/usr/share'", "'/home', '/usr'", "'/lib/python314.zip', '/usr'", "")),
    *(f"api.mountNativeFS('/n1', {handle})" for handle in ("{}", "null", "undefined", "{kind: 'file'}")),
    *(f"api.loadPackage({names})" for names in ("", "[]", "5", "[5]", "{}", "'http://x/y.whl.txt'")),
    "api.loadPackagesFromImports('import os')", "api.loadPackagesFromImports('import os (')",
    *(f"api._api.{member}" for member in (
        "isPromise({then: 1})", "isPromise({then() {}})", "isPromise(5)", "isPyProxy(api.globals)", "isPyProxy({})", "abiVersion", "sitePackages", "rawRun('import sys; sys.stderr.write(\"e\")')", "rawRun('1 +')[0]",
        "runPythonInternal('1 + 1')", "deserializeError('RangeError', 'm', 's').stack", "pyVersionTuple.slice(0, 2)", "importlib.import_module.name", "pyodide_ffi.JsProxy.__name__")),
]  # fmt: skip

PROGRAMS = [*RUN, *GLOBALS, *TO_PY, *MODULES, *SIGNALS, *OTHERS]
