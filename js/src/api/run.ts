/* `runPython`. */

import type { Core, PyCallable, PyProxy } from "../../../runtime/glue/interface.ts";
import type { PyodideAPI } from "../types/api.ts";

/** `globals` is the public namespace; Python is given the dict behind it. */
export function codeRunner(core: Core, globals: PyProxy): PyodideAPI["runPython"] {
  const evalCode = core.pyimport("pyodide.code.eval_code") as PyCallable;
  const dict = (namespace: object) => (namespace === globals ? core.globals : namespace);
  return (code, options = {}) => {
    const { globals: given = globals, locals } = options;
    const namespaces = { globals: dict(given), ...(locals === undefined ? {} : { locals: dict(locals) }) };
    return evalCode.callKwargs(code, { ...options, ...namespaces });
  };
}
