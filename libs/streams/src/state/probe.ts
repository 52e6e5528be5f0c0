import type { Entry, Windowed } from './store.js';

/** A window store that answers for one key without a scan: what it costs depends on what is found. For operators that look around each record. */
export interface WindowProbe<K, V> {
  /** Windows that start from `from` to `to`, both inclusive, by start; several values of one start as they were put. */
  fetchSync(key: K, from: number, to: number): readonly Entry<Windowed<K>, V>[];
}

/** A session store that answers for one key without a scan. */
export interface SessionProbe<K, A> {
  /** As `findSessions`: by end, then by start. */
  findSessionsSync(key: K, earliestEnd: number, latestStart: number): readonly Entry<Windowed<K>, A>[];
}
