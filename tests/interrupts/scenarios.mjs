// What is interrupted from another thread, the same in Node, pages and workers.

/** Python that calls `running()` once it is busy and then never ends, the signal it gets, and what comes of it. */
export const SCENARIOS = [
  ["running()\nwhile True: pass", 2, "KeyboardInterrupt"],
  ["running()\nsum(i for i in range(10 ** 15))", 2, "KeyboardInterrupt"],
  ["running()\nimport re\nre.match('(a*)*b', 'a' * 40)", 2, "KeyboardInterrupt"],
  ["try:\n    running()\n    while True: pass\nexcept KeyboardInterrupt:\n    caught = 'caught'\ncaught", 2, "caught"],
  ["from js import endless\nrunning()\nendless()", 2, "KeyboardInterrupt"],
  ["import asyncio\nawait asyncio.sleep(0)\nrunning()\nwhile True: pass", 2, "KeyboardInterrupt"],
  [
    `import signal
def handler(number, frame):
    raise LookupError(f"{signal.Signals(number).name} in {frame.f_code.co_name}")
signal.signal(signal.SIGUSR1, handler)
running()
while True: pass`,
    10,
    "LookupError: SIGUSR1 in <module>",
  ],
  [
    `import signal
seen = []
for number in (1, 15):
    signal.signal(number, lambda number, frame: seen.append(number))
running()
while not seen: pass
seen[0]`,
    15,
    15,
  ],
];

/** Runs scenario after scenario and gives [code, outcome, expected outcome] of each. `interrupt(signal)` has another thread write it; `buffer` is shared with that. */
export async function outcomes(pyodide, buffer, interrupt) {
  pyodide.setInterruptBuffer(buffer);
  globalThis.endless = () => {
    for (;;) pyodide.checkInterrupt();
  };
  const results = [];
  for (const [code, signal, expected] of SCENARIOS) {
    globalThis.running = () => interrupt(signal);
    const run = code.includes("await") ? pyodide.runPythonAsync : pyodide.runPython;
    const lastLine = (error) => error.message.trim().split("\n").at(-1);
    const outcome = await Promise.resolve(`from js import running\n${code}`).then(run).catch(lastLine);
    results.push([code, outcome, expected]);
  }
  return results;
}
