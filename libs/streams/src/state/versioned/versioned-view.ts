import { StoreView, type StoreReach } from '../kind/store-view.js';
import type { VersionedRecord } from '../store.js';

/** See StoreView. */
export abstract class VersionedStoreView<K, V> extends StoreView {
  /**
   * The value that was valid at `asOf`, epoch ms; the newest one without it. Null when there is none, or the time lies
   * behind the history.
   */
  abstract get(key: K, asOf?: number): Promise<VersionedRecord<V> | null>;
}

/** The view of the stores that `stores` reaches. */
export class ReachedVersionedView<K, V> extends VersionedStoreView<K, V> {
  constructor(
    readonly name: string,
    private readonly stores: StoreReach,
  ) {
    super();
  }

  async get(key: K, asOf?: number): Promise<VersionedRecord<V> | null> {
    return (await this.stores.ask(key, 'get', key, asOf)) as VersionedRecord<V> | null;
  }
}
