import { writeInt64 } from '../../bytes/int64.js';
import { prefixEnd } from '../byte-order.js';
import { overlay } from '../key-value/overlay.js';
import type { Slot } from '../key-value/key-value-layer.js';
import type { CacheEntry } from '../record-cache.js';
import type { Row, RowRange, Rows } from '../rows.js';
import type { StoreContext } from '../state-store.js';
import { keyOf, startOf } from './window-key-schema.js';
import { Retention, type WindowRange, type WindowRows } from './window-rows.js';

/**
 * Windows in segments of time, as Kafka Streams' persistent stores keep them (AbstractRocksDBSegmentedBytesStore): a put is refused only when its whole
 * segment has expired; scans give segment after segment, and each in the order of the keys. A segment that expired is removed as one range. Rows:
 *
 *   segment, int64 | window key
 */
export class SegmentedWindowRows implements WindowRows {
  private readonly retention: Retention;
  private removedTo = 0;

  constructor(
    private readonly store: string,
    private readonly rows: Rows,
    private readonly context: StoreContext,
    retentionMs: number,
    private readonly segmentMs: number,
  ) {
    this.retention = new Retention(retentionMs);
  }

  get(windowKey: Buffer): Slot | undefined {
    const start = startOf(windowKey);
    if (start < this.retention.earliest) return undefined;
    const payload = this.rows.get(this.rowKey(windowKey, start));
    return payload === undefined ? undefined : { payload, decoded: undefined };
  }

  put(windowKey: Buffer, _text: string, payload: Buffer | null): void {
    if (!this.write(windowKey, payload)) this.context.drop('expired', this.store);
  }

  restore(windowKey: Buffer, payload: Buffer | null): void {
    this.write(windowKey, payload);
  }

  flush(): void {}

  fetch(range: WindowRange, cached: Iterable<CacheEntry>): AsyncIterable<Row> {
    const from = Math.max(range.from, this.retention.earliest, 0);
    const entries = [...cached].map((entry) => ({ ...entry, key: this.rowKey(entry.key, startOf(entry.key)) }));
    const newest = entries.reduce((latest, { key }) => Math.max(latest, startOf(key)), this.retention.observed);
    const segments: number[] = [];
    for (let id = this.segmentOf(from); id <= this.segmentOf(Math.min(range.to, newest)); id++) segments.push(id);
    if (range.reverse) segments.reverse();
    // All scans begin now, so that they show one moment.
    const scans = segments.map((id) => {
      const rowRange = this.rowRange(id, range);
      return overlay(entries, this.rows.scan({ ...rowRange, reverse: range.reverse }), rowRange, range.reverse);
    });
    return this.inRange(scans, { ...range, from });
  }

  private write(windowKey: Buffer, payload: Buffer | null): boolean {
    const start = startOf(windowKey);
    this.retention.observe(start);
    const minLive = this.segmentOf(Math.max(0, this.retention.observed - this.retention.retentionMs));
    if (this.segmentOf(start) < minLive) return false;
    if (minLive > this.removedTo) this.removeBelow(minLive);
    const key = this.rowKey(windowKey, start);
    if (payload === null) this.rows.delete(key);
    else this.rows.put(key, payload);
    return true;
  }

  private removeBelow(segment: number): void {
    this.rows.discard({ from: segmentPrefix(this.removedTo), to: segmentPrefix(segment) });
    this.removedTo = segment;
  }

  private segmentOf(time: number): number {
    return Math.floor(time / this.segmentMs);
  }

  private rowKey(windowKey: Buffer, start: number): Buffer {
    const row = Buffer.allocUnsafe(8 + windowKey.length);
    windowKey.copy(row, writeInt64(row, this.segmentOf(start), 0));
    return row;
  }

  private rowRange(segment: number, { key, keyTo }: WindowRange): RowRange {
    const prefix = segmentPrefix(segment);
    const from = key === undefined ? prefix : Buffer.concat([prefix, key]);
    const to = prefixEnd(keyTo === undefined ? prefix : Buffer.concat([prefix, keyTo]));
    return { from, ...(to && { to }) };
  }

  private async *inRange(scans: readonly AsyncIterable<Row>[], { key, keyTo, from, to }: WindowRange): AsyncGenerator<Row> {
    for (const scan of scans) {
      for await (const [row, payload] of scan) {
        const windowKey = row.subarray(8);
        const start = startOf(windowKey);
        if (start < from || start > to) continue;
        const bytes = keyOf(windowKey);
        if ((key !== undefined && Buffer.compare(bytes, key) < 0) || (keyTo !== undefined && Buffer.compare(bytes, keyTo) > 0)) continue;
        yield [windowKey, payload];
      }
    }
  }
}

function segmentPrefix(segment: number): Buffer {
  const prefix = Buffer.allocUnsafe(8);
  writeInt64(prefix, segment, 0);
  return prefix;
}
