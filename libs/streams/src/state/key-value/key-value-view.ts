import { StoreView, type StaleAnswer, type StaleRead, type StoreReach, type ViewScan, type ViewScanOptions } from '../kind/store-view.js';
import { bareScan, bareValue } from '../kind/bare-values.js';
import type { ValueFormat } from '../kind/value-codec.js';
import type { Entry } from '../store.js';

/** See StoreView. Values of a table come without their timestamps. Scans are in the order of the serialised keys. */
export abstract class KeyValueStoreView<K, V> extends StoreView {
  /** The value of the key; null when there is none. */
  abstract get(key: K): Promise<V | null>;
  abstract get(key: K, options: StaleRead): Promise<StaleAnswer<V | null>>;
  /** Both bounds are inclusive; null is no bound. */
  abstract range(from: K | null, to: K | null, options?: ViewScanOptions): ViewScan<Entry<K, V>>;
  abstract all(options?: ViewScanOptions): ViewScan<Entry<K, V>>;
  /** Entries whose serialised key begins with the prefix. `reverse` has no effect. */
  abstract prefixScan(prefix: string | Buffer, options?: ViewScanOptions): ViewScan<Entry<K, V>>;
  /** The number of entries on this instance; exact for stores in memory. */
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

  override get(key: K): Promise<V | null>;
  override get(key: K, options: StaleRead): Promise<StaleAnswer<V | null>>;
  override async get(key: K, options?: StaleRead): Promise<V | null | StaleAnswer<V | null>> {
    if (options?.stale !== true) return bareValue<V>(this.values, await this.stores.ask(key, 'get', key));
    const { value, lag } = await this.stores.askStale(key, 'get', key);
    return { value: bareValue<V>(this.values, value), lag };
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
