import type { ByteString } from '../rows/byte-string.js';
import type { CacheOptions, FlushedEntry, RecordCache, StoreCache } from '../cache/record-cache.js';
import type { Row, RowRange, StoredValue } from '../rows/rows.js';
import type { StoreContext } from '../state-store.js';
import type { Layer } from './layer.js';

/** Told of every entry that is flushed, with the former value from below where it was asked for. */
export type FlushListener = (key: ByteString, value: StoredValue | null, former: StoredValue | null) => void | Promise<void>;

/**
 * Holds writes back until the cache is flushed or evicts, so that only the last of a key is logged and forwarded (CachingWindowStore, CachingSessionStore). Each
 * goes on under the record context of that last write. Where somebody listens, what was neither there before nor is now goes no further; unlike in Kafka Streams it does
 * where an operator saw it in between, as one side of a join sees the other: else what it made of it would stay.
 */
export class CachingLayer implements Layer {
  protected readonly cache: StoreCache;
  private listener: FlushListener | undefined;
  private wantsOldValues = false;
  private evicting: Promise<void> | undefined;

  constructor(
    protected readonly below: Layer,
    cache: RecordCache,
    private readonly context: StoreContext,
    options: CacheOptions,
  ) {
    this.cache = cache.open((entries) => this.writeAll(entries, 0), options);
  }

  setFlushListener(listener: FlushListener, wantsOldValues: boolean): void {
    this.listener = listener;
    this.wantsOldValues = wantsOldValues;
  }

  get(key: ByteString): StoredValue | undefined {
    const cached = this.cache.get(key);
    return cached === undefined ? this.below.get(key) : (cached.value ?? undefined);
  }

  /** `get` for an operator that acts on the value, and must hear when it is gone. */
  lookup(key: ByteString): StoredValue | undefined {
    const value = this.get(key);
    this.cache.see(key);
    return value;
  }

  /** `get` for whoever is not the task: nothing is moved, remembered or evicted. */
  peek(key: ByteString): StoredValue | undefined {
    const cached = this.cache.peek(key);
    return cached === undefined ? this.below.get(key) : (cached.value ?? undefined);
  }

  put(key: ByteString, value: StoredValue | null): void {
    this.cache.put(key, value, this.context.record);
    this.evict();
  }

  /** Entries of a range in order, null for a deletion; as they are now. */
  entries({ from, to, reverse = false }: RowRange): Row<StoredValue | null>[] {
    const entries = this.cache.range(from, to);
    return reverse ? entries.reverse() : entries;
  }

  /** Entries of one group with `from <= key < to` in order, null for a deletion. */
  group(name: ByteString, from: ByteString, to: ByteString): Row<StoredValue | null>[] {
    return this.cache.group(name, from, to);
  }

  /** Entries of one group from a key on, in order, up to the one before the first that is the end. */
  groupUntil(
    name: ByteString,
    from: ByteString,
    isEnd: (entry: { readonly key: ByteString; readonly value: StoredValue | null }) => boolean,
  ): Row<StoredValue | null>[] {
    return this.cache.groupUntil(name, from, isEnd);
  }

  flush(): void | Promise<void> {
    const { evicting } = this;
    this.evicting = undefined;
    if (evicting !== undefined) return evicting.then(() => this.cache.flush());
    return this.cache.flush();
  }

  /** Forgets what is cached. */
  close(): void {
    this.cache.clear();
  }

  /** Where user code below answers a promise, the next flush waits for it. */
  protected evict(): void {
    const pending = this.cache.evict();
    if (pending === undefined) return;
    this.evicting = this.evicting === undefined ? pending : Promise.all([this.evicting, pending]).then(() => {});
    // A failure is the flush's, whenever that comes.
    this.evicting.catch(() => {});
  }

  private writeAll(entries: readonly FlushedEntry[], from: number): void | Promise<void> {
    for (let i = from; i < entries.length; i++) {
      const pending = this.write(entries[i]!);
      if (pending !== undefined) return pending.then(() => this.writeAll(entries, i + 1));
    }
  }

  private write({ key, value, context: written, isSeen }: FlushedEntry): void | Promise<void> {
    const { context, listener, wantsOldValues } = this;
    const former = listener !== undefined && (value === null || wantsOldValues) ? this.below.get(key) : undefined;
    if (listener !== undefined && value === null && former === undefined && !isSeen) return;
    const current = context.record;
    context.record = written;
    this.below.put(key, value);
    const pending = listener?.(key, value, wantsOldValues ? (former ?? null) : null);
    if (pending === undefined) context.record = current;
    else
      return pending.finally(() => {
        context.record = current;
      });
  }
}

/** Remembers what was read from below too (CachingKeyValueStore). */
export class ReadCachingLayer extends CachingLayer {
  override get(key: ByteString): StoredValue | undefined {
    const cached = this.cache.get(key);
    if (cached !== undefined) return cached.value ?? undefined;
    const found = this.below.get(key);
    if (found !== undefined) {
      this.cache.remember(key, found);
      this.evict();
    }
    return found;
  }
}
