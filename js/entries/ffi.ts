/* ffi.d.ts: the types of Python values in JavaScript. At run time the classes are on `pyodide.ffi`. */

export type {
  PyAsyncGenerator,
  PyAsyncIterable,
  PyAsyncIterator,
  PyAwaitable,
  PyBuffer,
  PyBufferView,
  PyCallable,
  PyDict,
  PyGenerator,
  PyIterable,
  PyIterator,
  PyMutableSequence,
  PyProxy,
  PyProxyWithGet,
  PyProxyWithHas,
  PyProxyWithLength,
  PyProxyWithSet,
  PySequence,
  PythonError,
  TypedArray,
} from "../src/types/ffi.ts";
