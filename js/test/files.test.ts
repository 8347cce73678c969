import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { asDirectory, directoryOf, nodeFiles, webFiles } from "../src/loader/files.ts";

/** The smallest wasm module. */
const WASM = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

let server: Server;
let origin: string;
const requests: string[] = [];

before(async () => {
  server = createServer((request, response) => {
    requests.push(request.url ?? "");
    const types: Record<string, string> = { "/right.wasm": "application/wasm", "/wrong.wasm": "text/plain" };
    const type = types[request.url ?? ""];
    response.writeHead(type ? 200 : 404, { "Content-Type": type ?? "text/plain" });
    response.end(WASM);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

test("directories", () => {
  assert.equal(asDirectory("a/b"), "a/b/");
  assert.equal(directoryOf("https://a.example/b/c.js?d=/e"), "https://a.example/b/");
  assert.equal(directoryOf("c.js"), undefined);
});

test("wasm compiles whatever its media type is, with one request", async () => {
  const files = webFiles(`${origin}/`);
  for (const name of ["right.wasm", "wrong.wasm"]) {
    requests.length = 0;
    const module = await files.compile(files.resolve(name));
    assert(module instanceof WebAssembly.Module);
    assert.deepEqual(requests, [`/${name}`]);
  }
});

test("a failing request names its address", async () => {
  await assert.rejects(webFiles(undefined).read(`${origin}/none`), (error: Error) => {
    assert.match(error.message, /\/none: the server answered 404/);
    return true;
  });
  await assert.rejects(webFiles(undefined).readText("http://127.0.0.1:1/none"), /Could not load http:\/\/127.0.0.1:1/);
});

test("Node reads paths, file addresses and http", async () => {
  const files = nodeFiles();
  const here = new URL("files.test.ts", import.meta.url);
  const path = files.resolve(here.href);
  assert.match(path, /^\/.*files\.test\.ts$/);
  assert.match(await files.readText(path), /Node reads paths/);
  assert.equal(files.resolve("sub/"), `${process.cwd()}/sub/`);
  assert.equal((await files.read(`${origin}/right.wasm`)).length, WASM.length);
});

test("a module without a factory is refused", async () => {
  const here = new URL("../src/loader/nearest.ts", import.meta.url);
  await assert.rejects(nodeFiles().importFactory(nodeFiles().resolve(here.href)), /has no factory/);
});
