/** The Core: what the loader gets (interface.ts). */
import { EXPORT_NAMES, type Exports, MAILBOX_SLOTS, SLOT_SIZE } from "#abi";
import { parseFormat } from "./buffer.ts";
import { context } from "./context.ts";
import { toPy } from "./convert/to_py.ts";
import { levelsOfStack } from "./depth.ts";
import { checkAlive, deadError, fatal, hasLock, NoGilError, PythonError, raiseFromPython } from "./errors.ts";
import { answer, beginFrame, decode } from "./frame.ts";
import { errorConstructors, newError } from "./imports/values.ts";
import type { Core, CoreConfig, MemoryImage, PyCallable, PyProxy } from "./interface.ts";
import { check } from "./pyproxy/attributes.ts";
import { classes } from "./pyproxy/classes.ts";
import { handlerWith } from "./pyproxy/handlers.ts";
import { finalize, isAlive, newAlias } from "./pyproxy/proxy.ts";
import { own, stateOf } from "./pyproxy/state.ts";
import { API, capture, GLOBALS, newRecording, releaseReferences, restoreHandles, restoreMemory } from "./snapshot.ts";
import { canSwitch, newTask, startTask, taskRunner } from "./task.ts";
import { passInterrupt } from "./waiting.ts";

/** Connects the glue to the instantiated wasm. */
function connect(config: CoreConfig, image?: MemoryImage): void {
  const wasm = Object.fromEntries(EXPORT_NAMES.map((name) => [name, Module[`_${name}`] as unknown]));
  context.wasm = wasm as unknown as Exports;
  context.config = config;
  context.table = wasmTable.length;
  if (image) restoreMemory(image);
  context.stack = stackSave();
  if (config.recording) context.recording = newRecording(config.jsglobals);
  context.mailbox = context.wasm.frame_address() >>> 0;
  context.threadState = context.wasm.thread_state_address() >>> 0;
  context.frame = context.mailbox;
  context.runTask = taskRunner(context.wasm.task_run);
  context.textStart = context.mailbox + MAILBOX_SLOTS * SLOT_SIZE;
  (context as { registry: typeof context.registry }).registry = new FinalizationRegistry(finalize);
  check(() => context.wasm.core_start(config.convertNullToNone ? 1 : 0, canSwitch ? 1 : 0, levelsOfStack()));
}

function callPython(path: string, ...args: unknown[]): unknown {
  const callable = pyimport(path) as PyCallable;
  try {
    return callable(...args);
  } finally {
    callable.destroy();
  }
}

function pyimport(path: string): unknown {
  checkAlive();
  const frame = beginFrame(1);
  answer(frame, path);
  check(() => context.wasm.py_import(frame));
  return decode(frame);
}

export const core: Core = {
  initialize(config: CoreConfig): void {
    connect(config);
    const frame = beginFrame(1);
    answer(frame, config.jsglobals);
    check(() => context.wasm.core_connect(frame));
    context.globals = decode(frame) as PyProxy;
  },
  restore(config, image): void {
    connect(config, image);
    context.globals = pyimport("__main__.__dict__") as PyProxy;
  },
  resume({ state }, api, deserializer): void {
    context.recording?.paths.set(api, [API]);
    restoreHandles(state, { [GLOBALS]: context.config.jsglobals, [API]: api }, deserializer);
    releaseReferences(state);
  },
  capture,
  pyimport,
  callPython,
  get globals(): PyProxy {
    return context.globals!;
  },
  toPy(value, options) {
    checkAlive();
    return toPy(value, options);
  },
  ffi: { ...classes, PythonError },
  isPyProxy(value: unknown): value is PyProxy {
    return stateOf(value) !== undefined;
  },
  isAlive,
  withMembers(proxy: PyProxy, members: object): PyProxy {
    const state = own(proxy);
    return newAlias(state, state.flags, handlerWith(state.flags, members)).proxy!;
  },
  startTask(callable: PyProxy, args: readonly unknown[], settle): void {
    let task: number;
    try {
      task = newTask(own(callable), args);
    } catch (error) {
      settle.reject(error);
      return;
    }
    startTask(task, settle);
  },
  passInterrupt,
  canSwitch,
  registerJsModule(name: string, module: object): void {
    if (name === API) context.recording?.paths.set(module, [API]);
    callPython("_pyodide._jsmodules.register_js_module", name, module);
  },
  unregisterJsModule(name: string): void {
    callPython("_pyodide._jsmodules.unregister_js_module", name);
  },
  checkSignals(): boolean {
    if (context.dead) throw deadError();
    if (!hasLock()) return false;
    check(context.wasm.py_check_signals);
    return true;
  },
  setDebug(debug: boolean): boolean {
    const before = context.debug;
    context.debug = Boolean(debug);
    return before;
  },
  liveProxies: () => context.liveProxies,
  liveHandles: () => context.wasm.handle_count(),
  get fatal(): Error | undefined {
    return context.dead?.cause;
  },
  fail: fatal,
  deadError,
  NoGilError,
  internals: {
    errorConstructors,
    newError,
    takeError() {
      checkAlive();
      beginFrame(3); // there is room for it
      return raiseFromPython();
    },
    parseFormat,
    trace(tracer) {
      context.tracer = tracer;
    },
  },
};
