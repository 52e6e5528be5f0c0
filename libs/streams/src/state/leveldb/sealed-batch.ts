import type { Level } from 'level';
import { crc32c } from '@ouzel/core';
import type { ByteString } from '../rows/byte-string.js';
import type { RowCopies } from '../rows/row-copies.js';
import { Scratch } from '../rows/scratch.js';

/** Bytes of the checksum in front of a stored value. */
export const sealBytes = 4;

/**
 * A batch of LevelDB that is being put together. It gives each value its checksum, see LevelBytes. LevelDB copies key
 * and value at once, so all rows are made in the same two places.
 */
export class SealedBatch implements RowCopies {
  /** Bytes of the rows that it has. */
  bytes = 0;
  private readonly row = new Scratch();
  private readonly stored = new Scratch();

  constructor(
    private readonly batch: ReturnType<Level<Buffer, Buffer>['batch']>,
    private readonly seed: number,
    /** Stands in front of the keys of all copied rows. */
    private readonly prefix: ByteString = '',
  ) {
    this.row.addText(prefix);
    this.stored.add(Buffer.alloc(sealBytes), 0, sealBytes);
  }

  key(source: Buffer, from: number, length: number): void {
    this.row.add(source, from, length);
  }

  number(value: number): void {
    this.row.addInt64(value);
  }

  put(source: Buffer, from: number, length: number, time?: number): void {
    const { stored } = this;
    stored.cut(sealBytes);
    if (time !== undefined) stored.addInt64(time);
    stored.add(source, from, length);
    this.putRow();
    this.row.cut(this.prefix.length);
  }

  delete(): void {
    this.deleteRow();
    this.row.cut(this.prefix.length);
  }

  /** Puts or deletes the row of a whole key. */
  change(key: ByteString, payload: Buffer | undefined): void {
    const { row, stored } = this;
    row.cut(0);
    row.addText(key);
    if (payload === undefined) return this.deleteRow();
    stored.cut(sealBytes);
    stored.add(payload, 0, payload.length);
    this.putRow();
  }

  write(): Promise<void> {
    return this.batch.write();
  }

  close(): Promise<void> {
    return this.batch.close();
  }

  private putRow(): void {
    const key = this.row.view();
    const value = this.stored.view();
    value.writeUInt32BE(sealOf(key, value, this.seed), 0);
    this.batch.put(key, value);
    this.bytes += key.length + value.length;
  }

  private deleteRow(): void {
    const key = this.row.view();
    this.batch.del(key);
    this.bytes += key.length;
  }
}

/** Returns the checksum of a row. */
export function sealOf(key: Buffer, stored: Buffer, seed: number): number {
  return crc32c(stored, sealBytes, stored.length, crc32c(key, 0, key.length, seed));
}
