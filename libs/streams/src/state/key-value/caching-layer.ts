import type { CacheEntry, RecordCache, StoreCache } from '../record-cache.js';
import type { StoreContext } from '../state-store.js';
import type { KeyValueLayer, Slot } from './key-value-layer.js';

/** Told of every entry that is flushed, with the stored bytes of its new and (where asked for) former value. */
export type FlushListener = (entry: CacheEntry, former: Slot | undefined) => void | Promise<void>;

/**
 * Holds writes back until the cache is flushed or evicts, so that only the last of a key is logged and forwarded (CachingKeyValueStore). Each goes on under
 * the record context of that last write.
 */
export class CachingLayer implements KeyValueLayer {
  private readonly cache: StoreCache;
  private listener: FlushListener | undefined;
  private wantsOldValues = false;
  private evicting: Promise<void> | undefined;

  constructor(
    private readonly below: KeyValueLayer,
    cache: RecordCache,
    private readonly context: StoreContext,
    /** What an entry weighs beside its key, value and context. */
    overhead = 0,
  ) {
    this.cache = cache.open((entries) => this.writeAll(entries, 0), overhead);
  }

  setFlushListener(listener: FlushListener, wantsOldValues: boolean): void {
    this.listener = listener;
    this.wantsOldValues = wantsOldValues;
  }

  get(key: Buffer, text: string): Slot | undefined {
    const cached = this.cache.get(text);
    if (cached !== undefined) return cached.payload === null ? undefined : cached;
    const found = this.below.get(key, text);
    return found === undefined ? undefined : this.cache.remember(key, text, found.payload!, found.decoded);
  }

  put(key: Buffer, text: string, payload: Buffer | null, decoded: unknown): void {
    const pending = this.cache.put(key, text, payload, decoded, this.context.record);
    if (pending !== undefined) this.evicting = this.evicting === undefined ? pending : Promise.all([this.evicting, pending]).then(() => {});
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

  /** Entries not written below yet. */
  get unwritten(): Iterable<CacheEntry> {
    return this.cache.unwritten;
  }

  private writeAll(entries: readonly CacheEntry[], from: number): void | Promise<void> {
    for (let i = from; i < entries.length; i++) {
      const pending = this.write(entries[i]!);
      if (pending !== undefined) return pending.then(() => this.writeAll(entries, i + 1));
    }
  }

  private write(entry: CacheEntry): void | Promise<void> {
    const { key, text, payload, decoded } = entry;
    const { listener, context } = this;
    const current = context.record;
    const former = listener !== undefined && (payload === null || this.wantsOldValues) ? this.below.get(key, text) : undefined;
    // Neither here before nor now: nobody needs to know that it came and went.
    if (listener !== undefined && payload === null && former === undefined) return;
    context.record = entry.context ?? current;
    this.below.put(key, text, payload, decoded);
    const pending = listener?.(entry, this.wantsOldValues ? former : undefined);
    if (pending === undefined) context.record = current;
    else
      return pending.finally(() => {
        context.record = current;
      });
  }
}
