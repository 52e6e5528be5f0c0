import { ExpiringStore, type ExpiringStoreParts } from '../expiry/expiring-store.js';
import type { CachingLayer } from '../layers/caching-layer.js';
import { checkBound, checkSession, checkTime, isReverse } from '../kind/store-arguments.js';
import { int64Text, type ByteString } from '../rows/byte-string.js';
import { mergeLists } from '../rows/merge-rows.js';
import type { Row, StoredValue } from '../rows/rows.js';
import { listScan } from '../rows/scan.js';
import type { Entry, ScanOptions, SessionStore, Windowed } from '../store.js';
import { endOf, keyOf, startOf, suffixOf } from './session-key-schema.js';
import { matches } from './session-query.js';
import type { SessionRows } from './session-rows.js';

export interface SessionStoreParts<K, A> extends ExpiringStoreParts<K, A> {
  readonly rows: SessionRows;
}

/** A session store whose types its operator or processor knows. */
export type AnySessionStore = TypedSessionStore<unknown, unknown>;

/** A store of one aggregate per key and session, as processors and operators see it (MeteredSessionStore). */
export class TypedSessionStore<K, A> extends ExpiringStore<K, A> implements SessionStore<K, A> {
  /** Latest end put so far: the cache holds nothing behind it. */
  private newest = -1;

  constructor(
    name: string,
    protected override readonly parts: SessionStoreParts<K, A>,
  ) {
    super(name, parts);
  }

  put(session: Windowed<K>, aggregate: A | null): void {
    checkSession(session, this.name, 'put');
    this.keep(session, aggregate, 'put');
  }

  remove(session: Windowed<K>): void {
    checkSession(session, this.name, 'remove');
    this.keep(session, null, 'remove');
  }

  fetchSession(key: K, start: number, end: number): A | null {
    return this.getRow(this.searched(key, start, end));
  }

  /** `fetchSession` for queries from outside of the task: leaves the cache as it is. */
  peek(key: K, start: number, end: number): A | null {
    return this.peekRow(this.searched(key, start, end));
  }

  /**
   * `findSessions` at once for an aggregation, whose sessions of a key never overlap: it costs what it finds, however many
   * later ones there are.
   */
  findDisjoint(key: K, earliestEnd: number, latestStart: number): Entry<Windowed<K>, A>[] {
    const { keys, rows, cached } = this.parts;
    const text = keys.text(key, 'findSessions');
    const stored = rows.findDisjoint(text, earliestEnd, latestStart);
    if (cached === undefined) return this.sessionsOf(key, stored);
    const until = stored.length === 0 ? -1 : endOf(stored[stored.length - 1]![0]);
    const entries = cached.groupUntil(
      text,
      rows.rowKey(text, 0, Math.max(0, earliestEnd)),
      (entry) => entry.value !== null && startOf(entry.key) > latestStart && endOf(entry.key) > until,
    );
    const newer = entries
      .map(([row, value]): Row<StoredValue | null> => [suffixOf(row), value])
      .filter(([suffix]) => startOf(suffix) <= latestStart);
    return this.sessionsOf(key, mergeLists(newer, stored));
  }

