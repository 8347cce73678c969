// Streams, files, modules, interrupts.
import { loadPyodide, type Lockfile, type LockfilePackage } from "pyodide";

const pyodide = await loadPyodide();
const { FS, PATH, ERRNO_CODES } = pyodide;

const written: number[] = [];
pyodide.setStdout({
  write: (buffer: Uint8Array) => {
    written.push(...buffer);
    return buffer.length;
  },
  isatty: true,
  getTerminalSize: () => ({ rows: 3, columns: 40 }),
});
pyodide.runPython("import os; print(os.get_terminal_size(1).columns, end='', flush=True)");
pyodide.setStdout({ raw: (byte: number) => written.push(byte), isatty: false });
pyodide.runPython("print('!')");
pyodide.setStdout();
console.log(String.fromCharCode(...written).trim()); // → 40!
pyodide.setStderr({ batched: (line: string) => console.log(`error: ${line}`) });
pyodide.runPython("import sys; print('seen', file=sys.stderr)"); // → error: seen
const input = ["first", "second"];
pyodide.setStdin({ stdin: () => input.shift(), autoEOF: true, isatty: false });
console.log(pyodide.runPython("input() + '/' + input()")); // → first/second
pyodide.setStdin({ read: (buffer: Uint8Array) => buffer.fill(65).length && 0 });
pyodide.setStdin({ error: true });

FS.mkdirTree("/data/deep");
FS.writeFile(PATH.join("/data", "deep", "file"), "text");
console.log(FS.readFile("/data/deep/file", { encoding: "utf8" }), FS.readdir("/data").length); // → text 3
FS.mount((FS as any).filesystems.MEMFS, {}, "/data/deep");
pyodide.mountNodeFS("/host", ".");
console.log(FS.analyzePath("/host/package.json", false).exists, ERRNO_CODES.ENOENT); // → true 44

pyodide.registerJsModule("config", { debug: true, nested: { level: 5 } });
console.log(pyodide.runPython("from config import debug, nested\nimport config\nf'{debug} {nested.level}'")); // → True 5
pyodide.unregisterJsModule("config");
const join = pyodide.pyimport("os.path.join");
console.log(join("a", "b")); // → a/b
join.destroy();
const set = pyodide.toPy(new Set([1, 2]), {
  depth: 1,
  defaultConverter: (value, convert, cache) => {
    cache(value, value);
    return convert(value);
  },
});
console.log(set.toString()); // → {1, 2}
set.destroy();

const interrupts = new Int32Array(1);
pyodide.setInterruptBuffer(interrupts);
interrupts[0] = 2;
try {
  pyodide.checkInterrupt();
} catch (error) {
  if (error instanceof pyodide.ffi.PythonError) console.log(error.type); // → KeyboardInterrupt
}
const before: boolean = pyodide.setDebug(true);
console.log(before, pyodide.canvas.getCanvas2D() === undefined); // → false true

const lockfile: Lockfile = pyodide.lockfile;
const packages: LockfilePackage[] = Object.values(lockfile.packages);
console.log(packages.every(({ name, file_name, depends }) => name && file_name && depends.length >= 0)); // → true
const sources: Record<string, string> = pyodide.loadedPackages;
console.log(Object.keys(sources).length, typeof pyodide.lockfileBaseUrl); // → 0 string
const loaded = await pyodide.loadPackagesFromImports("import math", {
  messageCallback: (message: string) => console.log(message),
});
console.log(loaded.map(({ name, version, fileName, packageType }) => `${name} ${version} ${fileName} ${packageType}`).length); // → 0
