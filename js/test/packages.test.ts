import assert from "node:assert/strict";
import { test } from "node:test";
import { checkWheelTags, fileNameOf, normalizeName, parseWheelName } from "../src/packages/names.ts";
import { Index } from "../src/packages/resolve.ts";
import type { LockfilePackage } from "../src/types/lockfile.ts";

const TARGET = { python: "3.14", abi: "2026_0" };

test("names have one form", () => {
  for (const name of ["My_Pack.age", "my-pack-age", "MY--pack_.age"]) assert.equal(normalizeName(name), "my-pack-age");
});

test("the file of an address", () => {
  assert.equal(fileNameOf("https://a.example/b/c-1%2B2.whl?x=/y#z"), "c-1+2.whl");
  assert.equal(fileNameOf("c.whl"), "c.whl");
  assert.equal(fileNameOf("a/100%.whl"), "100%.whl");
});

test("the parts of a wheel's name", () => {
  const { distribution, version, pythonTags } = parseWheelName("a_b-1.0-2build-py2.py3-none-any.whl");
  assert.deepEqual([distribution, version, pythonTags], ["a_b", "1.0", ["py2", "py3"]]);
  for (const wrong of ["a-1.0-py3-none-any.zip", "a-1.0-none-any.whl", "-1.0-py3-none-any.whl", "a.whl", ""]) {
    assert.throws(() => parseWheelName(wrong), /is not the file name of a wheel/, wrong);
  }
});

test("wheels for this runtime", () => {
  for (const tags of [
    "py3-none-any",
    "py2.py3-none-any",
    "py314-none-any",
    "py39-none-any",
    "cp314-cp314-pyemscripten_2026_0_wasm32",
    "cp314-cp314-pyodide_2026_0_wasm32",
    "cp310-abi3-pyemscripten_2026_0_wasm32",
    "py3-none-pyemscripten_2026_0_wasm32",
    "cp313.cp314-cp313.cp314-linux_x86_64.pyemscripten_2026_0_wasm32",
  ]) {
    checkWheelTags(`a-1-${tags}.whl`, TARGET);
  }
});

test("wheels for something else", () => {
  for (const [tags, wanted] of [
    ["cp314-cp314-win_amd64", /the platform win_amd64, .*needs pyemscripten_2026_0_wasm32/],
    ["cp314-cp314-pyemscripten_2026_5_wasm32", /the platform pyemscripten_2026_5_wasm32/],
    ["cp314-cp314t-pyemscripten_2026_0_wasm32", /the Python ABI cp314t/],
    ["cp313-cp313-pyemscripten_2026_0_wasm32", /the Python ABI cp313/],
    ["cp313-cp314-pyemscripten_2026_0_wasm32", /Python cp313/],
    ["cp315-abi3-pyemscripten_2026_0_wasm32", /Python cp315/],
    ["py2-none-any", /Python py2/],
    ["pp310-none-any", /Python pp310/],
  ] as const) {
    assert.throws(() => checkWheelTags(`a-1-${tags}.whl`, TARGET), wanted);
  }
});

/** An index of packages that are given with what they depend on. */
function indexOf(depends: Record<string, string[]>): Index {
  const packages = Object.fromEntries(
    Object.entries(depends).map(([name, needed]): [string, LockfilePackage] => [
      name,
      {
        name,
        version: "1.0",
        file_name: `${name}-1.0-py3-none-any.whl`,
        install_dir: "site",
        package_type: "package",
        sha256: "",
        imports: [name],
        depends: needed,
      },
    ]),
  );
  const info = { arch: "wasm32", abi_version: "2026_0", platform: "emscripten_5_0_3", version: "", python: "3.14.7" };
  return new Index({ info, packages } as ConstructorParameters<typeof Index>[0], TARGET);
}

function order(index: Index, names: string[], loaded: string[] = []): string[] {
  const found = names.map((name) => index.find(name));
  return index.closure(found, (key) => loaded.includes(key)).map(({ name }) => name);
}

test("what a package needs comes before it, once", () => {
  const index = indexOf({ a: ["b", "c"], b: ["d"], c: ["D"], d: [] });
  assert.deepEqual(order(index, ["a"]), ["d", "b", "c", "a"]);
  assert.deepEqual(order(index, ["c", "a"], ["d"]), ["c", "b", "a"]);
});

test("circles end", () => {
  assert.deepEqual(order(indexOf({ a: ["b"], b: ["a"] }), ["a"]), ["b", "a"]);
});

test("a wheel stands in for the lock file's package", () => {
  const index = indexOf({ a: ["b"], b: ["c"], c: [] });
  const wheel = "https://a.example/B-2.0-py3-none-any.whl";
  const packages = index.closure([index.find("a"), index.find(wheel)]);
  assert.deepEqual(
    packages.map(({ name, version, channel }) => [name, version, channel]),
    [
      ["B", "2.0", wheel],
      ["a", "1.0", "default channel"],
    ],
  );
});

test("a need that is in no lock file is named", () => {
  assert.throws(() => order(indexOf({ a: ["absent"] }), ["a"]), /No known package with name 'absent'/);
});

test("which package has a module", () => {
  const index = indexOf({ a: [], b: [] });
  assert.equal(index.providing("b")?.name, "b");
  assert.equal(index.providing("c"), undefined);
  assert.deepEqual(
    [...index.importNames()],
    [
      ["a", "a"],
      ["b", "b"],
    ],
  );
});
