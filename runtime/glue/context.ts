/**
 * The state of the glue: one object, made with the module and reachable from it, so that it can be described and
 * rebuilt as a whole. Other modules of the glue keep no state, apart
 * from caches that can be computed again.
 */
import type { Exports } from "#abi";
import type { CoreConfig, ProxyTracer, PyProxy } from "./interface.ts";
import type { Lifetime } from "./pyproxy/state.ts";
import type { Waiter } from "./waiting.ts";

/** What is noted so that a snapshot can be made (snapshot.ts). */
export interface Recording {
  /** How Python came to an object: the name of a root, then keys. */
  readonly paths: WeakMap<object, readonly string[]>;
  /** Those of all proxies that are not destroyed. */
  readonly lifetimes: Set<Lifetime>;
  /** Buffers that are held open. */
  readonly buffers: Set<number>;
}

export interface Context {
  /** The functions of the core; present once `main` can run. */
  wasm: Exports;
  config: CoreConfig;
  /** The address of the mailbox. */
  mailbox: number;
  /** Where the next frame that JavaScript writes begins, and where its texts do: both in the mailbox. */
  frame: number;
  textStart: number;
  /** Where the next text of the frame being written goes. */
  text: number;
  /** The exception that the last failed import left for jsv_take_error. */
  pending: { error: unknown } | undefined;
  /** task_run, on a stack of its own where there are several; then it gives a promise. */
  runTask: (...args: Parameters<Exports["task_run"]>) => unknown;
  /** The turn of the host's event loop in which a task has ended, while another may follow in it. */
  turn: { readonly end: number; ticks: number } | undefined;
  /** Those that wait and that a signal can reach, the latest last. */
  readonly waiters: Set<Waiter>;
  /** The timer that looks for signals while somebody waits. */
  watch: unknown;
  /** Address of the word that is 0 while C code has given Python's lock away. */
  threadState: number;
  /** Python functions that the glue calls, by path; each address is a reference. */
  readonly helpers: Map<string, number>;
  /** Attribute names as interned Python strings; each address is a reference. */
  readonly names: Map<string, number>;
  /** Flag sets whose JsProxy type exists. */
  readonly preparedFlags: Set<number>;
  /** The handle under which JsRef_NewUnique last gave out an object. It may be stale: the core checks. */
  readonly handles: WeakMap<object, number>;
  readonly identities: WeakMap<object, number>;
  nextIdentity: number;
  liveProxies: number;
  tracer: ProxyTracer | undefined;
  /** Proxies that the finalisation registry does not know yet. */
  readonly young: PyProxy[];
  readonly registry: FinalizationRegistry<Lifetime>;
  debug: boolean;
  /** Present in an interpreter of which snapshots may be made. */
  recording: Recording | undefined;
  /** Calls of task_run that have not ended. */
  tasks: number;
  /** The shadow stack's pointer while nothing runs, and the length of the table of functions at the start. */
  stack: number;
  table: number;
  globals: PyProxy | undefined;
  dead: { cause: Error } | undefined;
}

/** Filled in by `connect` (core.ts); nothing runs before that. */
export const context = {
  config: { jsglobals: globalThis },
  mailbox: 0,
  frame: 0,
  textStart: 0,
  text: 0,
  pending: undefined,
  turn: undefined,
  waiters: new Set(),
  watch: undefined,
  threadState: 0,
  helpers: new Map(),
  names: new Map(),
  preparedFlags: new Set(),
  handles: new WeakMap(),
  identities: new WeakMap(),
  nextIdentity: 1,
  liveProxies: 0,
  tracer: undefined,
  young: [],
  debug: false,
  recording: undefined,
  tasks: 0,
  stack: 0,
  table: 0,
  globals: undefined,
  dead: undefined,
} as unknown as Context;