  findSessions(key: K, earliestEnd: number, latestStart: number, options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, A>> {
    return this.ofKey('findSessions', key, earliestEnd, latestStart, options);
  }

  findSessionsRange(
    key: K | null,
    keyTo: K | null,
    earliestEnd: number,
    latestStart: number,
    options?: ScanOptions,
  ): AsyncIterable<Entry<Windowed<K>, A>> {
    return this.ofKeys('findSessionsRange', key, keyTo, earliestEnd, latestStart, options);
  }

  fetch(key: K | null, keyTo?: K | null, options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, A>> {
    if (keyTo === undefined && key !== null) return this.ofKey('fetch', key, 0, Infinity, options);
    return this.ofKeys('fetch', key, keyTo ?? null, 0, Infinity, options);
  }

  /**
   * Sessions that end at or after `from` and before `to`, in the order of time. Only for stores in that order, which
   * are not cached.
   */
  endingBetween(from: number, to: number): AsyncIterable<Entry<Windowed<K>, A>> {
    return this.entries(this.parts.rows.ending(from, to), [], false);
  }

  protected override rowOf(changelogKey: ByteString): ByteString {
    return this.parts.rows.rowOf(changelogKey);
  }

  protected override windowedKey(row: ByteString): Windowed<K> {
    return { key: this.parts.keys.decode(keyOf(row).slice(8)), window: { start: startOf(row), end: endOf(row) } };
  }

  private keep({ key, window }: Windowed<K>, aggregate: A | null, call: string): void {
    if (window.end > this.newest) this.newest = window.end;
    this.putRow(this.row(key, window.start, window.end, call), aggregate);
  }

  private searched(key: K, start: number, end: number): ByteString {
    checkTime(start, 'start of the session', this.name, 'fetchSession');
    checkTime(end, 'end of the session', this.name, 'fetchSession');
    return this.row(key, start, end, 'fetchSession');
  }

  private row(key: K, start: number, end: number, call: string): ByteString {
    const { keys, rows } = this.parts;
    return rows.rowKey(keys.text(key, call), start, end);
  }

  /**
   * Returns sessions of one key, in the order of their ends, then of their starts, which goes backwards in memory
   * (InMemorySessionStore).
   */
  private ofKey(
    call: string,
    key: K,
    earliestEnd: number,
    latestStart: number,
    options: ScanOptions | undefined,
  ): AsyncIterable<Entry<Windowed<K>, A>> {
    checkBound(earliestEnd, 'earliest end', this.name, call);
    checkBound(latestStart, 'latest start', this.name, call);
    const { keys, rows, cached } = this.parts;
    const text = keys.text(key, call);
    const stored = rows.findSync(text, earliestEnd, latestStart);
    const found = cached === undefined ? stored : mergeLists(this.cachedOf(cached, text, earliestEnd, latestStart), stored);
    const sessions = this.sessionsOf(key, found);
    return listScan(isReverse(options) ? sessions.reverse() : sessions);
  }

  private ofKeys(
    call: string,
    key: K | null,
    keyTo: K | null,
    earliestEnd: number,
    latestStart: number,
    options: ScanOptions | undefined,
  ): AsyncIterable<Entry<Windowed<K>, A>> {
    checkBound(earliestEnd, 'earliest end', this.name, call);
    checkBound(latestStart, 'latest start', this.name, call);
    const { keys, rows, cached } = this.parts;
    const query = {
      key: keys.bound(key, call),
      keyTo: keys.bound(keyTo, call),
      earliestEnd,
      latestStart,
      reverse: isReverse(options),
    };
    const entries = cached?.entries({ from: int64Text(0) }).filter(([row]) => matches(query, row)) ?? [];
    return this.entries(rows.find(query), entries, query.reverse);
  }

  private sessionsOf(key: K, found: Row<StoredValue>[]): Entry<Windowed<K>, A>[] {
    const { rows, values } = this.parts;
    return rows
      .arrange(found)
      .map(([suffix, value]): Entry<Windowed<K>, A> => [
        { key, window: { start: startOf(suffix), end: endOf(suffix) } },
        values.decode(value),
      ]);
  }

  private cachedOf(cached: CachingLayer, key: ByteString, earliestEnd: number, latestStart: number): Row<StoredValue | null>[] {
    const { rows } = this.parts;
    const from = Math.max(0, earliestEnd);
    if (from > this.newest) return [];
    const entries = cached.group(key, rows.rowKey(key, 0, from), rows.rowKey(key, 0, this.newest + 1));
    return entries.filter(([row]) => startOf(row) <= latestStart).map(([row, value]) => [suffixOf(row), value]);
  }
}
