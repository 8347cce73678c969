"""What is run here and in the reference, and must come to the same: pieces of input, expressions, and coroutines."""

from __future__ import annotations

SESSIONS: tuple[tuple[str, ...], ...] = (
    ("x = 1", "x", "x;", "x + 1", "print(x)", "x, y = 1, 2", "x += 1", "x"),
    ("def f():", "  return 9", "", "f()"),
    ("def f():", "  x = 1", "  ", "f()"),
    ("if 1:", "  5", "", "if 1: 7", ""),
    ("for i in range(3): i", ""),
    ("(1,", "2)", "[1", ",2", "]", "'''a", "b'''"),
    ("a b",),
    ("1 +",),
    ("x = 5 5",),
    (")", "'abc", "def f(:"),
    ("1 + \\", "2", "\\"),
    ("# c", "", "   ", "\t", "1 # c", "1;# c"),
    ("  1", "  x = 1", "x"),
    ("1; 2; 3", "1; 2;", "x = 1; x"),
    ("import asyncio", "await asyncio.sleep(0, 3)", "async def f(): return 6", "", "await f()"),
    ("async for x in y: pass", ""),
    ("1/0",),
    ("def g(): 1/0", "", "def h(): g()", "", "h()"),
    ("raise SystemExit(3)", "raise KeyboardInterrupt", "raise KeyError('a')", "import nonexist", "1"),
    ("raise ValueError('a') from KeyError('b')",),
    ("try:", "  1/0", "except Exception as e:", "  raise ValueError from e", ""),
    ("@property", "def f(self): pass", "", "f.__class__.__name__"),
    ("class A:", "  def f(self):", "    return 1", "", "A().f()"),
    ("from __future__ import annotations", "def f(a: missing): pass", "", "f.__annotations__"),
    ("if 1:", "  pass", "else:", "  pass", ""),
    ("try: 1", "except: 2", ""),
    ("while 1: break", "", "match 5:", "  case 5: 'five'", ""),
    ("return 5", "yield 5", "break", "nonlocal x", "global x; x = 7", "x"),
    ("x: int = 5", "x", "x: int", "(y := 5)", "y", "del y", "y"),
    ("None", "...", "print('a', end='')", "'\\ud800'"),
    ("\0", "é = 1", "é", "0777", "1_"),
    ("print(1)\nprint(2)", "x = 1\ny = 2", "def f():\n  return 1\n", "f()", "1\n", "\n1"),
    ("x = (", "", "1)", "x", "   # c", "if 1:", "# c", "", "  1", ""),
    ("raise ExceptionGroup('g', [ValueError(1), KeyError(2)])",),
    ("type X = int", "X", "import sys; sys.exit('bye')"),
)
"""Lines for Console.push, each session in a console of its own."""

COMPLETIONS = (
    *("wor", "f(word.as_i", "x = pri", "none_such", "", "word.", "word.__", "a_b['k'].rea", "imp", "import sy"),
    *("other.app", "(wor", "wor + oth", "x.y.z", "word.real.im", "cla", "Tru", "for", "'a'.up", "lambda: wor"),
    *("word .re", "a_", "print(wo", "   ", "@wor", "!wor", "wor\\", "w"),
)
"""For Console.complete, where `word` is 1, `other` a list and `a_b` a dict with a number."""

