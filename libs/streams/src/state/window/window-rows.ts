import { readInt64, writeInt64 } from '../../bytes/int64.js';
import type { ByteString } from '../byte-string.js';
import type { Layer } from '../layers/layer.js';
import { StoredValue, type Row, type RowRange, type Rows } from '../rows.js';
import type { StoreContext } from '../state-store.js';
import type { Retention } from './retention.js';
import type { WindowLayout } from './window-layout.js';
import { isAsked, type WindowQuery } from './window-query.js';

/** Where the store's time stands between its rows: no window has an empty key. */
const clockRow = '';

export interface WindowRowsOptions {
  readonly store: string;
  readonly rows: Rows;
  readonly layout: WindowLayout;
  readonly retention: Retention;
  readonly context: StoreContext;
}

/** The lowest layer of a window store: a row per window. Hides what is older than the retention, refuses what comes too late, and removes old segments as one range. */
export class WindowRows implements Layer {
  private removedTo = 0;
  private savedTime: number;

  constructor(private readonly options: WindowRowsOptions) {
    const saved = options.rows.get(clockRow);
    if (saved !== undefined) options.retention.observe(readInt64(saved.encode(), 0));
    this.savedTime = options.retention.observed;
  }

  get(key: ByteString): StoredValue | undefined {
    const { rows, layout, retention } = this.options;
    if (layout.startOf(key) < retention.earliest) return undefined;
    return rows.get(key) as StoredValue | undefined;
  }

  put(key: ByteString, value: StoredValue | null): void {
    if (!this.restore(key, value)) this.options.context.drop('expired', this.options.store);
  }

  /** A put that nobody is told of when it comes too late; answers whether it was taken. */
  restore(key: ByteString, value: StoredValue | null): boolean {
    const { rows, layout, retention } = this.options;
    const start = layout.startOf(key);
    retention.observe(start);
    if (retention.refuses(start)) return false;
    this.removeExpired();
    if (value === null) rows.delete(key);
    else rows.put(key, value);
    return true;
  }

  scan(range: RowRange): AsyncIterable<Row<StoredValue>> {
    return this.options.rows.scan(range) as AsyncIterable<Row<StoredValue>>;
  }

  /** As it is at the call. */
  fetch(query: WindowQuery): AsyncIterable<Row<StoredValue>> {
    const { layout, retention } = this.options;
    const shown = { ...query, from: Math.max(query.from, retention.earliest), to: Math.min(query.to, retention.observed) };
    const scans = shown.to < shown.from ? [] : layout.ranges(shown).map((range) => this.scan(range));
    return this.asked(scans, shown);
  }

  flush(): void {}

  /** Writes down where the store's time stands. */
  checkpoint(): void {
    const { rows, retention } = this.options;
    if (retention.observed === this.savedTime) return;
    this.savedTime = retention.observed;
    const bytes = Buffer.allocUnsafe(8);
    writeInt64(bytes, retention.observed, 0);
    rows.put(clockRow, new StoredValue(bytes));
  }

  private removeExpired(): void {
    const { rows, layout, retention } = this.options;
    const { firstLive } = retention;
    if (firstLive <= this.removedTo) return;
    rows.discard(layout.segments(this.removedTo, firstLive));
    this.removedTo = firstLive;
  }

  private async *asked(scans: readonly AsyncIterable<Row<StoredValue>>[], query: WindowQuery): AsyncGenerator<Row<StoredValue>> {
    const { layout } = this.options;
    for (const scan of scans) for await (const row of scan) if (isAsked(query, layout.keyOf(row[0]), layout.startOf(row[0]))) yield row;
  }
}
