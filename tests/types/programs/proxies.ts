// Python objects in JavaScript, by what they can do.
import { loadPyodide, type TypedArray } from "pyodide";
import type {
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
} from "pyodide/ffi";

const pyodide = await loadPyodide();
const { ffi } = pyodide;
const kept: PyProxy[] = [];
const python = <T extends PyProxy>(code: string): T => {
  const value = pyodide.runPython(code) as T;
  kept.push(value);
  return value;
};

const call: PyCallable = python("lambda *args, **kwargs: f'{args} {kwargs}'");
console.log(call(1, "two")); // → (1, 'two') {}
console.log(call.callKwargs(1, { k: 2 })); // → (1,) {'k': 2}
console.log(call.callWithOptions({ kwargs: true, relaxed: true }, { k: 3 })); // → () {'k': 3}
const bound = call.bind(undefined, 5) as PyCallable;
console.log(bound.call(null, 6), bound.apply(null, [7])); // → (5, 6) {} (5, 7) {}

const list: PyMutableSequence & PySequence & PyIterable & PyProxyWithLength = python("[3, 1, 2]");
list.sort((a: number, b: number) => a - b);
list.push(4);
const doubled: number[] = list.map((each: number) => each * 2);
console.log(doubled.join(), list.length, list.at(-1), [...list].join("-")); // → 2,4,6,8 4 4 1-2-3-4
if (list instanceof ffi.PySequence) console.log(list.slice(1, 3).join(), list.includes(3)); // → 2,3 true

const dict: PyDict & PyProxyWithGet & PyProxyWithSet & PyProxyWithHas = python("{'a': [1, {'b': 2}]}");
dict.set("c", 3);
dict.delete("c");
const deep: { a: [number, { b: number }] } = dict.toJs({ dict_converter: Object.fromEntries });
console.log(deep.a[1].b, dict.has("c"), dict.type, `${dict}`); // → 2 false dict {'a': [1, {'b': 2}]}
const pyproxies: PyProxy[] = [];
dict.toJs({ depth: 1, pyproxies });
for (const proxy of pyproxies) proxy.destroy();
console.log(pyproxies.length); // → 1

const iterator: PyIterator = python("iter('ab')");
const first: IteratorResult<string, unknown> = iterator.next();
console.log(first.value, first.done); // → a false
const generator: PyGenerator & PyIterator = python("(i for i in range(9))");
generator.next();
console.log(generator.return("end").value, generator.next().done); // → end true

python("async def agen():\n    yield 1\n    yield 2\nagen");
const agen: PyAsyncGenerator & PyAsyncIterable & PyAsyncIterator = python("agen()");
for await (const each of agen) console.log(each as number);
// → 1
// → 2
const future: PyAwaitable = python("import asyncio; asyncio.sleep(0, 'later')");
console.log(await future); // → later

const bytes: PyBuffer = python("bytearray(b'abc')");
const view: PyBufferView = bytes.getBuffer("u8");
const data: TypedArray = view.data;
console.log(data[view.offset], view.shape[0], view.readonly, view.format); // → 97 3 false B
view.release();

const copy = list.copy();
copy.destroy({ message: "gone" });
try {
  copy.toString();
} catch (error) {
  console.log((error as Error).message.includes("gone")); // → true
}
for (const proxy of kept) proxy.destroy();
