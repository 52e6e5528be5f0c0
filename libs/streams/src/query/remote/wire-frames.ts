import { OuzelError } from '@ouzel/core';
import { decodeData, encodeData, type WireData } from './wire-data.js';

/** Bytes of the largest frame: a batch of a scan, or one result. */
const maxFrameBytes = 64 * 1024 * 1024;

/**
 * Returns a frame: one piece of a response.
 *
 *   length, uint32 | data
 */
export function frameOf(data: unknown): Buffer {
  const bytes = encodeData(data);
  if (bytes.length > maxFrameBytes)
    throw new OuzelError('OUZEL_STATE', { what: `a result of ${bytes.length} bytes is too large to be sent to another instance` });
  const frame = Buffer.allocUnsafe(4 + bytes.length);
  frame.writeUInt32BE(bytes.length, 0);
  bytes.copy(frame, 4);
  return frame;
}

/** Returns the data of the frames in a stream of bytes. Throws where the stream ends within a frame. */
export async function* framesIn(chunks: AsyncIterable<unknown>): AsyncGenerator<WireData> {
  const waiting = new Pending();
  for await (const chunk of chunks) {
    waiting.add(chunk as Buffer);
    for (let frame = waiting.frame(); frame !== undefined; frame = waiting.frame()) yield decodeData(frame);
  }
  if (waiting.length > 0) throw new OuzelError('OUZEL_STATE', { what: 'another instance has broken off its response' });
}

/** Bytes that have come and are not a whole frame yet. */
class Pending {
  length = 0;
  private chunks: Buffer[] = [];

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
  }

  /** Takes the next whole frame; undefined while there is none. */
  frame(): Buffer | undefined {
    if (this.length < 4) return undefined;
    if (this.chunks[0]!.length < 4) this.join();
    const size = this.chunks[0]!.readUInt32BE(0);
    if (size > maxFrameBytes) throw new OuzelError('OUZEL_STATE', { what: 'another instance has sent a frame that is too large' });
    if (this.length < 4 + size) return undefined;
    if (this.chunks[0]!.length < 4 + size) this.join();
    const [first, ...others] = this.chunks as [Buffer, ...Buffer[]];
    this.length -= 4 + size;
    this.chunks = first.length > 4 + size ? [first.subarray(4 + size), ...others] : others;
    return first.subarray(4, 4 + size);
  }

  private join(): void {
    this.chunks = [Buffer.concat(this.chunks)];
  }
}
