/* Blocks of input: xterm-readline, with completion, indentation, and prompts on lines of their own. */

import type { Terminal } from "@xterm/xterm";
import { Readline } from "xterm-readline";

const PROMPT = ">>> ";
const INDENT = "    ";

/** What the terminal can ask about a block of input. */
export interface Language {
  isComplete(block: string): boolean;
  /** What can be added to the block, and the words that it may become. */
  completion(block: string): [string, string[]];
}

export class Editor {
  readonly #terminal: Terminal;
  readonly #language: Language;
  readonly #readline = new Readline();
  #done: ((block: string) => void) | undefined;
  /** What the addon reads now, which it keeps in a private field of its own. */
  #activeRead: unknown;
  /** What was typed while nothing was read. */
  #ahead = "";

  /** @param interrupt is called for Ctrl-C while no input is read. */
  constructor(terminal: Terminal, language: Language, interrupt: () => void) {
    this.#terminal = terminal;
    this.#language = language;
    // From when it is set the addon takes keys. What was typed ahead goes in right then: a key in between would overtake it.
    Object.defineProperty(this.#readline, "activeRead", {
      get: () => this.#activeRead,
      set: (read: unknown) => {
        this.#activeRead = read;
        this.#typeAhead();
      },
    });
    // Before the addon, for which Enter may end the reading.
    terminal.onData((data) => {
      if (!this.#reading && data !== "\x03") this.#ahead += data;
    });
    terminal.loadAddon(this.#readline);
    // After the addon, whose own handler this replaces.
    terminal.attachCustomKeyEventHandler((event) => this.#handleKey(event));
    this.#readline.setCheckHandler((block) => this.#isFinished(block));
    this.#readline.setCtrlCHandler(() => {
      this.#ahead = "";
      interrupt();
    });
  }

  /** The next block of input. */
  async read(): Promise<string> {
    await this.#flushed();
    if (this.#terminal.buffer.active.cursorX > 0) this.#terminal.write("\r\n");
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#prompt();
    });
  }

  #prompt(): void {
    this.#readline.read(PROMPT).then((block) => {
      const done = this.#done;
      this.#done = undefined;
      done?.(block);
    });
  }

  get #reading(): boolean {
    return this.#activeRead !== undefined;
  }

  /** Types what was typed ahead, up to the end of the block. */
  async #typeAhead(): Promise<void> {
    while (this.#reading && this.#ahead) {
      const [key = ""] = /^[^\r]+|^\r/.exec(this.#ahead) ?? [];
      this.#ahead = this.#ahead.slice(key.length);
      this.#terminal.input(key);
      await undefined; // the indentation of a new line comes before what follows
    }
  }

  #flushed(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write("", resolve));
  }

  #handleKey(event: KeyboardEvent): boolean {
    if (event.key === "Tab" && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      if (event.type === "keydown" && this.#reading) this.#complete();
      return false;
    }
    if (event.key === "Enter" && event.shiftKey) {
      if (event.type === "keydown") this.#terminal.input("\x1b\r"); // as Alt+Enter: a new line
      return false;
    }
    return true;
  }

  #isFinished(block: string): boolean {
    if (this.#language.isComplete(block)) return true;
    const last = block.slice(block.lastIndexOf("\n") + 1);
    const indent = /^[ \t]*/.exec(last)?.[0] + (/:\s*(#.*)?$/.test(last) ? INDENT : "");
    if (indent) queueMicrotask(() => this.#terminal.input(indent));
    return false;
  }

  #complete(): void {
    const block = this.#readline.getLine();
    if (/(^|\n)[ \t]*$/.test(block)) {
      this.#terminal.input(INDENT);
      return;
    }
    const [addition, candidates] = this.#language.completion(block);
    if (addition) {
      this.#readline.updateLine(block + addition);
    } else if (candidates.length > 1) {
      this.#terminal.write(`\r\n${columns(candidates, this.#terminal.cols)}\r\n`);
      this.#prompt();
      this.#terminal.write("", () => this.#readline.updateLine(block));
    }
  }
}

/** The words in rows of equal columns. */
function columns(words: string[], width: number): string {
  const column = Math.max(...words.map((word) => word.length)) + 2;
  const perRow = Math.max(1, Math.floor(width / column));
  const rows = [];
  for (let start = 0; start < words.length; start += perRow) {
    const row = words.slice(start, start + perRow);
    rows.push(
      row
        .map((word) => word.padEnd(column))
        .join("")
        .trimEnd(),
    );
  }
  return rows.join("\r\n");
}
