import { bareScan, bareValue } from '../kind/bare-values.js';
import {
  StoreView,
  type ScanPlan,
  type StaleAnswer,
  type StaleRead,
  type StoreReach,
  type ViewScan,
  type ViewScanOptions,
} from '../kind/store-view.js';
import type { ValueFormat } from '../kind/value-codec.js';
import type { Entry, Windowed } from '../store.js';

/** See StoreView. Values of a table come without their timestamps. Times are window starts, epoch ms, inclusive. */
export abstract class WindowStoreView<K, V> extends StoreView {
  /** The value of the key in the window that starts then; null when there is none. */
  abstract fetch(key: K, windowStart: number): Promise<V | null>;
  abstract fetch(key: K, windowStart: number, options: StaleRead): Promise<StaleAnswer<V | null>>;
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

  override fetch(key: K, windowStart: number): Promise<V | null>;
  override fetch(key: K, windowStart: number, options: StaleRead): Promise<StaleAnswer<V | null>>;
  override async fetch(key: K, windowStart: number, options?: StaleRead): Promise<V | null | StaleAnswer<V | null>> {
    if (options?.stale !== true) return bareValue<V>(this.values, await this.stores.ask(key, 'fetch', key, windowStart));
    const { value, lag } = await this.stores.askStale(key, 'fetch', key, windowStart);
    return { value: bareValue<V>(this.values, value), lag };
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
