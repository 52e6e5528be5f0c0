import { StoreView, type StaleAnswer, type StaleRead, type StoreReach } from '../kind/store-view.js';
import type { VersionedRecord } from '../store.js';

/** See StoreView. */
export abstract class VersionedStoreView<K, V> extends StoreView {
  /**
   * The value that was valid at `asOf`, epoch ms; the newest one without it. Null when there is none, or the time lies
   * behind the history.
   */
  abstract get(key: K, asOf?: number): Promise<VersionedRecord<V> | null>;
  abstract get(key: K, asOf: number | undefined, options: StaleRead): Promise<StaleAnswer<VersionedRecord<V> | null>>;
}

/** The view of the stores that `stores` reaches. */
export class ReachedVersionedView<K, V> extends VersionedStoreView<K, V> {
  constructor(
    readonly name: string,
    private readonly stores: StoreReach,
  ) {
    super();
  }

  override get(key: K, asOf?: number): Promise<VersionedRecord<V> | null>;
  override get(key: K, asOf: number | undefined, options: StaleRead): Promise<StaleAnswer<VersionedRecord<V> | null>>;
  override async get(
    key: K,
    asOf?: number,
    options?: StaleRead,
  ): Promise<VersionedRecord<V> | null | StaleAnswer<VersionedRecord<V> | null>> {
    if (options?.stale === true) return (await this.stores.askStale(key, 'get', key, asOf)) as StaleAnswer<VersionedRecord<V> | null>;
    return (await this.stores.ask(key, 'get', key, asOf)) as VersionedRecord<V> | null;
  }
}
