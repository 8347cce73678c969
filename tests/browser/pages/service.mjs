// Answers requests with Python. A service worker may import statically only.
import createPyodideModule from "/dist/pyodide.asm.mjs";
import { loadPyodide } from "/dist/pyodide.mjs";

const refused = loadPyodide().then(
  () => "loaded",
  (error) => `${error}`,
);
const python = loadPyodide({ createPyodideModule });

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

async function answer() {
  try {
    const py = await python;
    return new Response(
      `${await refused}\n${await py.runPythonAsync("import asyncio, sys; await asyncio.sleep(0, sys.version)")}`,
    );
  } catch (error) {
    return new Response(`${error.stack}`, { status: 500 });
  }
}

addEventListener("fetch", (event) => {
  if (event.request.url.endsWith("answered-by-python")) event.respondWith(answer());
});
