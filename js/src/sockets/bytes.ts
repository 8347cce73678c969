/* Bytes that have come in pieces and are taken in others. */

export class ByteQueue {
  length = 0;
  private chunks: Uint8Array[] = [];

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.chunks.push(chunk);
    this.length += chunk.length;
  }

  /** The first bytes, up to so many, which stay. They may be the queue's own. */
  peek(length: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let left = Math.min(length, this.length);
    const size = left;
    for (const chunk of this.chunks) {
      if (left === 0) break;
      const part = chunk.subarray(0, left);
      parts.push(part);
      left -= part.length;
    }
    return parts.length === 1 ? (parts[0] as Uint8Array) : concatenate(parts, size);
  }

  take(length: number): Uint8Array {
    const taken = this.peek(length);
    this.length -= taken.length;
    let left = taken.length;
    while (left > 0) {
      const first = this.chunks[0] as Uint8Array;
      if (first.length > left) {
        this.chunks[0] = first.subarray(left);
        break;
      }
      left -= first.length;
      this.chunks.shift();
    }
    return taken;
  }
}

export function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
