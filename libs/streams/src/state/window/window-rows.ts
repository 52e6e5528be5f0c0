import { readInt64 } from '@ouzel/core';
import type { ByteString } from '../rows/byte-string.js';
import { ExpiringRows, type ExpiringRowsParts } from '../expiry/expiring-rows.js';
import { byBytes } from '../rows/merge-rows.js';
import type { RowCopies } from '../rows/row-copies.js';
import type { Row, StoredValue } from '../rows/rows.js';
import { endAll, Scan } from '../rows/scan.js';
import type { PlacedRecord } from '../state-store.js';
import { windowSuffixLength } from './window-key-schema.js';
import type { WindowLayout } from './window-layout.js';
import { matches, type WindowQuery } from './window-query.js';

/** The lowest layer of a window store. Row keys are those of its layout. */
export abstract class WindowRows extends ExpiringRows {
  constructor(
    parts: ExpiringRowsParts,
    protected readonly layout: WindowLayout,
  ) {
    super(parts);
  }

  /** Windows as they are at the call. */
  fetch(query: WindowQuery): AsyncIterable<Row<StoredValue>> {
    const { earliest, observed } = this.parts.retention;
    const shown = { ...query, from: Math.max(query.from, earliest), to: Math.min(query.to, observed) };
    const scans = shown.to < shown.from ? [] : this.find(shown);
    return Scan.over(this.asked(scans, shown), ...scans);
  }

  /** The order of `fetch`, by row keys. */
  compare(a: ByteString, b: ByteString): number {
    return byBytes(a, b);
  }

  protected override timeOf(key: ByteString): number {
    return this.layout.startOf(key);
  }

  /** Scans, one after the other, in which all of the asked windows are found, and perhaps others. */
  protected abstract find(query: WindowQuery): readonly AsyncIterable<Row<StoredValue>>[];

  private async *asked(scans: readonly AsyncIterable<Row<StoredValue>>[], query: WindowQuery): AsyncGenerator<Row<StoredValue>> {
    const { layout } = this;
    try {
      for (const scan of scans) for await (const row of scan) if (matches(query, layout.keyOf(row[0]), layout.startOf(row[0]))) yield row;
    } finally {
      await endAll(scans);
    }
  }
}

/** A row per window: found by its key and start, or by a scan. */
export class SingleWindowRows extends WindowRows {
  /** Begins the row of a changelog record. Returns false where it has expired. */
  copyKey(record: PlacedRecord, copies: RowCopies): boolean {
    const { block, keyAt, keyLength } = record;
    const start = readInt64(block, keyAt + keyLength - windowSuffixLength);
    if (!this.takes(start)) return false;
    this.layout.copyKey(record, start, copies);
    return true;
  }

  protected override read(key: ByteString): StoredValue | undefined {
    return this.parts.rows.get(key) as StoredValue | undefined;
  }

  protected override write(key: ByteString, value: StoredValue): void {
    this.parts.rows.put(key, value);
  }

  protected override remove(key: ByteString): void {
    this.parts.rows.delete(key);
  }

  protected override removeSegments(from: number, to: number): void {
    this.parts.rows.discard(this.layout.segments(from, to));
  }

  protected override find(query: WindowQuery): readonly AsyncIterable<Row<StoredValue>>[] {
    return this.layout.ranges(query).map((range) => this.parts.rows.scan(range) as AsyncIterable<Row<StoredValue>>);
  }
}
