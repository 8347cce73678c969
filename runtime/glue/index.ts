/** The bundle that --pre-js places into Emscripten's module factory as `glue`. */
import { core } from "./core.ts";

Module.core = core;

export { loadDynamicLibrary, loadWebAssemblyModule } from "./dylink.ts";
export { imports } from "./imports/index.ts";
