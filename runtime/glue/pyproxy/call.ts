/** Calls of Python callables. */
import { Kind, PyFlag, SLOT_AUX } from "#abi";
import { context } from "../context.ts";
import { fatal, raiseFromPython } from "../errors.ts";
import { decode } from "../frame.ts";
import type { PyProxy } from "../interface.ts";
import { canSwitch, newTask, scheduleTask } from "../task.ts";
import { scheduleCoroutine } from "./awaitable.ts";
import { helper } from "./helper.ts";
import { newAlias } from "./proxy.ts";
import { addressOf, type State, stateOf, type Target, writeFrame } from "./state.ts";

const RELAXED_CALL = "pyodide.code.relaxed_call";

type Keywords = Readonly<Record<string, unknown>>;

/** The frame of a call that has succeeded: its first slot holds the result. */
function enter(target: Target, args: ArrayLike<unknown>, keywords: number): number {
  const frame = writeFrame(target, args);
  const address = typeof target === "number" ? target : addressOf(target);
  let kind: Kind;
  try {
    kind =
      keywords < 0
        ? context.wasm.py_call(address, frame, args.length)
        : context.wasm.py_call_kwargs(address, frame, args.length - 2 * keywords, keywords);
  } catch (error) {
    throw fatal(error);
  }
  if (kind === Kind.ERROR) throw raiseFromPython();
  return frame;
}

/** Calls a Python function that belongs to the runtime, which gets the object of a proxy that comes first. */
export function callAddress(address: number, args: readonly unknown[]): unknown {
  const [first, ...others] = args;
  const state = stateOf(first);
  return decode(enter(address, state ? [bare(state), ...others] : args, -1));
}

/**
 * A proxy that Python gets as its object, whatever `roundtrip` says: what Python asked of the proxy would lead back
 * to the member that asks.
 */
function bare(state: State): PyProxy {
  if (!state.roundtrip) return state.proxy!;
  const alias = newAlias(state, state.flags);
  alias.roundtrip = false;
  return alias.proxy!;
}

/**
 * Calls what users have, with keyword arguments or without: the coroutine of an async function starts at once.
 * `through` is what calls it and gets it as its first argument.
 */
function callObject(state: State, args: readonly unknown[], keywords?: Keywords, through?: number): unknown {
  const target = through ?? state;
  const all = through === undefined ? args : [bare(state), ...args];
  let frame: number;
  if (keywords === undefined) {
    frame = enter(target, all, -1);
  } else {
    const names = Object.keys(keywords);
    frame = enter(target, [...all, ...names.map((name) => keywords[name]), ...names], names.length);
  }
  const awaitable = HEAPU32[frame >>> 2] === Kind.PYOBJ && HEAPU32[(frame + SLOT_AUX) >>> 2]! & PyFlag.IS_AWAITABLE;
  const result = decode(frame);
  return awaitable ? scheduleCoroutine(state.proxy, result) : result;
}

/** What bind and captureThis have put before the arguments. */
function withFixed({ call }: State, receiver: unknown, args: readonly unknown[]): readonly unknown[] {
  if (call === undefined) return args;
  const all = [...call.args, ...args];
  if (call.captureThis) all.unshift(call.bound ? call.receiver : receiver);
  return all;
}

/** What a callable proxy does when it is called. */
export function invoke(state: State, receiver: unknown, args: readonly unknown[]): unknown {
  return callObject(state, withFixed(state, receiver, args));
}

/** The same with keyword arguments, in an object that is the last argument. */
export function invokeKwargs(state: State, args: readonly unknown[]): unknown {
  const [positional, keywords] = splitKwargs(args);
  return callObject(state, withFixed(state, undefined, positional), keywords);
}

/** The same two without the arguments that the callable does not take. */
export function invokeRelaxed(state: State, args: readonly unknown[]): unknown {
  return callObject(state, withFixed(state, undefined, args), undefined, helper(RELAXED_CALL));
}

export function invokeKwargsRelaxed(state: State, args: readonly unknown[]): unknown {
  const [positional, keywords] = splitKwargs(args);
  return callObject(state, withFixed(state, undefined, positional), keywords, helper(RELAXED_CALL));
}

export interface CallOptions {
  /** Drop the arguments that the callable does not take. */
  readonly relaxed?: boolean;
  /** The last argument is an object of keyword arguments. */
  readonly kwargs?: boolean;
  /** Give a promise; Python may wait for others in the meantime. */
  readonly promising?: boolean;
}

/** A call during which Python may wait for promises. It starts in the next turn of the event loop. */
export function invokePromising(state: State, args: readonly unknown[], options: CallOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    addressOf(state);
    if (!canSwitch) throw new Error("WebAssembly stack switching not supported in this JavaScript runtime");
    const [positional, keywords] = options.kwargs ? splitKwargs(args) : [args, undefined];
    const all = withFixed(state, undefined, positional);
    const task = options.relaxed
      ? newTask(helper(RELAXED_CALL), [bare(state), ...all], keywords)
      : newTask(state, all, keywords);
    scheduleTask(task, { resolve, reject });
  });
}

/** Whether it is no instance of a class, an array or a Map, say, that was forgotten to be unpacked. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null || stateOf(value)) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || prototype.constructor === undefined || prototype.constructor.name === "Object";
}

function splitKwargs(args: readonly unknown[]): [positional: readonly unknown[], keywords: Keywords] {
  if (args.length === 0) {
    throw new TypeError("callKwargs requires at least one argument (the keyword argument object)");
  }
  const keywords = args.at(-1);
  if (!isPlain(keywords)) throw new TypeError("keyword argument is not an object");
  return [args.slice(0, -1), keywords as Keywords];
}
