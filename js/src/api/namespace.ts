/* `pyodide.globals`: the names of `__main__`, with the builtins behind them. */

import type { Core, PyProxy } from "../../../runtime/glue/interface.ts";

/** The dict `names` whose `get` and `has` fall back to the dict `builtins`. To Python it is `names` itself. */
export function withBuiltins(core: Core, names: PyProxy, builtins: PyProxy): PyProxy {
  return core.withMembers(names, {
    // A name that is bound to None hides the builtin all the same.
    get: (key: unknown): unknown => (names.has(key) ? names.get(key) : builtins.get(key)),
    has: (key: unknown): boolean => names.has(key) || builtins.has(key),
  });
}
