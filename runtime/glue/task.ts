/**
 * Tasks: calls of Python that may wait for promises. The engine runs each on a stack of its own (JSPI). Where it cannot,
 * a task is a call like any other, and Python knows that it must not wait. C's half is runtime/core/task.
 */
import { type Exports, Kind, PyFlag, SLOT_AUX } from "#abi";
import { context } from "./context.ts";
import { checkAlive, fatal, raiseFromPython } from "./errors.ts";
import { decode } from "./frame.ts";
import type { PyProxy } from "./interface.ts";
import { promiseFor } from "./pyproxy/awaitable.ts";
import { type Target, writeFrame } from "./pyproxy/state.ts";

/** What becomes of a task: one of these is called. */
export interface Settle {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** The engine can switch stacks. */
export const canSwitch = typeof WebAssembly.Suspending === "function" && typeof WebAssembly.promising === "function";

/** An import that waits for the promise its implementation gives. */
export function suspending<F extends (...args: never[]) => unknown>(wait: F): F {
  return canSwitch ? (new WebAssembly.Suspending!(wait) as unknown as F) : wait;
}

/** The export that runs a task: on a stack of its own, if there are several. */
export function taskRunner(run: Exports["task_run"]): (...args: Parameters<Exports["task_run"]>) => unknown {
  return canSwitch ? WebAssembly.promising!(run) : run;
}

/** The address of a call that startTask makes once. What it holds is converted now. */
export function newTask(
  target: Target,
  args: readonly unknown[],
  keywords?: Readonly<Record<string, unknown>>,
): number {
  const names = Object.keys(keywords ?? {});
  const values = names.length ? [...args, ...names.map((name) => keywords![name]), ...names] : args;
  const frame = writeFrame(target, values);
  const address = typeof target === "number" ? target : target.lifetime.address;
  const task = context.wasm.task_new(address, frame, args.length, names.length);
  if (task === 0) throw raiseFromPython();
  return task;
}

/** Starts a task. To be able to wait it needs a turn of the host's event loop in which nothing of Python's runs. */
export function startTask(task: number, settle: Settle): void {
  try {
    checkAlive();
    context.tasks++;
    const running = context.runTask(settle, task, stackSave()) as Promise<void> | undefined;
    running?.then(undefined, (error) => settle.reject(fatal(error)));
  } catch (error) {
    settle.reject(context.dead ? error : fatal(error));
  }
}

/** A promising call right after another one shares its turn of the host's event loop for this long. */
const TURN_MILLISECONDS = 4;

/** What "right after" means, in microtasks: enough for an `await` of the call, and one of a function that awaits it. */
const TURN_TICKS = 2;

/** Starts a task in the next turn, or still in this one if it follows another task: see TURN_MILLISECONDS. */
export function scheduleTask(task: number, settle: Settle): void {
  const start = (): void => startTask(task, settle);
  if (context.turn !== undefined && performance.now() < context.turn.end) queueMicrotask(start);
  else context.config.schedule(start);
}

/** Lets what awaits the end of a task start others at once. */
function shareTurn(): void {
  if (context.turn !== undefined) {
    context.turn.ticks = TURN_TICKS;
    return;
  }
  const turn = { end: performance.now() + TURN_MILLISECONDS, ticks: TURN_TICKS };
  context.turn = turn;
  const tick = (): void => {
    if (turn.ticks-- > 0) queueMicrotask(tick);
    else context.turn = undefined;
  };
  tick();
}

/** For C: a task is over. */
export function jsv_finish(task: unknown, result: number): void {
  const { resolve, reject } = task as Settle;
  context.tasks--;
  try {
    const kind = HEAPU32[result >>> 2] as Kind;
    if (kind === Kind.ERROR) throw raiseFromPython();
    const awaitable = kind === Kind.PYOBJ && HEAPU32[(result + SLOT_AUX) >>> 2]! & PyFlag.IS_AWAITABLE;
    const value = decode(result);
    if (awaitable) {
      // A promise cannot be fulfilled with what has a `then`: nobody would ever see this proxy.
      resolve(promiseFor(value));
      (value as PyProxy).destroy();
    } else resolve(value);
  } catch (error) {
    reject(error);
  }
  shareTurn();
}
