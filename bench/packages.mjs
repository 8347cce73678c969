// How long it takes until packages are installed and imported in a fresh Node process, beside the reference in the same run.
//
//   node bench/packages.mjs [--runs=N] [--dist=FOLDER] [--node=EXECUTABLE] [--wheels=FOLDER]
//
// Both load the same wheel of micropip, and install pydantic with it from an index on this machine that has the wheels of
// FOLDER (as the tests leave them in the cache): five of them, one compiled. The two take turns. Medians, in milliseconds.
// Below it, by how much memory grows at most while the largest wheel in FOLDER is loaded, in megabytes.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs, promisify } from "node:util";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SELF = fileURLToPath(import.meta.url);
const STEPS = [
  "loadPackage(micropip)",
  "import micropip",
  "install pydantic",
  "import pydantic",
  "these, and loadPyodide",
];

const OPTIONS = {
  runs: { type: "string", default: "5" },
  dist: { type: "string", default: join(ROOT, "dist") },
  node: { type: "string", default: join(ROOT, "node_modules/node24/bin/node") },
  wheels: { type: "string", default: join(homedir(), ".cache/pyodide-dist/wheels") },
  measure: { type: "string" }, // used by this script itself: the folder to measure
  index: { type: "string" }, // likewise: the index
  wheel: { type: "string" }, // likewise: the wheel to measure memory with
};

async function measure(folder, index) {
  const times = [];
  const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
  const begin = performance.now();
  const pyodide = await loadPyodide({ stdout() {} });
  const dist = readdirSync(OPTIONS.dist.default);
  const micropip = join(
    OPTIONS.dist.default,
    dist.find((name) => name.startsWith("micropip-")),
  );
  let last = performance.now();
  const lap = () => {
    const now = performance.now();
    times.push(now - last);
    last = now;
  };
  await pyodide.loadPackage(micropip);
  lap();
  pyodide.runPython("import micropip");
  lap();
  await pyodide.runPythonAsync(`await micropip.install("pydantic", index_urls="${index}/simple")`);
  lap();
  pyodide.runPython("import pydantic; pydantic.TypeAdapter(int).validate_python('42')");
  lap();
  console.log(JSON.stringify([...times, last - begin]));
}

/** How much more memory than before the process had at its peak, how much of that is Python's, and the files, in bytes. */
async function measureMemory(folder, wheel) {
  const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
  const pyodide = await loadPyodide({ stdout() {} });
  // What unpacking and reading archives takes once, whatever their size.
  pyodide.runPython("import zipfile, shutil, importlib.metadata");
  globalThis.gc();
  const wasm = pyodide._module.HEAPU8.length;
  const settled = process.memoryUsage().rss;
  await pyodide.loadPackage(wheel);
  const peak = process.resourceUsage().maxRSS * 1024;
  const python = pyodide._module.HEAPU8.length - wasm;
  const unpacked = pyodide.runPython(`
import os, site
sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(site.getsitepackages()[0]) for name in names)
  `);
  console.log(JSON.stringify([peak - settled, python, unpacked]));
}

/** An index of the wheels in a folder: PEP 691, with PEP 658's metadata left out. */
function serve(folder) {
  const wheels = readdirSync(folder).filter((name) => name.endsWith(".whl"));
  const server = createServer((request, response) => {
    const [kind, name] = decodeURIComponent(request.url).split("/").slice(1);
    if (kind === "files") return response.end(readFileSync(join(folder, name)));
    const files = wheels.filter((each) => each.split("-")[0].toLowerCase() === name.replaceAll("-", "_"));
    const rows = files.map((filename) => ({
      filename,
      url: `http://${request.headers.host}/files/${filename}`,
      hashes: {
        sha256: createHash("sha256")
          .update(readFileSync(join(folder, filename)))
          .digest("hex"),
      },
    }));
    response.setHeader("Content-Type", "application/vnd.pypi.simple.v1+json");
    response.end(JSON.stringify({ name, files: rows }));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

async function run(node, ...words) {
  const { stdout } = await promisify(execFile)(node, words);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

async function compare(options) {
  const folders = { ours: options.dist, reference: join(ROOT, "node_modules/pyodide") };
  for (const folder of [...Object.values(folders), options.wheels]) {
    if (!existsSync(folder))
      throw new Error(`${folder} is missing: ./scons dist, npm ci, and tests/packages make them`);
  }
  const server = await serve(options.wheels);
  const index = `http://127.0.0.1:${server.address().port}`;
  const times = { ours: [], reference: [] };
  for (let i = 0; i < Number(options.runs); i++) {
    for (const [name, folder] of Object.entries(folders)) {
      times[name].push(await run(options.node, SELF, `--measure=${folder}`, `--index=${index}`));
    }
  }
  server.close();
  console.log(`${"".padEnd(24)}${"ours".padStart(10)}${"reference".padStart(12)}${"ratio".padStart(8)}`);
  for (const [i, step] of STEPS.entries()) {
    const [ours, reference] = [times.ours, times.reference].map((rows) => median(rows.map((row) => row[i])));
    const ratio = (ours / reference).toFixed(2);
    console.log(
      `${step.padEnd(24)}${ours.toFixed(0).padStart(10)}${reference.toFixed(0).padStart(12)}${ratio.padStart(8)}`,
    );
  }
  await compareMemory(options, folders);
}

async function compareMemory(options, folders) {
  const size = (name) => statSync(join(options.wheels, name)).size;
  const wheels = readdirSync(options.wheels).filter((name) => /-(any|wasm32)\.whl$/.test(name));
  const largest = wheels.reduce((a, b) => (size(a) > size(b) ? a : b));
  const wheel = join(options.wheels, largest);
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1).padStart(10);
  const title = `\n${largest}, ${megabytes(size(largest)).trim()} MB`;
  console.log(title.padEnd(56) + ["peak", "Python's", "files"].map((head) => head.padStart(10)).join(""));
  for (const [name, folder] of Object.entries(folders)) {
    const rows = [];
    for (let i = 0; i < Number(options.runs); i++) {
      rows.push(await run(options.node, "--expose-gc", SELF, `--measure=${folder}`, `--wheel=${wheel}`));
    }
    console.log(name.padEnd(55) + [0, 1, 2].map((i) => megabytes(median(rows.map((row) => row[i])))).join(""));
  }
}

const { values } = parseArgs({ options: OPTIONS });
if (values.wheel) await measureMemory(values.measure, values.wheel);
else if (values.measure) await measure(values.measure, values.index);
else await compare(values);
