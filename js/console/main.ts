/* The console page: a terminal over pyodide.console, in the page's own thread, so that `import js` is the page. */

import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import type { PyodideAPI, WholeAPI } from "../src/types/api.ts";
import type { PyAwaitable, PyCallable, PyProxy } from "../src/types/ffi.ts";
import { Editor } from "./editor.ts";
import source from "./session.py";
import { Signals } from "./signals.ts";
import "@xterm/xterm/css/xterm.css";
import "./style.css";

/** Session of session.py. */
interface Session extends PyProxy {
  is_complete(block: string): boolean;
  completion(block: string): PyProxy;
  run(block: string): PyProxy & PyAwaitable;
  /** False if a signal has to do it. */
  interrupt(): boolean;
}

/** Whether the browser can switch stacks (JSPI): then Python that computes can pause. */
const CAN_PAUSE = "Suspending" in WebAssembly;

const HELP =
  `Tab completes, Shift+Enter starts a new line, Ctrl-C ends input and ${CAN_PAUSE ? "what runs" : "whatever awaits"}.\n` +
  (CAN_PAUSE ? "" : "This browser cannot switch stacks (JSPI), so nothing ends what computes but closing the page.\n");

const THEME = { background: "#16181d", magenta: "#c792ea", brightMagenta: "#e2b6ff", brightRed: "#ff6b68" };

/** The files that come before Python can start; then it starts. */
const STEPS = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"];

const progress = document.querySelector("progress") as HTMLProgressElement;
const status = document.querySelector("#status") as HTMLOutputElement;
const copyButton = document.querySelector("#copy") as HTMLButtonElement;

/** What ran without an error, for the button. */
const script: string[] = [];

const signals = new Signals();

async function main(): Promise<void> {
  const terminal = openTerminal();
  const pyodide = await load();
  const session = startSession(pyodide, (text) => terminal.write(text));
  const language = {
    isComplete: (block: string) => session.is_complete(block),
    completion: (block: string) => copied(session.completion(block)) as [string, string[]],
  };
  const editor = new Editor(terminal, language, () => {
    if (!session.interrupt()) signals.interrupt();
  });
  if (CAN_PAUSE) signals.install((pyodide as WholeAPI)._module);
  terminal.write(`${banner(pyodide)}\n${HELP}`);
  terminal.focus();
  for (;;) {
    const block = await editor.read();
    if (block.trim() && (await run(session, block))) {
      script.push(block.trimEnd());
      copyButton.disabled = false;
    }
  }
}

function openTerminal(): Terminal {
  const terminal = new Terminal({ convertEol: true, cursorBlink: true, theme: THEME });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(document.querySelector("#terminal") as HTMLElement);
  new ResizeObserver(() => fit.fit()).observe(terminal.element?.parentElement as HTMLElement);
  return terminal;
}

/** Loads Python, and shows how far that is. */
async function load(): Promise<PyodideAPI> {
  progress.max = STEPS.length + 1;
  const arrived = new PerformanceObserver((list) => {
    progress.value += list.getEntries().filter(({ name }) => STEPS.some((file) => name.endsWith(`/${file}`))).length;
  });
  arrived.observe({ type: "resource", buffered: true });
  status.value = "Loading Python …";
  const loader = (await import(new URL("pyodide.mjs", import.meta.url).href)) as typeof import("../entries/esm.ts");
  const pyodide = await loader.loadPyodide();
  arrived.disconnect();
  progress.hidden = true;
  status.value = `pyodide-dist ${pyodide.version}`;
  return pyodide;
}

function startSession(pyodide: PyodideAPI, write: (text: string) => void): Session {
  const globals = pyodide.toPy({ __name__: "session" }) as PyProxy;
  const Session = pyodide.runPython(`${source}\nSession`, { globals, filename: "session.py" }) as PyCallable;
  const session = Session(write, signals.pause, signals.interruptLater) as Session;
  Session.destroy();
  globals.destroy();
  return session;
}

function banner(pyodide: PyodideAPI): string {
  const module = pyodide.pyimport("pyodide.console") as PyProxy & { BANNER: string };
  const text = module.BANNER;
  module.destroy();
  return text;
}

async function run(session: Session, block: string): Promise<boolean> {
  signals.begin();
  const outcome = session.run(block);
  try {
    return (await outcome) as boolean;
  } finally {
    outcome.destroy();
  }
}

function copied(proxy: PyProxy): unknown {
  const copy: unknown = proxy.toJs();
  proxy.destroy();
  return copy;
}

copyButton.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(`${script.join("\n")}\n`);
    status.value = "Copied";
  } catch (error) {
    status.value = `Not copied: ${(error as Error).message}`;
  }
});

main().catch((error: Error) => {
  progress.hidden = true;
  status.value = `Python cannot be loaded: ${error.message}`;
  throw error;
});