EXPRESSIONS = (
    # eval_code
    *("eval_code('1 + 1')", "eval_code('1 + 1;')", "eval_code('')", "eval_code('# c')", "eval_code('x = 1', {})"),
    *("eval_code('x = 1\\nx', {})", "eval_code('x', {'x': 2}, {'x': 3})", "eval_code('def f(): return 5\\nf()', {})"),
    *("eval_code('   x = 1\\n   x', {})", "eval_code('  1\\n2', {})", "eval_code('  1', {}, dedent=False)"),
    *("eval_code('1;\\n', {})", "eval_code('1;', {}, quiet_trailing_semicolon=False)", "eval_code('1 # ;', {})"),
    *('eval_code(\'"""a\\n;"""\', {})', "eval_code('1 + ', {})", "eval_code('await f()', {})", "eval_code('x', {})"),
    *("eval_code('__name__')", "eval_code('x = 5', {}, return_mode='last_expr_or_assign')"),
    *(
        "eval_code('x = y = 5', {}, return_mode='last_expr_or_assign')",
        "eval_code('x = 5', {}, return_mode='last_expr')",
    ),
    *("eval_code('x: int = 5', {}, return_mode='last_expr_or_assign')", "eval_code('5', {}, return_mode='none')"),
    *("eval_code('x = 5; x += 2', {}, return_mode='last_expr_or_assign')", "eval_code('5', {}, return_mode='wrong')"),
    *("eval_code('a, b = 1, 2', {}, return_mode='last_expr_or_assign')", "eval_code('raise KeyError(1)', {})"),
    *(
        "eval_code('d = {}; d[1] = 2', {}, return_mode='last_expr_or_assign')",
        "eval_code('x = 1', {}, filename='f.py')",
    ),
    *(
        "eval_code('lambda: (yield)', {}).__name__",
        "eval_code('return 5', {})",
        "eval_code(b'1 + 1', {})",
        "eval_code(5)",
    ),
    *("eval_code('from __future__ import annotations\\ndef f(x: y): ...\\nf.__annotations__', {})",),
    *("eval_code('x', globals={'x': 1}, locals=None)", "eval_code('x', None, {'x': 4})", "eval_code('1', 5)"),
    *("eval_code('if 1: 5', {})", "eval_code('try: 5\\nfinally: 6', {})", "eval_code('1\\n\\n\\n', {})"),
    *(
        "eval_code('exec(\"x = 9\"); x', {})",
        "eval_code('class A: x = 1\\nA.x', {})",
        "eval_code('[x for x in range(3)]', {})",
    ),
    *(
        "eval_code('del x', {'x': 1})",
        "eval_code('assert False', {}, optimize=1)",
        "eval_code('import sys; sys', {}).__name__",
    ),
    # eval_code_async
    *("await eval_code_async('await asyncio.sleep(0, 5)', {'asyncio': asyncio})", "await eval_code_async('5')"),
    *("await eval_code_async('x = 5;', {})", "await eval_code_async('async def f(): return 7\\nawait f()', {})"),
    *("await eval_code_async('[await x async for x in y]', {})", "await eval_code_async('1 +', {})"),
    *("await eval_code_async('await asyncio.sleep(0, 5); 6', {'asyncio': asyncio})",),
    *("await eval_code_async('async with x: pass', {})", "await eval_code_async('x = 1', {}, return_mode='last_expr')"),
    *("await eval_code_async('async def f(): return 7\\nf()', {}).__class__",),
    # CodeRunner
    *("CodeRunner('1 + 1').compile().run()", "CodeRunner('x').compile().run({'x': 5})", "CodeRunner('1').run()"),
    *("CodeRunner('1').compile().compile()", "CodeRunner('1 +')", "CodeRunner('1', mode='eval').compile().run({})"),
    *(
        "CodeRunner('print(1)', mode='single').compile().run({})",
        "CodeRunner('1', mode='wrong')",
        "CodeRunner('', mode='eval')",
    ),
    *("await CodeRunner('1').compile().run_async({})", "await CodeRunner('1').run_async({})"),
    *("CodeRunner('await f()', flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT).compile().run({})",),
    *(
        "ast.dump(CodeRunner('1 + 1').ast)",
        "type(CodeRunner('1').compile().code).__name__",
        "CodeRunner(source='1').ast.body",
    ),
    # find_imports and should_quiet
    *("find_imports('import a.b.c, d')", "find_imports('from a.b import c')", "find_imports('import a as b')"),
    *("find_imports('def f():\\n  import q')", "find_imports('from . import x')", "find_imports('x = = 1')"),
    *("find_imports('from .a import x')", "find_imports('   import b\\n   import a')", "find_imports('')"),
    *(
        "find_imports('try:\\n import x\\nexcept: import y')",
        "find_imports('from a import *')",
        "find_imports('__import__(\"z\")')",
    ),
    *(
        "should_quiet('1;')",
        "should_quiet('1; # c')",
        "should_quiet('1;\\n\\n')",
        "should_quiet('1 # ;')",
        "should_quiet('')",
    ),
    *(
        "should_quiet('f(\";\")')",
        "should_quiet('1;\\n2')",
        "should_quiet('(')",
        "should_quiet(';')",
        'should_quiet(\'x = """\\n;"""\')',
    ),
    *("should_quiet('é = 1 ;')", "should_quiet('1\\\\\\n;')", "should_quiet('\\'')", "should_quiet('   1;')"),
    # relaxed_call, relaxed_wrap, run_js
    *(
        "relaxed_call(int, '7', 2, 3)",
        "relaxed_call(lambda a, b=2, *, k=1: (a, b, k), 1, 2, 3, k=5, z=6)",
        "relaxed_call(len)",
    ),
    *(
        "relaxed_call(lambda *a, **k: (a, k), 1, 2, q=3)",
        "relaxed_wrap(lambda x: x)(1, 2, 3)",
        "relaxed_call(lambda: 5, 1, 2)",
    ),
    *("relaxed_call(lambda x, /: x, 1, x=2)", "relaxed_call(dict, a=1)", "relaxed_call(lambda x: x, x=1, y=2)"),
    *("relaxed_wrap(print).__name__", "relaxed_call(print)", "relaxed_call(5)", "relaxed_call(str.upper, 'a', 'b')"),
    *(
        "run_js('1 + 1')",
        "run_js('[1, 2].length')",
        "run_js('throw new Error(\"x\")')",
        "run_js('(')",
        "run_js(5)",
        "run_js('null') is jsnull",
    ),
    *("run_js('var made = 1; made')", "run_js('undefined')", "run_js('({a: 1})').a"),
    # shorten
    *("shorten('x' * 20)", "shorten('abcdefghij', limit=6)", "shorten('abcdefghij', limit=6, split=1, separator='~')"),
    *(
        "shorten('abcdefghij', limit=5, split=9)",
        "shorten('abc', 3)",
        "shorten('abcd', 0)",
        "len(repr_shorten([1] * 5000))",
    ),
    *("repr_shorten('x' * 30, limit=10)", "shorten('abcdefghij', limit=8, split=6)", "BANNER[:11]"),
)

