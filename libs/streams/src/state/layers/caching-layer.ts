import type { ByteString } from '../rows/byte-string.js';
import type { CacheOptions, CacheUse, FlushedEntry, RecordCache, StoreCache } from '../cache/record-cache.js';
import type { Row, RowRange, StoredValue } from '../rows/rows.js';
import type { RecordContext } from '../../record/record.js';
import type { StoreContext } from '../state-store.js';
import type { Layer } from './layer.js';

/** Called with every entry that is flushed; `former` is the value below before the flush, where it was asked for. */
export type FlushListener = (key: ByteString, value: StoredValue | null, former: StoredValue | null) => void | Promise<void>;

/**
 * Holds writes back until the cache is flushed or evicts, so that only the last write of a key is logged and forwarded
 * (CachingWindowStore, CachingSessionStore). The layers below and the listener see each write under the record context
 * in which it was made.
 *
 * With a listener, the deletion of a key that the layers below do not have is not written on: the key came and went
 * between two flushes. There is one exception to Kafka Streams: where another operator read the key in between
 * (`getAndMarkSeen`), as one side of a table join reads the other, the deletion is written on, because what that
 * operator made of the value would stay otherwise.
 */
export class CachingLayer implements Layer {
  protected readonly cache: StoreCache;
  protected readonly use: CacheUse;
  private listener: FlushListener | undefined;
  private wantsOldValues = false;
  /** The call of the listener that is not finished. The next entry waits for it. */
  private listening: Promise<void> | undefined;

  constructor(
    store: string,
    protected readonly below: Layer,
    cache: RecordCache,
    private readonly context: StoreContext,
    options: CacheOptions,
  ) {
    this.use = cache.useOf(store);
    this.cache = cache.open((entries) => entries.forEach((entry) => this.write(entry)), options);
  }

  setFlushListener(listener: FlushListener, wantsOldValues: boolean): void {
    this.listener = listener;
    this.wantsOldValues = wantsOldValues;
  }

  get(key: ByteString): StoredValue | undefined {
    const cached = this.cache.get(key);
    if (cached === undefined) {
      this.use.misses++;
      return this.below.get(key);
    }
    this.use.hits++;
    return cached.value ?? undefined;
  }

  /**
   * `get` for an operator other than the one that writes the store: it acts on the value, so a later deletion must
   * reach it.
   */
  getAndMarkSeen(key: ByteString): StoredValue | undefined {
    const value = this.get(key);
    this.cache.see(key);
    return value;
  }

  /** Returns the cached entry and leaves the order of eviction as it is: for queries from outside of the task. */
  peek(key: ByteString): { readonly value: StoredValue | null } | undefined {
    return this.cache.peek(key);
  }

  put(key: ByteString, value: StoredValue | null): void {
    this.cache.put(key, value, this.context.record);
    this.evict();
  }

  /** Returns the cached entries of a range in order; null is a deletion. */
  entries({ from, to, reverse = false }: RowRange): Row<StoredValue | null>[] {
    const entries = this.cache.range(from, to);
    return reverse ? entries.reverse() : entries;
  }

  /** Returns the cached entries of one group with `from <= key < to` in order; null is a deletion. */
  group(name: ByteString, from: ByteString, to: ByteString): Row<StoredValue | null>[] {
    return this.cache.group(name, from, to);
  }

  /**
   * Returns the cached entries of one group from a key on, in order, and stops before the first for which `isEnd`
   * holds.
   */
  groupUntil(
    name: ByteString,
    from: ByteString,
    isEnd: (entry: { readonly key: ByteString; readonly value: StoredValue | null }) => boolean,
  ): Row<StoredValue | null>[] {
    return this.cache.groupUntil(name, from, isEnd);
  }

  flush(): void | Promise<void> {
    this.cache.flush();
    return this.listening;
  }

  /** Drops what is cached. */
  close(): void {
    this.cache.clear();
  }

  protected evict(): void {
    this.cache.evict();
    if (this.listening !== undefined) this.context.own(this.listening);
  }

  /** Writes the row below at once, so that the next read finds it. Only the listener may take its time. */
  private write({ key, value, context: written, isSeen }: FlushedEntry): void {
    const { context, listener, wantsOldValues } = this;
    const former = listener !== undefined && (value === null || wantsOldValues) ? this.below.get(key) : undefined;
    if (listener !== undefined && value === null && former === undefined && !isSeen) return;
    const current = context.record;
    context.record = written;
    this.below.put(key, value);
    if (listener !== undefined) this.tell(() => listener(key, value, wantsOldValues ? (former ?? null) : null), written);
    context.record = current;
  }

  private tell(listener: () => void | Promise<void>, written: RecordContext): void {
    const { context, listening } = this;
    const { resumed = atOnce } = context;
    const pending =
      listening === undefined
        ? resumed(listener)
        : listening.then(() => {
            context.record = written;
            return resumed(listener);
          });
    if (pending === undefined) return;
    const done = pending.then(() => {
      if (this.listening === done) this.listening = undefined;
    });
    this.listening = done;
  }
}

function atOnce<T>(work: () => T): T {
  return work();
}

/** A caching layer that also caches what it reads from below (CachingKeyValueStore). */
export class ReadCachingLayer extends CachingLayer {
  override get(key: ByteString): StoredValue | undefined {
    const cached = this.cache.get(key);
    if (cached !== undefined) {
      this.use.hits++;
      return cached.value ?? undefined;
    }
    this.use.misses++;
    const found = this.below.get(key);
    if (found !== undefined) {
      this.cache.remember(key, found);
      this.evict();
    }
    return found;
  }
}
