/* Memory snapshots: `makeMemorySnapshot`, and an interpreter that comes from one. The private API of Pyodide. */

import type { Deserializer, Serializer } from "../../../runtime/glue/interface.ts";
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
  const obstacle = core.callPython("_pyodide._snapshot.prepare") as string | undefined;
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
  const about = globalThis.navigator?.userAgent ?? `Node.js ${process.version}`;
  core.callPython("_pyodide._snapshot.resume", Object.entries(env), args, about);
  // SQLite has drawn its entropy when it was first asked for a random number. This has it draw again.
  (wasmExports.sqlite3_randomness as ((count: number, buffer: number) => void) | undefined)?.(0, 0);
}
