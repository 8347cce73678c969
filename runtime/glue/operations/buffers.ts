/** ArrayBuffers and their views, as bytes. */
import { JsOp } from "#abi";
import { bytesOf, formatOf } from "../buffer.ts";
import { MISSING } from "./result.ts";

type Buffer = ArrayBufferLike | ArrayBufferView;

export const buffers = {
  [JsOp.BYTES_LENGTH](buffer: Buffer): number {
    return buffer.byteLength;
  },

  [JsOp.BYTES_FORMAT](buffer: Buffer): string {
    return formatOf(buffer);
  },

  [JsOp.BYTES_WRITE](buffer: Buffer, address: number, length: number): void {
    bytesOf(buffer).set(HEAPU8.subarray(address, address + length));
  },

  [JsOp.BYTES_READ](buffer: Buffer, address: number): void {
    HEAPU8.set(bytesOf(buffer), address);
  },

  [JsOp.BYTES_DECODE](buffer: Buffer, encoding: string | undefined): unknown {
    try {
      // A copy: decoders refuse memory that other threads share.
      return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytesOf(buffer).slice());
    } catch {
      return MISSING;
    }
  },
};
