// Runs a Host in Node, Bun or Deno. One JSON request {body, replace} per line comes in, one JSON answer per line goes out, both over
// the socket whose file descriptor is the first argument: standard output stays free for what is tested.
// The second argument is the folder of the distribution.

import { connect, Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { Host } from "./host.mjs";

const [, , fd, dist] = process.argv;
const { loadPyodide } = await import(pathToFileURL(join(dist, "pyodide.mjs")).href);
const host = new Host(loadPyodide);
const options = { fd: Number(fd), readable: true, writable: true };
const socket = globalThis.Bun ? connect(options) : new Socket(options); // each has its own way

for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
  const { body, replace } = JSON.parse(line);
  socket.write(`${await host.run(body, replace)}\n`);
}
process.exit(0); // the tests closed their end
