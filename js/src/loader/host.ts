/* Finds out where we run. Decided from the globals alone, before anything is loaded. */

/** Flags about the host, under the names that `pyodide._api.runtimeEnv` has. */
export interface RuntimeEnv {
  readonly IN_NODE: boolean;
  readonly IN_NODE_COMMONJS: boolean;
  readonly IN_NODE_ESM: boolean;
  readonly IN_BUN: boolean;
  readonly IN_DENO: boolean;
  readonly IN_BROWSER: boolean;
  readonly IN_BROWSER_MAIN_THREAD: boolean;
  readonly IN_BROWSER_WEB_WORKER: boolean;
  readonly IN_SAFARI: boolean;
  readonly IN_SHELL: boolean;
  readonly IN_WORKERD: boolean;
}

/** The globals that tell hosts apart. A parameter so that detection can be tested anywhere. */
export interface HostGlobals {
  readonly process?: { readonly versions?: { readonly node?: string }; readonly type?: string };
  readonly Deno?: unknown;
  readonly Bun?: unknown;
  readonly navigator?: { readonly userAgent?: string };
  readonly document?: unknown;
  readonly WorkerGlobalScope?: unknown;
  readonly ServiceWorkerGlobalScope?: unknown;
  readonly importScripts?: (...urls: string[]) => void;
}

export interface HostFacts {
  /** The loader was loaded with `require`. */
  readonly commonJS: boolean;
  /** The module factory was given, so that no dynamic import is needed. */
  readonly factoryGiven: boolean;
}

/** Raises Error for hosts that cannot run us, saying why. */
export function detectHost(globals: HostGlobals, { commonJS, factoryGiven }: HostFacts): RuntimeEnv {
  const userAgent = globals.navigator?.userAgent ?? "";
  const deno = globals.Deno !== undefined;
  const bun = globals.Bun !== undefined;
  const workerd = userAgent === "Cloudflare-Workers";
  // Electron's renderer has a `process`, but is a browser.
  const nodeLike = Boolean(globals.process?.versions?.node) && globals.process?.type !== "renderer" && !workerd;
  const page = !nodeLike && !deno && globals.document !== undefined;
  const worker = !nodeLike && !deno && !page && !workerd && globals.WorkerGlobalScope !== undefined;

  if (worker) {
    refuseUnusableWorker(globals, factoryGiven);
  } else if (!nodeLike && !deno && !page && !workerd) {
    throw new Error("Cannot determine runtime environment: this is neither Node, nor a page, nor a module worker");
  }

  const node = nodeLike && !deno && !bun;
  return {
    IN_NODE: node,
    IN_NODE_COMMONJS: node && commonJS,
    IN_NODE_ESM: node && !commonJS,
    IN_BUN: bun,
    IN_DENO: deno,
    IN_BROWSER: page || worker,
    IN_BROWSER_MAIN_THREAD: page,
    IN_BROWSER_WEB_WORKER: worker,
    IN_SAFARI: (page || worker) && /Safari\//.test(userAgent) && !/Chrom(e|ium)\//.test(userAgent),
    IN_SHELL: false,
    IN_WORKERD: workerd,
  };
}

function refuseUnusableWorker(globals: HostGlobals, factoryGiven: boolean): void {
  if (globals.ServiceWorkerGlobalScope !== undefined) {
    if (!factoryGiven) {
      throw new Error(
        "Service workers cannot import modules while they run: " +
          "import pyodide.asm.mjs statically and pass its default export as createPyodideModule",
      );
    }
    return;
  }
  if (isClassicWorker(globals)) {
    throw new Error('Classic web workers are not supported: create the worker with { type: "module" }');
  }
}

/** Only a module worker refuses `importScripts` outright, with a TypeError; without arguments it loads nothing. */
function isClassicWorker(globals: HostGlobals): boolean {
  if (globals.importScripts === undefined) return false;
  try {
    globals.importScripts();
    return true;
  } catch (error) {
    return !(error instanceof TypeError);
  }
}
