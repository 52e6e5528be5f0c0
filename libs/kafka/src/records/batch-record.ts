import { VarintReader, Headers } from '@ouzel/core';
import type { BlockRecord } from '../client/index.js';
import { corruptBatch } from './layout.js';

/**
 * A record inside the block of its batch. Key, value and headers are cut out when they are read.
 */
export class BatchRecord implements BlockRecord {
  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly offset: number,
    readonly timestamp: number,
    readonly block: Buffer,
    readonly keyAt: number,
    readonly keyLength: number,
    readonly valueAt: number,
    readonly valueLength: number,
  ) {}

  get key(): Buffer | null {
    return this.keyLength < 0 ? null : this.block.subarray(this.keyAt, this.keyAt + this.keyLength);
  }

  get value(): Buffer | null {
    return this.valueLength < 0 ? null : this.block.subarray(this.valueAt, this.valueAt + this.valueLength);
  }

  get headers(): Headers {
    const from = this.valueAt + Math.max(this.valueLength, 0);
    return this.block[from] === 0 ? Headers.empty : this.decodeHeaders(from);
  }

  private decodeHeaders(from: number): Headers {
    const { block } = this;
    const reader = new VarintReader(block);
    reader.at = from;
    const entries: [string, Buffer | null][] = [];
    for (let left = reader.varint(); left > 0; left--) {
      const nameLength = reader.varint();
      const name = block.toString('utf8', reader.at, (reader.at += nameLength));
      const length = reader.varint();
      entries.push([name, length < 0 ? null : block.subarray(reader.at, (reader.at += length))]);
      if (!(nameLength >= 0 && reader.at <= block.length)) {
        throw corruptBatch('a header ends outside of its batch', `${this.topic}-${this.partition}-${this.offset}`);
      }
    }
    return Headers.of(entries);
  }
}
