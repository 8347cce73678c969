/* Memory snapshots: `makeMemorySnapshot`, and an interpreter that comes from one. The private API of Pyodide. */

import type { Deserializer, PyCallable, Serializer } from "../../../runtime/glue/interface.ts";
import { STDLIB_ARCHIVE } from "../loader/interpreter.ts";
import type { Config } from "../loader/options.ts";
import { buildId } from "../loader/version.ts";
import { saveFiles } from "../snapshot/files.ts";
import { packSnapshot, type Snapshot } from "../snapshot/format.ts";
import type { PyodideModule } from "../types/emscripten.ts";

/** A snapshot of an interpreter, as a file. Raises Error that says what cannot be part of one. */
export function makeSnapshot(
  { core, FS }: PyodideModule,
  { serializer }: { serializer?: Serializer } = {},
): Uint8Array {
  const prepare = core.pyimport("_pyodide._snapshot.prepare") as PyCallable;
  const obstacle = prepare() as string | undefined;
  prepare.destroy();
  if (obstacle !== undefined) throw new Error(`makeMemorySnapshot: ${obstacle}`);
  const { nodes, contents } = saveFiles(FS, STDLIB_ARCHIVE);
  const image = core.capture(serializer);
  const stdlib = FS.stat(STDLIB_ARCHIVE).size;
  return packSnapshot({ state: { nodes, directory: FS.cwd(), stdlib }, image, contents }, buildId);
}

/** The second half of a restart, when the public API is there. */
export function resumeSnapshot(
  { core, wasmExports }: PyodideModule,
  { image }: Snapshot,
  api: object,
  { env, args, _snapshotDeserializer }: Config,
): void {
  core.resume(image, api, _snapshotDeserializer as Deserializer | undefined);
  const resume = core.pyimport("_pyodide._snapshot.resume") as PyCallable;
  resume(Object.entries(env), args, globalThis.navigator?.userAgent ?? `Node.js ${process.version}`);
  resume.destroy();
  // SQLite has drawn its entropy when it was first asked for a random number. This has it draw again.
  (wasmExports.sqlite3_randomness as ((count: number, buffer: number) => void) | undefined)?.(0, 0);
}
