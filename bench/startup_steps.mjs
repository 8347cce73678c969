// What is timed of a start, the same in Node and in browsers.

const IMPORTS =
  "argparse csv decimal difflib email.message fractions html.parser http.client sqlite3 statistics unittest xml.etree.ElementTree";

export const STEPS = ["loadPyodide", "first line of Python", "import of 12 modules"];

/** The milliseconds of each step, beginning with the import of the loader at `address`. `then` gets the interpreter. */
export async function measure(address, options = {}, then = () => {}) {
  const times = [];
  let last = performance.now();
  const lap = () => {
    const now = performance.now();
    times.push(now - last);
    last = now;
  };
  const { loadPyodide } = await import(address);
  const pyodide = await loadPyodide(options);
  lap();
  pyodide.runPython("None");
  lap();
  pyodide.runPython(IMPORTS.replaceAll(/\S+/g, "import $&;").concat("None"));
  lap();
  then(pyodide);
  return times;
}
