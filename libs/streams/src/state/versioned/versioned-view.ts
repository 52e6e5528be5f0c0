import { readPoint, type AnswerRead } from '../kind/point-read.js';
import { StoreView, type ReadAnswer, type ReadOptions, type StoreReach } from '../kind/store-view.js';
import type { VersionedRecord } from '../store.js';

/** See StoreView. */
export abstract class VersionedStoreView<K, V> extends StoreView {
  /**
   * The value that was valid at `asOf`, epoch ms; the newest one without it. Null when there is none, or the time lies
   * behind the history.
   */
  abstract get(key: K, asOf: number | undefined, options: AnswerRead): Promise<ReadAnswer<VersionedRecord<V> | null>>;
  abstract get(key: K, asOf?: number, options?: ReadOptions): Promise<VersionedRecord<V> | null>;
}

/** The view of the stores that `stores` reaches. */
export class ReachedVersionedView<K, V> extends VersionedStoreView<K, V> {
  constructor(
    readonly name: string,
    private readonly stores: StoreReach,
  ) {
    super();
  }

  override get(key: K, asOf: number | undefined, options: AnswerRead): Promise<ReadAnswer<VersionedRecord<V> | null>>;
  override get(key: K, asOf?: number, options?: ReadOptions): Promise<VersionedRecord<V> | null>;
  override get(key: K, asOf?: number, options?: ReadOptions): Promise<VersionedRecord<V> | null | ReadAnswer<VersionedRecord<V> | null>> {
    return readPoint(this.stores, options, (stored) => stored as VersionedRecord<V> | null, key, 'get', key, asOf);
  }
}
