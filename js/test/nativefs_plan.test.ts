import assert from "node:assert/strict";
import { test } from "node:test";
import { type Baseline, planSync } from "../src/nativefs/plan.ts";
import { DIRECTORY, type Entry, type Tree } from "../src/nativefs/tree.ts";

/** A tree of files by the time they were modified, and of directories by "/". */
function tree(entries: Record<string, number | "/">): Tree {
  const entry = (modified: number | "/"): Entry =>
    modified === "/" ? DIRECTORY : { kind: "file", modified, stamp: String(modified) };
  return new Map(Object.entries(entries).map(([path, modified]) => [path, entry(modified)]));
}

/** Both sides were `entries` at the last synchronisation. */
function both(entries: Record<string, number | "/">): Baseline {
  return new Map([...tree(entries)].map(([path, { stamp }]) => [path, { local: stamp, remote: stamp }]));
}

function plan(
  local: Record<string, number | "/">,
  remote: Record<string, number | "/">,
  base: Record<string, number | "/"> = {},
): string[] {
  return planSync(tree(local), tree(remote), both(base)).map(
    ({ side, path, entry }) =>
      `${side} ${entry ? `${entry.kind} ` : "-"}${path}${entry?.modified ? ` ${entry.modified}` : ""}`,
  );
}

test("equal sides need nothing", () => {
  assert.deepEqual(plan({ a: 1, d: "/", "d/b": 2 }, { a: 1, d: "/", "d/b": 2 }, { a: 1, d: "/", "d/b": 2 }), []);
  assert.deepEqual(plan({}, {}, { gone: 1 }), []);
});

test("what is on one side only comes to the other, directories first", () => {
  assert.deepEqual(plan({}, { d: "/", "d/b": 2 }), ["local directory d", "local file d/b 2"]);
  assert.deepEqual(plan({ "a.txt": 1 }, { b: 2 }), ["remote file a.txt 1", "local file b 2"]);
});

test("a change on one side is a change of the other, whichever is newer", () => {
  assert.deepEqual(plan({ a: 5 }, { a: 2 }, { a: 2 }), ["remote file a 5"]);
  assert.deepEqual(plan({ a: 2 }, { a: 5 }, { a: 2 }), ["local file a 5"]);
  assert.deepEqual(plan({ a: 1 }, { a: 2 }, { a: 2 }), ["remote file a 1"]);
});

test("of two changes the newer wins", () => {
  assert.deepEqual(plan({ a: 5 }, { a: 6 }, { a: 2 }), ["local file a 6"]);
  assert.deepEqual(plan({ a: 6 }, { a: 5 }, { a: 2 }), ["remote file a 6"]);
});

test("a deletion is carried over, what is in a directory first", () => {
  const before = { d: "/", "d/b": 2, "d/e": "/" } as const;
  assert.deepEqual(plan({}, before, before), ["remote -d/e", "remote -d/b", "remote -d"]);
  assert.deepEqual(plan(before, {}, before), ["local -d/e", "local -d/b", "local -d"]);
});

test("a change wins over a deletion, and keeps its directory", () => {
  const before = { d: "/", "d/b": 2, "d/c": 3 } as const;
  const changed = { d: "/", "d/b": 4, "d/c": 3 } as const;
  const expected = ["remote -d/c", "local directory d", "local file d/b 4"];
  assert.deepEqual(plan({}, changed, before), expected);
});

test("a file becomes a directory and the reverse", () => {
  assert.deepEqual(plan({ x: "/", "x/y": 2 }, { x: 1 }, { x: 1 }), [
    "remote -x",
    "remote directory x",
    "remote file x/y 2",
  ]);
  assert.deepEqual(plan({ x: 3 }, { x: "/", "x/y": 2 }, { x: "/", "x/y": 2 }), [
    "remote -x/y",
    "remote -x",
    "remote file x 3",
  ]);
});

test("a file in the way of another side's directory is refused by name", () => {
  assert.throws(() => plan({ x: 3 }, { x: "/", "x/y": 9 }, { x: "/", "x/y": 2 }), /x is a file on one side.*x\/y/);
});

test("what only one side can hold stays, and so does its directory", () => {
  const local = new Map([...tree({ d: "/" }), ["d/link", { kind: "other", modified: 1, stamp: "1" } as const]]);
  assert.deepEqual(planSync(local, tree({}), both({ d: "/" })), [{ side: "remote", path: "d", entry: DIRECTORY }]);
});
