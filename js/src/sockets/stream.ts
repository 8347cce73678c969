/* An open file descriptor of a socket, as Emscripten's file system and the glue see it. */

import type { Sock } from "./sockfs.ts";

export interface Stream {
  readonly fd: number;
  flags: number;
  readonly node: { readonly sock: Sock };
}
