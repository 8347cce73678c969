/** `JsProxy.to_py` and `pyodide.ffi.to_js`. */
import { JsOp } from "#abi";
import { toJs } from "../convert/to_js.ts";
import { toPy } from "../convert/to_py.ts";
import type { PyProxy, ToJsOptions, ToPyOptions } from "../interface.ts";
import { addressOf, own, stateOf } from "../pyproxy/state.ts";
import { asObject, given, MISSING } from "./result.ts";

function proxyOf(value: unknown): PyProxy | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  return stateOf(value) && (value as PyProxy);
}

export const conversions = {
  [JsOp.TO_PY](object: object, depth: number, converter: ToPyOptions["defaultConverter"] | null): unknown {
    const result = toPy(object, converter ? { depth, defaultConverter: converter } : { depth });
    if (result === object) return MISSING;
    const proxy = proxyOf(result);
    return proxy ? given(proxy) : result;
  },

  [JsOp.TO_JS](
    _: unknown,
    object: PyProxy,
    depth: number,
    pyproxies: unknown[] | null,
    createProxies: boolean,
    dictConverter: ToJsOptions["dict_converter"] | null,
    defaultConverter: ToJsOptions["default_converter"] | null,
    eagerConverter: ToJsOptions["eager_converter"] | null,
  ): unknown {
    const options: ToJsOptions = { depth, create_pyproxies: createProxies };
    if (pyproxies) options.pyproxies = pyproxies;
    if (dictConverter) options.dict_converter = dictConverter;
    if (defaultConverter) options.default_converter = defaultConverter;
    if (eagerConverter) options.eager_converter = eagerConverter;
    const state = own(object);
    const result = toJs(addressOf(state), state.flags, options);
    const proxy = proxyOf(result);
    return proxy ? asObject(proxy) : result;
  },
};
