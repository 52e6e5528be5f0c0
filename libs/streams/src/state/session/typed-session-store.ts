import { byteString, int64Text, type ByteString } from '../rows/byte-string.js';
import type { ChangeSource } from '../change-source.js';
import type { KeyCodec } from '../key-codec.js';
import type { CachingLayer } from '../layers/caching-layer.js';
import type { Layer } from '../layers/layer.js';
import { mergeLists, mergeRows } from '../rows/merge-rows.js';
import type { Row, StoredValue } from '../rows/rows.js';
import type { ChangelogRecord, StateStore } from '../state-store.js';
import type { Entry, ScanOptions, SessionStore, Windowed } from '../store.js';
import type { ValueForm } from '../value-form.js';
import { endOf, keyOf, startOf, suffixOf } from './session-key-schema.js';
import { isAsked, type SessionQuery } from './session-query.js';
import type { SessionRows } from './session-rows.js';

export interface SessionStoreParts<K, A> {
  readonly keys: KeyCodec<K>;
  readonly form: ValueForm<A>;
  /** The uppermost layer; the cache, where there is one. */
  readonly layer: Layer;
  readonly cached: CachingLayer | undefined;
  /** The lowest one. */
  readonly rows: SessionRows;
  readonly storesHeaders: boolean;
}

/** A store of one aggregate per key and session, as processors and operators see it (MeteredSessionStore). */
export class TypedSessionStore<K, A> implements SessionStore<K, A>, StateStore, ChangeSource<Windowed<K>, A> {
  /** Latest end put so far: what the cache may hold. */
  private newest = -1;

  constructor(
    readonly name: string,
    private readonly parts: SessionStoreParts<K, A>,
  ) {}

  get isCached(): boolean {
    return this.parts.cached !== undefined;
  }

  get storesHeaders(): boolean {
    return this.parts.storesHeaders;
  }

  /** The stored bytes of a key: what chooses partitions. */
  keyBytes(key: K): Buffer {
    return this.parts.keys.bytes(key);
  }

  put({ key, window }: Windowed<K>, aggregate: A | null): void {
    const { keys, layer, rows, form } = this.parts;
    if (window.end > this.newest) this.newest = window.end;
    layer.put(
      rows.rowKey(keys.text(key), window.start, window.end),
      aggregate === null || aggregate === undefined ? null : form.encode(aggregate),
    );
  }

  remove(session: Windowed<K>): void {
    this.put(session, null);
  }

  fetchSession(key: K, start: number, end: number): A | null {
    const { keys, layer, rows, form } = this.parts;
    const stored = layer.get(rows.rowKey(keys.text(key), start, end));
    return stored === undefined ? null : form.decode(stored);
  }

  /** `findSessions` at once: sessions of one key by end, then by start, which in memory goes backwards (InMemorySessionStore). */
  findSessionsSync(key: K, earliestEnd: number, latestStart: number, { reverse = false }: ScanOptions = {}): Entry<Windowed<K>, A>[] {
    const { keys, rows, cached } = this.parts;
    const text = keys.text(key);
    const stored = rows.findSync(text, earliestEnd, latestStart);
    const found = cached === undefined ? stored : mergeLists(this.cachedOf(cached, text, earliestEnd, latestStart), stored);
    const sessions = this.sessionsOf(key, found);
    return reverse ? sessions.reverse() : sessions;
  }

  /** `findSessionsSync` for an aggregation, whose sessions of a key never overlap: it costs what it finds, however many later ones there are. */
  findDisjoint(key: K, earliestEnd: number, latestStart: number): Entry<Windowed<K>, A>[] {
    const { keys, rows, cached } = this.parts;
    const text = keys.text(key);
    const stored = rows.findDisjoint(text, earliestEnd, latestStart);
    if (cached === undefined) return this.sessionsOf(key, stored);
    const until = stored.length === 0 ? -1 : endOf(stored[stored.length - 1]![0]);
    const entries = cached.groupUntil(
      text,
      rows.rowKey(text, 0, Math.max(0, earliestEnd)),
      (entry) => entry.value !== null && startOf(entry.key) > latestStart && endOf(entry.key) > until,
    );
    const newer = entries.map(([row, value]): Row<StoredValue | null> => [suffixOf(row), value]);
    return this.sessionsOf(
      key,
      mergeLists(
        newer.filter(([suffix]) => startOf(suffix) <= latestStart),
        stored,
      ),
    );
  }

