/* What test harnesses reach for behind the public API, pytest-pyodide above all. */

import type { Core, PyCallable } from "../../../runtime/glue/interface.ts";
import type { InternalAPI } from "../types/api.ts";
import type { PyProxy } from "../types/ffi.ts";

/** Put what was run between the two calls out of the interpreter again. */
export function stateKeeper(core: Core): Pick<InternalAPI, "saveState" | "restoreState"> {
  const call = (name: string, ...args: unknown[]): unknown => {
    const function_ = core.pyimport(`pyodide._state.${name}`) as PyCallable;
    try {
      return function_(...args);
    } finally {
      function_.destroy();
    }
  };
  return {
    saveState: () => call("save_state") as PyProxy,
    restoreState: (state) => call("restore_state", state) as number,
  };
}

/** Counts of live objects under the names that harnesses ask for; they are always kept, so there is no switch. */
export function counters(core: Core): object {
  return {
    hiwire: { num_keys: () => core.liveHandles() },
    pyproxy_alloc_map: {
      get size(): number {
        return core.liveProxies();
      },
    },
    enable_pyproxy_allocation_tracing: () => {},
    disable_pyproxy_allocation_tracing: () => {},
  };
}
