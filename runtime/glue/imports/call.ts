/** Calls of JavaScript functions from Python, and the life of the proxies made for their arguments. */
import { Kind, SLOT_AUX, SLOT_LO, SLOT_SIZE } from "#abi";
import { context } from "../context.ts";
import { fail } from "../errors.ts";
import { answer, decodePlain } from "../frame.ts";
import type { PyProxy } from "../interface.ts";
import { adopt, newBorrowedProxy } from "../pyproxy/proxy.ts";
import { destroy, releaseAfter } from "./lifetime.ts";

/** The arguments of one call, and the proxies made for them. */
export class Arguments {
  readonly values: unknown[] = [];
  #proxies: PyProxy[] | undefined = undefined;

  constructor(frame: number, count: number) {
    for (let i = 0; i < count; i++) this.values.push(this.#decode(frame + i * SLOT_SIZE));
  }

  #decode(slot: number): unknown {
    const kind = HEAPU32[slot >>> 2] as Kind;
    if (kind !== Kind.PYOBJ) return decodePlain(slot, kind);
    const proxy = newBorrowedProxy(HEAPU32[(slot + SLOT_LO) >>> 2]!, HEAPU32[(slot + SLOT_AUX) >>> 2]!);
    (this.#proxies ??= []).push(proxy);
    return proxy;
  }

  get areProxies(): boolean {
    return this.#proxies !== undefined;
  }

  /** JavaScript keeps the proxies. */
  keep(): void {
    for (const proxy of this.#proxies ?? []) adopt(proxy);
  }

  /** The call is over. */
  release(result?: unknown): void {
    const proxies = this.#proxies;
    if (proxies) releaseAfter(result, proxies);
  }
}

/** Writes the result of a call. A PyProxy that JavaScript returns to Python ends there. */
function finish(frame: number, result: unknown, args: Arguments): Kind {
  const kind = answer(frame, result);
  if (kind === Kind.PYOBJ) {
    // The slot is borrowed from the proxy, which is about to end: give C a reference of its own.
    context.wasm.py_retain(HEAPU32[(frame + SLOT_LO) >>> 2]!);
    HEAPU32[(frame + SLOT_AUX) >>> 2] = 1;
    destroy([result as PyProxy]);
  }
  args.release(result);
  return kind;
}

function run(frame: number, args: Arguments, body: (values: unknown[]) => unknown): Kind {
  try {
    return finish(frame, body(args.values), args);
  } catch (error) {
    args.release();
    return fail(frame, error);
  }
}

/** Positional arguments followed by one object of the keyword arguments. */
function withKeywords(args: Arguments, positional: number, keywords: number): unknown[] {
  const { values } = args;
  const object: Record<string, unknown> = {};
  for (let i = 0; i < keywords; i++) {
    object[values[positional + keywords + i] as string] = values[positional + i];
  }
  return [...values.slice(0, positional), object];
}

/** C passes null for "no receiver". */
function thisOf(receiver: unknown): unknown {
  return receiver === null ? undefined : receiver;
}

export function jsv_call(callee: unknown, receiver: unknown, frame: number, count: number): Kind {
  const f = callee as (...args: unknown[]) => unknown;
  for (let i = 0; i < count; i++) {
    if (HEAPU32[(frame + i * SLOT_SIZE) >>> 2] === Kind.PYOBJ) {
      return run(frame, new Arguments(frame, count), (values) => Reflect.apply(f, thisOf(receiver), values));
    }
  }
  // No proxies, hence nothing to look after.
  try {
    const values: unknown[] = [];
    for (let i = 0; i < count; i++) {
      const slot = frame + i * SLOT_SIZE;
      values.push(decodePlain(slot, HEAPU32[slot >>> 2] as Kind));
    }
    const result = Reflect.apply(f, thisOf(receiver), values);
    const kind = answer(frame, result);
    return kind === Kind.PYOBJ ? finish(frame, result, new Arguments(frame, 0)) : kind;
  } catch (error) {
    return fail(frame, error);
  }
}

export function jsv_call_kwargs(
  callee: unknown,
  receiver: unknown,
  frame: number,
  positional: number,
  keywords: number,
): Kind {
  const f = callee as (...args: unknown[]) => unknown;
  const args = new Arguments(frame, positional + 2 * keywords);
  return run(frame, args, () => Reflect.apply(f, thisOf(receiver), withKeywords(args, positional, keywords)));
}

/** C passes -1 for "no keywords". */
export function jsv_construct(callee: unknown, frame: number, positional: number, keywords: number): Kind {
  const f = callee as new (...args: unknown[]) => unknown;
  const args = new Arguments(frame, positional + 2 * Math.max(keywords, 0));
  return run(frame, args, (values) =>
    Reflect.construct(f, keywords >= 0 ? withKeywords(args, positional, keywords) : values),
  );
}
