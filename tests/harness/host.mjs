// What every host runs for the tests: it keeps one interpreter and evaluates JavaScript beside it.
// Node's driver and the Chromium pages import this same file, so that a test means the same everywhere.

const AsyncFunction = (async () => {}).constructor;

const describe = (error) =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack ?? "" }
    : { name: typeof error, message: String(error), stack: "" };

export class Host {
  #loadPyodide;
  #pyodide;

  /** @param {(options?: object) => Promise<object>} loadPyodide the function under test */
  constructor(loadPyodide) {
    this.#loadPyodide = loadPyodide;
  }

  /**
   * Runs `body`, the body of an async function with `pyodide` and `loadPyodide` in scope.
   * With `replace`, its value becomes the interpreter of the calls that follow.
   * Answers JSON text: {value} or {error: {name, message, stack}}.
   */
  async run(body, replace = false) {
    try {
      if (replace) this.#pyodide = undefined; // lets the old heap be collected before the new one is made
      const value = await new AsyncFunction("pyodide", "loadPyodide", body)(this.#pyodide, this.#loadPyodide);
      if (replace) this.#pyodide = value;
      return JSON.stringify({ value: replace || value === undefined ? null : value });
    } catch (error) {
      return JSON.stringify({ error: describe(error) });
    }
  }
}
