/*
 * Checked by tsc, never run: our public types and those of the reference can stand for each other, so that programs
 * written against one compile against the other.
 */

import type * as Reference from "pyodide";
import type * as ReferenceFFI from "pyodide/ffi";
import type * as Ours from "../entries/esm.ts";
import type * as OurFFI from "../entries/ffi.ts";

/** Assignable both ways. Wrapped in tuples: unions are compared whole. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : "theirs is not ours") : "ours is not theirs";

/** The names whose types in A and B differ. */
type Differing<A, B> = { [K in keyof A & keyof B]: Same<A[K], B[K]> extends true ? never : K }[keyof A & keyof B];

declare function holds<_Fact extends true>(): void;

export function check(): void {
  holds<Same<Ours.PyodideConfig, Reference.PyodideConfig>>();
  holds<Same<Ours.Lockfile, Reference.Lockfile>>();
  holds<Same<Ours.LockfileInfo, Reference.LockfileInfo>>();
  holds<Same<Ours.LockfilePackage, Reference.LockfilePackage>>();
  holds<Same<Ours.PackageData, Reference.PackageData>>();
  holds<Same<Ours.TypedArray, Reference.TypedArray>>();
  holds<Same<typeof Ours.version, typeof Reference.version>>();
  holds<Same<Differing<Ours.PyodideAPI, Reference.PyodideAPI>, never>>();

  holds<Same<OurFFI.PyAsyncGenerator, ReferenceFFI.PyAsyncGenerator>>();
  holds<Same<OurFFI.PyAsyncIterable, ReferenceFFI.PyAsyncIterable>>();
  holds<Same<OurFFI.PyAsyncIterator, ReferenceFFI.PyAsyncIterator>>();
  holds<Same<OurFFI.PyAwaitable, ReferenceFFI.PyAwaitable>>();
  holds<Same<OurFFI.PyBuffer, ReferenceFFI.PyBuffer>>();
  holds<Same<OurFFI.PyBufferView, ReferenceFFI.PyBufferView>>();
  holds<Same<OurFFI.PyCallable, ReferenceFFI.PyCallable>>();
  holds<Same<OurFFI.PyDict, ReferenceFFI.PyDict>>();
  holds<Same<OurFFI.PyGenerator, ReferenceFFI.PyGenerator>>();
  holds<Same<OurFFI.PyIterable, ReferenceFFI.PyIterable>>();
  holds<Same<OurFFI.PyIterator, ReferenceFFI.PyIterator>>();
  holds<Same<OurFFI.PyMutableSequence, ReferenceFFI.PyMutableSequence>>();
  holds<Same<OurFFI.PyProxy, ReferenceFFI.PyProxy>>();
  holds<Same<OurFFI.PyProxyWithGet, ReferenceFFI.PyProxyWithGet>>();
  holds<Same<OurFFI.PyProxyWithHas, ReferenceFFI.PyProxyWithHas>>();
  holds<Same<OurFFI.PyProxyWithLength, ReferenceFFI.PyProxyWithLength>>();
  holds<Same<OurFFI.PyProxyWithSet, ReferenceFFI.PyProxyWithSet>>();
  holds<Same<OurFFI.PySequence, ReferenceFFI.PySequence>>();
  holds<Same<OurFFI.PythonError, ReferenceFFI.PythonError>>();
}
