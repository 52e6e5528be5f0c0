import { bareScan, bareValue } from '../kind/bare-values.js';
import { readPoint, recordOf, type AnswerRead, type StoredRecord } from '../kind/point-read.js';
import { StoreView, type ReadAnswer, type ReadOptions, type StoreReach, type ViewScan, type ViewScanOptions } from '../kind/store-view.js';
import type { ValueFormat } from '../kind/value-codec.js';
import type { Entry } from '../store.js';

/** See StoreView. Values of a table come without their timestamps. Scans are in the order of the serialised keys. */
export abstract class KeyValueStoreView<K, V> extends StoreView {
  /** The value of the key; null when there is none. */
  abstract get(key: K, options: AnswerRead): Promise<ReadAnswer<V | null>>;
  abstract get(key: K, options?: ReadOptions): Promise<V | null>;
  /** `get` with the timestamp and the headers (KIP-1356). Rejects with OUZEL_STATE where the store keeps only values. */
  abstract getRecord(key: K, options: AnswerRead): Promise<ReadAnswer<StoredRecord<V> | null>>;
  abstract getRecord(key: K, options?: ReadOptions): Promise<StoredRecord<V> | null>;
  /** Both bounds are inclusive; null is no bound. */
  abstract range(from: K | null, to: K | null, options?: ViewScanOptions): ViewScan<Entry<K, V>>;
  abstract all(options?: ViewScanOptions): ViewScan<Entry<K, V>>;
  /** Entries whose serialised key begins with the prefix. `reverse` has no effect. */
  abstract prefixScan(prefix: string | Buffer, options?: ViewScanOptions): ViewScan<Entry<K, V>>;
  /** The number of entries of all stores that the view has; exact for stores in memory. */
  abstract approximateNumEntries(): Promise<number>;
}

/** The view of the stores that `stores` reaches. */
export class ReachedKeyValueView<K, V> extends KeyValueStoreView<K, V> {
  constructor(
    readonly name: string,
    private readonly values: ValueFormat,
    private readonly stores: StoreReach,
  ) {
    super();
  }

  override get(key: K, options: AnswerRead): Promise<ReadAnswer<V | null>>;
  override get(key: K, options?: ReadOptions): Promise<V | null>;
  override get(key: K, options?: ReadOptions): Promise<V | null | ReadAnswer<V | null>> {
    return readPoint(this.stores, options, (stored) => bareValue<V>(this.values, stored), key, 'get', key);
  }

  override getRecord(key: K, options: AnswerRead): Promise<ReadAnswer<StoredRecord<V> | null>>;
  override getRecord(key: K, options?: ReadOptions): Promise<StoredRecord<V> | null>;
  override async getRecord(key: K, options?: ReadOptions): Promise<StoredRecord<V> | null | ReadAnswer<StoredRecord<V> | null>> {
    return readPoint(this.stores, options, recordOf<V>(this.name, this.values), key, 'get', key);
  }

  range(from: K | null, to: K | null, options?: ViewScanOptions): ViewScan<Entry<K, V>> {
    return this.entries(options, 'range', from, to, options);
  }

  all(options?: ViewScanOptions): ViewScan<Entry<K, V>> {
    return this.entries(options, 'all', options);
  }

  prefixScan(prefix: string | Buffer, options?: ViewScanOptions): ViewScan<Entry<K, V>> {
    return this.entries({ ...options, reverse: false }, 'prefixScan', prefix);
  }

  async approximateNumEntries(): Promise<number> {
    const counts = (await this.stores.askAll('approximateNumEntries')) as readonly number[];
    return counts.reduce((sum, count) => sum + count, 0);
  }

  private entries(options: ViewScanOptions | undefined, query: string, ...parameters: readonly unknown[]): ViewScan<Entry<K, V>> {
    return bareScan(this.values, this.stores.scan({ order: 'by key', options }, query, ...parameters));
  }
}
