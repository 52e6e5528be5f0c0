import { HttpStatus } from '@nestjs/common';
import {
  KeyValueStoreView,
  SessionStoreView,
  VersionedStoreView,
  WindowStoreView,
  type DeclaredStore,
  type Entry,
  type StoreView,
  type ViewScan,
  type Windowed,
} from '@ouzel/streams';
import type { OuzelStreams } from '../../handles/ouzel-streams.js';
import { RefusedRequest } from '../refused-request.js';
import { keyOf } from '../values/key-text.js';
import type { Masks } from '../values/masks.js';
import { flagOf, integerOf, requiredText, textOf, type Query } from '../values/query.js';

/** The last moment that a Date can show, epoch ms. */
const endOfTime = 8.64e15;
const moments = [0, endOfTime] as const;

/** Rows of a scan, at most as many as were asked for. */
interface Rows {
  readonly rows: readonly unknown[];
  /** Whether there are more. */
  readonly isCut: boolean;
}

/** Reads one store for the endpoints: keys come as texts, rows go out as data with their hidden fields covered. */
export class StoreReading {
  private readonly view: StoreView;

  /** Throws OUZEL_STORE_UNKNOWN for a store that only its own operator can read. */
  constructor(
    private readonly store: DeclaredStore,
    streams: OuzelStreams,
    private readonly masks: Masks,
  ) {
    this.view = streams.kafkaStreams.store(store.name);
  }

  /** Returns the value of a key. Of windows and sessions, those of the key. */
  async entry(query: Query): Promise<unknown> {
    const { view } = this;
    const isKeyed = view instanceof KeyValueStoreView || view instanceof VersionedStoreView;
    if (!isKeyed) return this.windows(query);
    const key = this.key(requiredText(query, 'key'));
    const value: unknown = await (view instanceof VersionedStoreView ? view.get(key) : view.get(key));
    if (value === null) throw new RefusedRequest(HttpStatus.NOT_FOUND, 'KEY_UNKNOWN', `store "${this.store.name}" has no such key`);
    return { key: this.masks.shown(key), value: this.masks.shown(value) };
  }

  async range(query: Query): Promise<Rows> {
    const { view } = this;
    if (!(view instanceof KeyValueStoreView)) throw this.wrongKind('has no range of keys');
    const limit = limitOf(query);
    const options = { limit: limit + 1, reverse: flagOf(query, 'reverse') };
    const prefix = textOf(query, 'prefix');
    const bound = (name: string): unknown => {
      const text = textOf(query, name);
      return text === undefined ? null : this.key(text);
    };
    const scan = prefix === undefined ? view.range(bound('from'), bound('to'), options) : view.prefixScan(prefix, options);
    return this.rows(scan, limit);
  }

  async windows(query: Query): Promise<Rows> {
    const { view } = this;
    const limit = limitOf(query);
    const [from, to] = [integerOf(query, 'from', 0, moments), integerOf(query, 'to', endOfTime, moments)];
    const text = textOf(query, 'key');
    const key = text === undefined ? null : this.key(text);
    const options = { limit: limit + 1 };
    if (view instanceof WindowStoreView) return this.rows(view.fetchRange(key, key, from, to, options), limit);
    if (!(view instanceof SessionStoreView)) throw this.wrongKind('has no windows');
    if (key !== null) return this.rows(view.findSessions(key, from, to, options), limit);
    return this.rows(view.fetch(null, null), limit, ({ window }: Windowed<unknown>) => window.end >= from && window.start <= to);
  }

  private key(text: string): unknown {
    return keyOf(text, this.store.key, this.store.changelog ?? this.store.name);
  }

  private async rows<K>(scan: ViewScan<Entry<K, unknown>>, limit: number, isWanted: (key: K) => boolean = () => true): Promise<Rows> {
    const rows: unknown[] = [];
    for await (const [key, value] of scan) {
      if (!isWanted(key)) continue;
      if (rows.length === limit) return { rows, isCut: true };
      rows.push({ key: this.masks.shown(key), value: this.masks.shown(value) });
    }
    return { rows, isCut: false };
  }

  private wrongKind(what: string): RefusedRequest {
    return new RefusedRequest(HttpStatus.BAD_REQUEST, 'STORE_KIND', `store "${this.store.name}" is a ${this.store.kind}: it ${what}`);
  }
}

function limitOf(query: Query): number {
  return integerOf(query, 'limit', 100, [1, 1_000]);
}
