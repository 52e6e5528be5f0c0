import { readPoint, type AnswerRead } from '../kind/point-read.js';
import { StoreView, type ReadAnswer, type ReadOptions, type StoreReach, type ViewScan, type ViewScanOptions } from '../kind/store-view.js';
import type { Entry, Windowed } from '../store.js';

type Sessions<K, A> = ViewScan<Entry<Windowed<K>, A>>;

/** See StoreView. Times are epoch ms. */
export abstract class SessionStoreView<K, A> extends StoreView {
  /** The aggregate of one session; null when there is none. */
  abstract fetchSession(key: K, start: number, end: number, options: AnswerRead): Promise<ReadAnswer<A | null>>;
  abstract fetchSession(key: K, start: number, end: number, options?: ReadOptions): Promise<A | null>;
  /** Sessions of one key that end at or after `earliestEnd` and start at or before `latestStart`. */
  abstract findSessions(key: K, earliestEnd: number, latestStart: number, options?: ViewScanOptions): ViewScan<Entry<Windowed<K>, A>>;
  /** Without `keyTo`: the sessions of one key. Null is no bound. Sessions of several tasks come task after task. */
  abstract fetch(key: K | null, keyTo?: K | null, options?: ViewScanOptions): ViewScan<Entry<Windowed<K>, A>>;
}

/** The view of the stores that `stores` reaches. */
export class ReachedSessionView<K, A> extends SessionStoreView<K, A> {
  constructor(
    readonly name: string,
    private readonly stores: StoreReach,
  ) {
    super();
  }

  override fetchSession(key: K, start: number, end: number, options: AnswerRead): Promise<ReadAnswer<A | null>>;
  override fetchSession(key: K, start: number, end: number, options?: ReadOptions): Promise<A | null>;
  override fetchSession(key: K, start: number, end: number, options?: ReadOptions): Promise<A | null | ReadAnswer<A | null>> {
    return readPoint(this.stores, options, (stored) => stored as A | null, key, 'fetchSession', key, start, end);
  }

  findSessions(key: K, earliestEnd: number, latestStart: number, options?: ViewScanOptions): Sessions<K, A> {
    const plan = { key, order: 'task after task', options } as const;
    return this.stores.scan(plan, 'findSessions', key, earliestEnd, latestStart, options) as Sessions<K, A>;
  }

  fetch(key: K | null, keyTo?: K | null, options?: ViewScanOptions): Sessions<K, A> {
    const isOneKey = keyTo === undefined && key !== null;
    const plan = { order: 'task after task', options, ...(isOneKey && { key }) } as const;
    return this.stores.scan(plan, 'fetch', key, keyTo, options) as Sessions<K, A>;
  }
}