  findSessions(key: K, earliestEnd: number, latestStart: number, options: ScanOptions = {}): AsyncIterable<Entry<Windowed<K>, A>> {
    return listed(this.findSessionsSync(key, earliestEnd, latestStart, options));
  }

  findSessionsRange(
    key: K | null,
    keyTo: K | null,
    earliestEnd: number,
    latestStart: number,
    options: ScanOptions = {},
  ): AsyncIterable<Entry<Windowed<K>, A>> {
    const { keys } = this.parts;
    const bounds = {
      key: key === null ? undefined : byteString(keys.bytes(key)),
      keyTo: keyTo === null ? undefined : byteString(keys.bytes(keyTo)),
    };
    return this.scan({ ...bounds, earliestEnd, latestStart, reverse: options.reverse === true });
  }

  fetch(key: K | null, keyTo?: K | null, options: ScanOptions = {}): AsyncIterable<Entry<Windowed<K>, A>> {
    if (keyTo === undefined && key !== null) return this.findSessions(key, 0, Infinity, options);
    return this.findSessionsRange(key, keyTo ?? null, 0, Infinity, options);
  }

  /** Sessions that end at or after `from` and before `to`, in the order of time. Only for stores in that order, which are not cached. */
  endingBetween(from: number, to: number): AsyncIterable<Entry<Windowed<K>, A>> {
    return this.decoded(this.parts.rows.ending(from, to));
  }

  setFlushListener(
    listener: (key: Windowed<K>, newValue: A | null, oldValue: A | null) => void | Promise<void>,
    wantsOldValues: boolean,
  ): void {
    const { cached, form } = this.parts;
    cached?.setFlushListener(
      (row, value, former) =>
        listener(this.windowed(row), value === null ? null : form.decode(value), former === null ? null : form.decode(former)),
      wantsOldValues,
    );
  }

  flush(): void | Promise<void> {
    return this.parts.layer.flush();
  }

  restore(record: ChangelogRecord): void {
    const { rows, form } = this.parts;
    rows.restore(rows.rowOf(byteString(record.key)), record.value === null ? null : form.restored(record));
  }

  checkpoint(): void {
    this.parts.rows.checkpoint();
  }

  close(): void {
    this.parts.cached?.close();
  }

  private sessionsOf(key: K, found: Row<StoredValue>[]): Entry<Windowed<K>, A>[] {
    const { rows, form } = this.parts;
    return rows
      .arrange(found)
      .map(([suffix, value]): Entry<Windowed<K>, A> => [
        { key, window: { start: startOf(suffix), end: endOf(suffix) } },
        form.decode(value),
      ]);
  }

  private cachedOf(cached: CachingLayer, key: ByteString, earliestEnd: number, latestStart: number): Row<StoredValue | null>[] {
    const { rows } = this.parts;
    const from = Math.max(0, earliestEnd);
    if (from > this.newest) return [];
    const entries = cached.group(key, rows.rowKey(key, 0, from), rows.rowKey(key, 0, this.newest + 1));
    return entries.filter(([row]) => startOf(row) <= latestStart).map(([row, value]) => [suffixOf(row), value]);
  }

  private scan(query: SessionQuery): AsyncIterable<Entry<Windowed<K>, A>> {
    const { rows, cached } = this.parts;
    const found = rows.find(query);
    const entries = cached?.entries({ from: int64Text(0) }).filter(([row]) => isAsked(query, row)) ?? [];
    if (entries.length === 0) return this.decoded(found);
    const compare = (a: ByteString, b: ByteString) => rows.compare(a, b);
    entries.sort(([a], [b]) => (query.reverse ? compare(b, a) : compare(a, b)));
    return this.decoded(mergeRows(entries, found, query.reverse, compare));
  }

  private async *decoded(rows: AsyncIterable<Row<StoredValue>>): AsyncGenerator<Entry<Windowed<K>, A>> {
    for await (const [row, value] of rows) yield [this.windowed(row), this.parts.form.decode(value)];
  }

  private windowed(row: ByteString): Windowed<K> {
    return { key: this.parts.keys.decode(keyOf(row).slice(8)), window: { start: startOf(row), end: endOf(row) } };
  }
}

async function* listed<T>(entries: readonly T[]): AsyncGenerator<T> {
  await Promise.resolve();
  yield* entries;
}
