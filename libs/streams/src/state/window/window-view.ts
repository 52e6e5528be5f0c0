import { bareScan, bareValue } from '../kind/bare-values.js';
import { readPoint, recordOf, type AnswerRead, type StoredRecord } from '../kind/point-read.js';
import {
  StoreView,
  type ReadAnswer,
  type ReadOptions,
  type ScanPlan,
  type StoreReach,
  type ViewScan,
  type ViewScanOptions,
} from '../kind/store-view.js';
import type { ValueFormat } from '../kind/value-codec.js';
import type { Entry, Windowed } from '../store.js';

/** See StoreView. Values of a table come without their timestamps. Times are window starts, epoch ms, inclusive. */
export abstract class WindowStoreView<K, V> extends StoreView {
  /** The value of the key in the window that starts then; null when there is none. */
  abstract fetch(key: K, windowStart: number, options: AnswerRead): Promise<ReadAnswer<V | null>>;
  abstract fetch(key: K, windowStart: number, options?: ReadOptions): Promise<V | null>;
  /** `fetch` with the timestamp and the headers (KIP-1356). Rejects with OUZEL_STATE where the store keeps only values. */
  abstract fetchRecord(key: K, windowStart: number, options: AnswerRead): Promise<ReadAnswer<StoredRecord<V> | null>>;
  abstract fetchRecord(key: K, windowStart: number, options?: ReadOptions): Promise<StoredRecord<V> | null>;
  /**
   * A null key is no bound. `fetchRange(key, key, from, to)` asks the task of that key only. Windows of several tasks
   * come task after task.
   */
  abstract fetchRange(key: K | null, keyTo: K | null, from: number, to: number, options?: ViewScanOptions): ViewScan<Entry<Windowed<K>, V>>;
  abstract fetchAll(from: number, to: number, options?: ViewScanOptions): ViewScan<Entry<Windowed<K>, V>>;
  abstract all(options?: ViewScanOptions): ViewScan<Entry<Windowed<K>, V>>;
}

/** The view of the stores that `stores` reaches. */
export class ReachedWindowView<K, V> extends WindowStoreView<K, V> {
  constructor(
    readonly name: string,
    private readonly values: ValueFormat,
    private readonly stores: StoreReach,
  ) {
    super();
  }

  override fetch(key: K, windowStart: number, options: AnswerRead): Promise<ReadAnswer<V | null>>;
  override fetch(key: K, windowStart: number, options?: ReadOptions): Promise<V | null>;
  override fetch(key: K, windowStart: number, options?: ReadOptions): Promise<V | null | ReadAnswer<V | null>> {
    return readPoint(this.stores, options, (stored) => bareValue<V>(this.values, stored), key, 'fetch', key, windowStart);
  }

  override fetchRecord(key: K, windowStart: number, options: AnswerRead): Promise<ReadAnswer<StoredRecord<V> | null>>;
  override fetchRecord(key: K, windowStart: number, options?: ReadOptions): Promise<StoredRecord<V> | null>;
  override async fetchRecord(
    key: K,
    windowStart: number,
    options?: ReadOptions,
  ): Promise<StoredRecord<V> | null | ReadAnswer<StoredRecord<V> | null>> {
    return readPoint(this.stores, options, recordOf<V>(this.name, this.values), key, 'fetch', key, windowStart);
  }

  fetchRange(key: K | null, keyTo: K | null, from: number, to: number, options?: ViewScanOptions): ViewScan<Entry<Windowed<K>, V>> {
    const isOneKey = key != null && keyTo != null && this.stores.isSameKey(key, keyTo, 'fetchRange');
    const plan: ScanPlan = { order: 'task after task', options, ...(isOneKey && { key }) };
    return bareScan(this.values, this.stores.scan(plan, 'fetchRange', key, keyTo, from, to, options));
  }

  fetchAll(from: number, to: number, options?: ViewScanOptions): ViewScan<Entry<Windowed<K>, V>> {
    return this.fetchRange(null, null, from, to, options);
  }

  all(options?: ViewScanOptions): ViewScan<Entry<Windowed<K>, V>> {
    return bareScan(this.values, this.stores.scan({ order: 'task after task', options }, 'all', options));
  }
}
