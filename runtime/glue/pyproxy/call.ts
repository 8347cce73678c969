/** Calls of Python callables. */
import { Kind, SLOT_SIZE } from "#abi";
import { context } from "../context.ts";
import { fatal, raiseFromPython } from "../errors.ts";
import { beginFrame, decode, encode } from "../frame.ts";
import { addressOf, type State } from "./state.ts";

/** Writes the arguments into a new frame, whose address it gives. */
function writeArguments(args: ArrayLike<unknown>, total: number): number {
  // A frame has room for the result even if it has no arguments.
  const frame = beginFrame(total || 1);
  for (let i = 0; i < args.length; i++) encode(frame + i * SLOT_SIZE, args[i]);
  return frame;
}

/** Calls the Python object with positional arguments. */
export function call(state: State, args: ArrayLike<unknown>): unknown {
  const frame = writeArguments(args, args.length);
  let kind: Kind;
  try {
    kind = context.wasm.py_call(addressOf(state), frame, args.length);
  } catch (error) {
    throw fatal(error);
  }
  if (kind === Kind.ERROR) throw raiseFromPython();
  return decode(frame);
}

/** Calls it with keyword arguments too. */
export function callKwargs(
  state: State,
  args: readonly unknown[],
  keywords: Readonly<Record<string, unknown>>,
): unknown {
  const names = Object.keys(keywords);
  const all = [...args, ...names.map((name) => keywords[name]), ...names];
  const frame = writeArguments(all, all.length);
  let kind: Kind;
  try {
    kind = context.wasm.py_call_kwargs(addressOf(state), frame, args.length, names.length);
  } catch (error) {
    throw fatal(error);
  }
  if (kind === Kind.ERROR) throw raiseFromPython();
  return decode(frame);
}

/** Splits `f.callKwargs(a, b, {c: 1})`. */
export function splitKwargs(args: readonly unknown[]): [positional: unknown[], keywords: Record<string, unknown>] {
  if (args.length === 0) {
    throw new TypeError("callKwargs requires at least one argument (the keyword argument object)");
  }
  const keywords = args.at(-1);
  if (typeof keywords !== "object" || keywords === null) {
    throw new TypeError("keyword argument is not an object");
  }
  return [args.slice(0, -1), keywords as Record<string, unknown>];
}

/** What a callable proxy does when it is called: applies what bind and captureThis have fixed. */
export function invoke(state: State, receiver: unknown, args: readonly unknown[]): unknown {
  const fixed = state.call;
  if (fixed === undefined) return call(state, args);
  const all = fixed.args.length ? [...fixed.args, ...args] : [...args];
  if (fixed.captureThis) all.unshift(fixed.bound ? fixed.receiver : receiver);
  return call(state, all);
}
