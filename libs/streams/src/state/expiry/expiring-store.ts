import type { ChangeSource } from '../change-source.js';
import { cachedChanges } from '../layers/cached-changes.js';
import type { KeyCodec } from '../kind/key-codec.js';
import type { ValueCodec } from '../kind/value-codec.js';
import type { CachingLayer } from '../layers/caching-layer.js';
import type { Layer } from '../layers/layer.js';
import { byteString, type ByteString } from '../rows/byte-string.js';
import { mergeRows } from '../rows/merge-rows.js';
import type { Row, StoredValue } from '../rows/rows.js';
import { mapScan } from '../rows/scan.js';
import type { ChangelogRecord, StateStore } from '../state-store.js';
import type { Entry, Windowed } from '../store.js';
import type { ExpiringRows } from './expiring-rows.js';

export interface ExpiringStoreParts<K, V> {
  readonly keys: KeyCodec<K>;
  readonly values: ValueCodec<V>;
  /** The uppermost layer: the cache, where there is one. */
  readonly layer: Layer;
  readonly cached: CachingLayer | undefined;
  /** The lowest layer. */
  readonly rows: ExpiringRows;
  /** See ChangeSource. Default: false. */
  readonly storesHeaders?: boolean;
}

/** The base of typed window and session stores: one value per row, and row keys that hold the key and the times. */
export abstract class ExpiringStore<K, V> implements StateStore {
  /** Undefined without a record cache. */
  readonly changes: ChangeSource<Windowed<K>, V> | undefined;

  constructor(
    readonly name: string,
    protected readonly parts: ExpiringStoreParts<K, V>,
  ) {
    const { cached, values, storesHeaders } = parts;
    this.changes = cachedChanges(cached, (row) => this.windowedKey(row), values, storesHeaders);
  }

  flush(): void | Promise<void> {
    return this.parts.layer.flush();
  }

  restore(record: ChangelogRecord): void {
    const { rows, values } = this.parts;
    rows.restore(this.rowOf(byteString(record.key)), record.value === null ? null : values.restored(record));
  }

  checkpoint(): void {
    this.parts.rows.checkpoint();
  }

  close(): void {
    this.parts.cached?.close();
  }

  /** Reads key and window out of a row key. */
  protected abstract windowedKey(row: ByteString): Windowed<K>;
  protected abstract rowOf(changelogKey: ByteString): ByteString;

  protected putRow(row: ByteString, value: V | null): void {
    const { layer, values } = this.parts;
    layer.put(row, value === null || value === undefined ? null : values.encode(value));
  }

  protected getRow(row: ByteString): V | null {
    const { layer, values } = this.parts;
    const stored = layer.get(row);
    return stored === undefined ? null : values.decode(stored);
  }

  /** Reads a row and leaves the cache as it is. */
  protected peekRow(row: ByteString): V | null {
    const { cached, rows, values } = this.parts;
    const entry = cached?.peek(row);
    const stored = entry === undefined ? rows.get(row) : entry.value;
    return stored === undefined || stored === null ? null : values.decode(stored);
  }

  /** Returns a scan of stored rows with cached entries over them. The entries may be in any order. */
  protected entries(
    stored: AsyncIterable<Row<StoredValue>>,
    cached: Row<StoredValue | null>[],
    reverse: boolean,
  ): AsyncIterable<Entry<Windowed<K>, V>> {
    const { rows, values } = this.parts;
    const compare = (a: ByteString, b: ByteString) => rows.compare(a, b);
    cached.sort(([a], [b]) => (reverse ? compare(b, a) : compare(a, b)));
    const merged = cached.length === 0 ? stored : mergeRows(cached, stored, reverse, compare);
    return mapScan(merged, ([row, value]): Entry<Windowed<K>, V> => [this.windowedKey(row), values.decode(value)]);
  }
}
