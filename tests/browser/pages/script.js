// As main.mjs, with the loader that defines a global function.
const output = document.querySelector("#output");
loadPyodide()
  .then((py) => {
    output.textContent = py.runPython("import sys; sys.version");
    document.title = "done";
  })
  .catch((error) => {
    output.textContent = `${error.stack}`;
    document.title = "failed";
  });