LOOPS = {
    "call_soon runs in order": """
loop.call_soon(log, 1); loop.call_soon(log, 2); loop.call_soon(loop.call_soon, log, 4); loop.call_soon(log, 3)
await asyncio.sleep(0.01)
""",
    "timers run by their time": """
loop.call_later(0.15, log, "later"); loop.call_later(0.05, log, "sooner")
loop.call_at(loop.time() + 0.1, log, "between")
loop.call_soon(log, "soon"); loop.call_later(0, log, "zero")
await asyncio.sleep(0.25)
""",
    "a negative delay": """
loop.call_later(-1, log, "at once"); await asyncio.sleep(0.001)
""",
    "handles": """
h = loop.call_soon(log, "no"); h.cancel(); log(h.cancelled())
t = loop.call_later(0.001, log, "no"); t.cancel(); log(t.cancelled())
u = loop.call_later(0.001, log, "yes"); log(u.cancelled()); await asyncio.sleep(0.02)
log(type(h).__name__)
""",
    "an exception in a callback goes to the handler": """
loop.set_exception_handler(lambda loop, context: log(sorted(context), repr(context.get("exception"))))
def bad(): raise KeyError("bad")
loop.call_soon(bad); loop.call_soon(log, "goes on"); await asyncio.sleep(0.01)
log(loop.get_exception_handler() is not None); loop.set_exception_handler(None); log(loop.get_exception_handler())
""",
    "a wrong exception handler": """
try: loop.set_exception_handler(5)
except TypeError as error: log("TypeError")
loop.set_exception_handler(lambda loop, context: log(context["message"]))
loop.call_exception_handler({"message": "mine"}); loop.set_exception_handler(None)
""",
    "tasks": """
async def work(name, rounds):
    log("start", name)
    for _ in range(rounds): await asyncio.sleep(0)
    log("end", name); return name
a = asyncio.create_task(work("a", 5), name="first"); b = asyncio.ensure_future(work("b", 2))
log(a.get_name(), a.done()); log(await a, await b, a.done(), a.result())
""",
    "task names": """
async def f(): return asyncio.current_task().get_name()
log(await asyncio.create_task(f(), name="own")); t = asyncio.create_task(f()); log(t.get_name().startswith("Task-"))
await t; t.set_name("new"); log(t.get_name(), t.get_loop() is loop, t.get_coro().__name__)
""",
    "contexts": """
import contextvars
v = contextvars.ContextVar("v", default=0)
async def f(n): v.set(n); await asyncio.sleep(0.001); return v.get()
log(await asyncio.gather(f(1), f(2), f(3)), v.get())
c = contextvars.copy_context(); c.run(v.set, 7)
loop.call_soon(lambda: log("soon", v.get()), context=c); await asyncio.sleep(0.001)
loop.call_later(0.001, lambda: log("later", v.get()), context=c); await asyncio.sleep(0.01)
async def g(): return v.get()
log(await asyncio.create_task(g(), context=c))
""",
    "eager tasks": """
async def f(): log("ran"); return 5
t = asyncio.create_task(f(), eager_start=True); log(t.done(), t.result())
async def g(): log("before"); await asyncio.sleep(0); log("after")
t = asyncio.create_task(g(), eager_start=True); log(t.done()); await t
""",
    "gather": """
async def f(n):
    await asyncio.sleep(0.001 * n)
    if n == 2: raise ValueError(n)
    return n
log(await asyncio.gather(f(1), f(2), f(3), return_exceptions=True))
try: await asyncio.gather(f(1), f(2))
except ValueError as error: log("ValueError", error.args)
log(await asyncio.gather())
""",
    "timeouts": """
try:
    async with asyncio.timeout(0.005): await asyncio.sleep(5)
except TimeoutError: log("timeout")
try: await asyncio.wait_for(asyncio.sleep(5), 0.005)
except TimeoutError: log("wait_for")
log(await asyncio.wait_for(asyncio.sleep(0.001, "in time"), 60))
async with asyncio.timeout(60) as t: log(t.expired())
async with asyncio.timeout(None): log("none")
try:
    async with asyncio.timeout_at(loop.time() + 0.005): await asyncio.sleep(5)
except TimeoutError: log("timeout_at")
""",
    "TaskGroup": """
async def f(n):
    await asyncio.sleep(0.001 * n); log("f", n)
    if n == 2: raise ValueError(n)
try:
    async with asyncio.TaskGroup() as group:
        for n in (1, 2, 60000): group.create_task(f(n))
except* ValueError as error: log([repr(each) for each in error.exceptions])
async with asyncio.TaskGroup() as group: t = group.create_task(asyncio.sleep(0, "value"))
log(t.result())
""",
    "Queue, Event, Lock, Semaphore and Condition": """
q = asyncio.Queue(2)
async def produce():
    for n in range(4): await q.put(n); log("put", n)
async def consume():
    for n in range(4): log("got", await q.get()); q.task_done()
await asyncio.gather(produce(), consume()); await q.join()
e = asyncio.Event(); loop.call_later(0.001, e.set); log(await e.wait())
l = asyncio.Lock()
async def locked(n):
    async with l: log("in", n); await asyncio.sleep(0); log("out", n)
await asyncio.gather(locked(1), locked(2))
s = asyncio.Semaphore(1)
async with s: log(s.locked())
c = asyncio.Condition()
async def waiter():
    async with c: await c.wait(); log("notified")
t = asyncio.create_task(waiter()); await asyncio.sleep(0)
async with c: c.notify_all()
await t
""",
    "to_thread and executors": """
log(await asyncio.to_thread(lambda x: x + 1, 5)); log(await loop.run_in_executor(None, len, "abc"))
def bad(): raise KeyError(1)
try: await loop.run_in_executor(None, bad)
except KeyError as error: log("KeyError", error.args)
""",
    "when an executor runs": """
f = loop.run_in_executor(None, log, "runs"); log(f.done()); await f
""",
    "cancellation": """
async def f():
    try: await asyncio.sleep(5)
    except asyncio.CancelledError as error: log("cancelled", error.args); raise
t = asyncio.create_task(f()); await asyncio.sleep(0); t.cancel("why")
try: await t
except asyncio.CancelledError: log(t.cancelled(), t.cancelling())
g = asyncio.create_task(f()); g.cancel()
try: await g
except asyncio.CancelledError: log("before it began", g.cancelled())
async def shielded(): await asyncio.sleep(0.005); log("shielded goes on"); return 1
inner = asyncio.ensure_future(shielded()); outer = asyncio.shield(inner); outer.cancel(); log(await inner)
""",
    "futures": """
f = loop.create_future(); log(type(f).__name__, f.done())
f.add_done_callback(lambda f: log("callback", f.result())); f.set_result(5); log("set"); log(await f)
await asyncio.sleep(0)
try: f.set_result(6)
except asyncio.InvalidStateError: log("invalid state")
g = loop.create_future(); g.set_exception(ValueError("x"))
try: await g
except ValueError as error: log(error.args)
log(isinstance(asyncio.create_task(asyncio.sleep(0)), PyodideTask))
""",
    "futures as promises": """
f = loop.create_future()
a = f.then(lambda x: x + 1); b = f.then(lambda x: 1 / 0).catch(lambda e: type(e).__name__)
c = f.finally_(lambda: log("finally"))
async def later(x): return x * 10
d = f.then(later); f.set_result(4); log(await a, await b, await c, await d)
g = loop.create_future(); h = g.then(log, lambda e: repr(e)); g.set_exception(KeyError(1)); log(await h)
k = loop.create_future(); m = k.then(None, None); k.set_result("through"); log(await m)
n = loop.create_future(); o = n.catch(log); n.set_result("untouched"); log(await o)
""",
    "as_completed and wait": """
async def f(n):
    for _ in range(n): await asyncio.sleep(0)
    return n
log([await each for each in asyncio.as_completed([f(3), f(1), f(2)])])
both = [asyncio.create_task(f(1)), asyncio.create_task(asyncio.sleep(3600))]
done, pending = await asyncio.wait(both, return_when="FIRST_COMPLETED")
log(len(done), len(pending)); [each.cancel() for each in pending]
""",
    "the loop": """
log(asyncio.get_running_loop() is loop, asyncio.get_event_loop() is loop, loop.is_running(), loop.is_closed())
log(loop.run_forever(), loop.stop(), loop.close(), loop.is_running(), loop.is_closed(), type(loop).__name__)
log(type(loop.time()).__name__, loop.get_debug()); loop.set_debug(True); log(loop.get_debug()); loop.set_debug(False)
log(loop.get_task_factory())
""",
    "new loops": """
log(asyncio.new_event_loop() is loop)
""",
    "what there is not": """
calls = [("add_reader", (0, print)), ("remove_writer", (0,)), ("add_signal_handler", (2, print))]
for name, args in calls:
    try: getattr(loop, name)(*args)
    except NotImplementedError: log(name)
calls = [("create_server", (print,)), ("subprocess_shell", (print, "ls")), ("connect_read_pipe", (print, 0))]
for name, args in calls:
    try: await getattr(loop, name)(*args)
    except NotImplementedError: log(name)
""",
    "asynchronous generators": """
async def numbers():
    try:
        for n in range(5): yield n; await asyncio.sleep(0)
    finally: log("closed")
async for n in numbers():
    if n == 2: break
log([n async for n in numbers()]); await loop.shutdown_asyncgens(); log("shut down")
""",
    "sleep interleaves": """
async def f(name):
    for n in range(3): log(name, n); await asyncio.sleep(0)
await asyncio.gather(f("a"), f("b"))
""",
    "call_soon_threadsafe": """
loop.call_soon_threadsafe(log, "safe"); loop.call_soon(log, "soon"); await asyncio.sleep(0.001)
""",
    "infinity never comes": """
t = loop.call_later(float("inf"), log, "never"); await asyncio.sleep(0.001); t.cancel(); log("here")
""",
    "a task that nobody awaits and that fails": """
async def f(): raise ValueError("unseen")
t = asyncio.create_task(f()); await asyncio.sleep(0.001); log(t.done(), repr(t.exception()))
""",
    "a task factory": """
def factory(loop, coro, **kwargs): log("made", sorted(kwargs)); return asyncio.Task(coro, loop=loop, **kwargs)
loop.set_task_factory(factory)
try: await asyncio.create_task(asyncio.sleep(0)); log(loop.get_task_factory() is factory)
finally: loop.set_task_factory(None)
""",
}
"""Coroutines by what they are about; what they give to log() is compared."""
