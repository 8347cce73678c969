// A worker thread that sends 50 MB to everybody who connects. It posts its port.

import { createServer } from "node:net";
import { parentPort } from "node:worker_threads";

const data = new Uint8Array(50 << 20);
const server = createServer((socket) => {
  socket.on("error", () => {});
  socket.end(data);
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
