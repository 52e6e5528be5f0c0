import { prefixEnd } from '../byte-order.js';
import { overlay } from '../key-value/overlay.js';
import type { Slot } from '../key-value/key-value-layer.js';
import type { CacheEntry } from '../record-cache.js';
import type { Row, Rows } from '../rows.js';
import type { StoreContext } from '../state-store.js';
import { keyOf, startOf } from './window-key-schema.js';
import { Retention, type WindowRange, type WindowRows } from './window-rows.js';

/**
 * Windows as Kafka Streams' in-memory stores keep them (InMemoryWindowStore): a put is refused as soon as its window has expired, and scans over several keys
 * are in the order of time, then of keys. Rows are window keys; a scan of many keys sorts what it found.
 */
export class TimeOrderedWindowRows implements WindowRows {
  private readonly retention: Retention;
  /** Window keys by segment of time, so that what expired is found without a scan. */
  private readonly segments = new Map<number, Buffer[]>();
  private oldest = Infinity;

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
    if (startOf(windowKey) < this.retention.earliest) return undefined;
    const payload = this.rows.get(windowKey);
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
    const to = range.keyTo && prefixEnd(range.keyTo);
    const rowRange = { ...(range.key && { from: range.key }), ...(to && { to }) };
    return this.inOrder(overlay(cached, this.rows.scan(rowRange), rowRange, false), { ...range, from: Math.max(range.from, this.retention.earliest) });
  }

  private write(windowKey: Buffer, payload: Buffer | null): boolean {
    const start = startOf(windowKey);
    this.retention.observe(start);
    if (start < this.retention.earliest) return false;
    this.removeExpired();
    if (payload === null) this.rows.delete(windowKey);
    else {
      this.remember(windowKey, start);
      this.rows.put(windowKey, payload);
    }
    return true;
  }

  private remember(windowKey: Buffer, start: number): void {
    const id = Math.floor(start / this.segmentMs);
    const keys = this.segments.get(id);
    if (keys === undefined) this.segments.set(id, [windowKey]);
    else keys.push(windowKey);
    this.oldest = Math.min(this.oldest, id);
  }

  private removeExpired(): void {
    const firstLive = Math.floor(Math.max(0, this.retention.earliest) / this.segmentMs);
    if (this.oldest >= firstLive) return;
    for (const [id, keys] of this.segments) {
      if (id >= firstLive) continue;
      for (const key of keys) this.rows.delete(key);
      this.segments.delete(id);
    }
    this.oldest = Math.min(Infinity, ...this.segments.keys());
  }

  private async *inOrder(scan: AsyncIterable<Row>, { key, keyTo, from, to, reverse }: WindowRange): AsyncGenerator<Row> {
    const found: { readonly row: Row; readonly start: number }[] = [];
    for await (const row of scan) {
      const start = startOf(row[0]);
      const bytes = keyOf(row[0]);
      const isAsked = start >= from && start <= to && (key === undefined || Buffer.compare(bytes, key) >= 0) && (keyTo === undefined || Buffer.compare(bytes, keyTo) <= 0);
      if (isAsked) found.push({ row, start });
    }
    found.sort((a, b) => a.start - b.start || Buffer.compare(a.row[0], b.row[0]));
    for (const { row } of reverse ? found.reverse() : found) yield row;
  }
}
