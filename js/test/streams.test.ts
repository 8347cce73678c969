import assert from "node:assert/strict";
import { test } from "node:test";
import { readerFor, type StdinHandler, type StdinOptions } from "../src/streams/input.ts";
import { type OutputOptions, type Writer, writerFor } from "../src/streams/output.ts";

/** A handler that gives `pieces` one by one, then the end. */
function pieces(...given: ReturnType<StdinHandler>[]): StdinHandler {
  return () => (given.length > 0 ? given.shift() : null);
}

/** What four reads of five bytes give, as text. */
function reads(options: StdinOptions): string[] {
  const reader = readerFor(options);
  assert(reader);
  return Array.from({ length: 4 }, () => {
    const target = new Uint8Array(5);
    return new TextDecoder().decode(target.subarray(0, reader.read(target)));
  });
}

test("a string is a line; what does not fit waits", () => {
  assert.deepEqual(reads({ stdin: pieces("abc", "defghijk") }), ["abc\n", "defgh", "ijk\n", ""]);
});

test("without autoEOF reads run across pieces", () => {
  assert.deepEqual(reads({ stdin: pieces("abc", "defghijk"), autoEOF: false }), ["abc\nd", "efghi", "jk\n", ""]);
});

test("a buffer that ends within a line is followed by an end of file", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assert.deepEqual(reads({ stdin: pieces(bytes("ab"), bytes("cd\n").buffer, bytes("e")) }), ["ab", "", "cd\n", "e"]);
});

test("numbers are bytes until the end", () => {
  assert.deepEqual(reads({ stdin: pieces(65, 66, null, 67) }), ["AB", "", "C", ""]);
  assert.deepEqual(reads({ stdin: pieces(65, 66, 67, 68, 69, 70, 71) }), ["ABCDE", "FG", "", ""]);
});

test("a reused buffer is not read after its handler was asked again", () => {
  const buffer = new Uint8Array([65, 66, 67, 68, 69, 70]);
  let asked = 0;
  const stdin = () => {
    asked++;
    return asked === 1 ? buffer : null;
  };
  const reader = readerFor({ stdin });
  const target = new Uint8Array(4);
  reader?.read(target);
  buffer.fill(0);
  assert.equal(reader?.read(target), 2);
  assert.deepEqual([...target.subarray(0, 2)], [69, 70]);
});

test("other values are refused", () => {
  assert.throws(() => reads({ stdin: () => ({}) as string }), TypeError);
  assert.throws(() => reads({ stdin: () => new Uint16Array(1) as unknown as Uint8Array }), TypeError);
});

test("stdin options exclude each other", () => {
  assert.throws(() => readerFor({ stdin: pieces(), read: () => 0 }), TypeError);
  assert.throws(() => readerFor({ read: () => 0, error: true }), TypeError);
  assert.throws(() => readerFor({ read: () => 0, autoEOF: true }), TypeError);
  assert.equal(readerFor({}), undefined);
});

function writer(options: OutputOptions): Writer {
  const made = writerFor(options, "setStdout");
  assert(made);
  return made;
}

const bytes = (text: string) => new TextEncoder().encode(text);

test("batched gets lines, whole characters, and the rest on flush", () => {
  const lines: string[] = [];
  const out = writer({ batched: (line) => lines.push(line) });
  const text = bytes("a\n\né");
  out.write(text.subarray(0, text.length - 1));
  assert.deepEqual(lines, ["a", ""]);
  out.write(text.subarray(text.length - 1));
  out.flush();
  out.flush();
  assert.deepEqual(lines, ["a", "", "é"]);
});

test("lines that a failing handler took are not written twice", () => {
  const lines: string[] = [];
  const out = writer({
    batched(line) {
      if (line === "bad") throw new Error("bad");
      lines.push(line);
    },
  });
  assert.equal(out.write(bytes("one\nbad\n")), 4);
  assert.throws(() => out.write(bytes("bad\n")), /bad/);
  assert.equal(out.write(bytes("two\n")), 4);
  assert.deepEqual(lines, ["one", "two"]);
});

test("raw gets bytes, and those taken before a failure count", () => {
  const taken: number[] = [];
  const out = writer({
    raw(byte) {
      if (byte === 33) throw new Error("!");
      taken.push(byte);
    },
  });
  assert.equal(out.write(bytes("é!")), 2);
  assert.throws(() => out.write(bytes("!")), /!/);
  assert.deepEqual(taken, [195, 169]);
});

test("a write handler may be an object with methods", () => {
  class Sink {
    taken = 0;
    synced = false;
    write(buffer: Uint8Array): number {
      this.taken += buffer.length;
      return buffer.length;
    }
    fsync(): void {
      this.synced = true;
    }
  }
  const sink = new Sink();
  const out = writer(sink);
  out.write(bytes("abc"));
  out.fsync();
  assert.deepEqual([sink.taken, sink.synced], [3, true]);
});

test("output options exclude each other, and a terminal is not line by line", () => {
  const batched = () => {};
  assert.throws(() => writerFor({ batched, raw: () => {} }, "setStdout"), /^TypeError: setStdout/);
  assert.throws(
    () => writerFor({ batched, isatty: true } as OutputOptions, "setStderr"),
    /^TypeError: setStderr.*isatty/,
  );
  assert.equal(writerFor({}, "setStdout"), undefined);
});

test("a handler's mistakes are named", () => {
  assert.throws(() => readerFor({ stdn: () => null } as StdinOptions), {
    name: "TypeError",
    message: "setStdin: unknown option 'stdn'; did you mean 'stdin'?",
  });
  assert.throws(() => readerFor({ read: 5 } as unknown as StdinOptions), {
    message: "setStdin: option 'read' must be a function, not a number",
  });
  assert.throws(() => writerFor({ bached: () => {} }, "setStdout"), /^TypeError: setStdout: unknown option 'bached'/);
  assert.throws(() => writerFor({ raw: true }, "setStderr"), /^TypeError: setStderr: option 'raw' must be a function/);
});

test("handlers are called on their object, which may have more fields", () => {
  const source = { left: 2, stdin: () => null as null | number };
  source.stdin = function (this: { left: number }) {
    return this.left-- > 0 ? 65 : null;
  };
  assert.deepEqual(reads(source), ["AA", "", "", ""]);
});
