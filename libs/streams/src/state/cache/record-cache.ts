import type { RecordContext } from '../../record/record.js';
import type { ByteString } from '../rows/byte-string.js';
import { EntryGroups } from './entry-groups.js';
import type { Row, StoredValue } from '../rows/rows.js';
import { SortedMap } from '../rows/sorted-map.js';

/** The cached value of one row key. */
export interface CacheEntry {
  readonly key: ByteString;
  /** Null: the row was deleted. */
  value: StoredValue | null;
  isDirty: boolean;
  /** True when an operator acted on a value that was dirty. */
  isSeen: boolean;
  /** The context of the last update; undefined where the entry is not dirty. */
  context: RecordContext | undefined;
  size: number;
  newer: CacheEntry | undefined;
  older: CacheEntry | undefined;
}

/** An entry as it was when a flush began. */
export interface FlushedEntry {
  readonly key: ByteString;
  readonly value: StoredValue | null;
  readonly context: RecordContext;
  /** True when an operator acted on this value, or on a former one that was not flushed. */
  readonly isSeen: boolean;
}

export interface CacheOptions {
  /** How many bytes longer the key of an entry is in Kafka Streams than the row key. Default 0. */
  readonly extraKeyBytes?: number;
  /**
   * Returns the group of a row key: entries of a group can be asked for together, in the order of row keys. Default:
   * there are no groups.
   */
  readonly groupOf?: (key: ByteString) => ByteString;
}

/** Reads of one store. */
export interface CacheUse {
  hits: number;
  misses: number;
}

/** Passes entries on to the layer below, in this order. */
export type FlushEntries = (entries: readonly FlushedEntry[]) => void;

/**
 * The record cache of one application (statestore.cache.max.bytes, ThreadCache). It keeps the last of several updates
 * of a key between two commits. All stores share its size; when it is exceeded, the store that was written last evicts.
 */
export class RecordCache {
  bytes = 0;
  /** How often reads of a store found their row here, by store. For metrics. */
  readonly uses = new Map<string, CacheUse>();

  constructor(readonly maxBytes: number) {}

  /** Returns the counters that all tasks of a store share. */
  useOf(store: string): CacheUse {
    let use = this.uses.get(store);
    if (use === undefined) this.uses.set(store, (use = { hits: 0, misses: 0 }));
    return use;
  }

  /** Opens the cache of one store of one task. */
  open(flush: FlushEntries, options: CacheOptions = {}): StoreCache {
    return new StoreCache(this, flush, options);
  }
}

/** The cached entries of one store. The least recently used one is evicted first (NamedCache). */
export class StoreCache {
  private readonly entries = new SortedMap<CacheEntry>();
  private readonly groups: EntryGroups<CacheEntry> | undefined;
  /**
   * Bytes that each entry counts beside key, value and context: 24 for its node, 1 for its state, 20 for its context,
   * and the extra bytes of its key.
   */
  private readonly fixedSize: number;
  /** Dirty entries, in the order of their last updates. */
  private readonly dirty = new Set<CacheEntry>();
  private lastDirty: CacheEntry | undefined;
  private newest: CacheEntry | undefined;
  private oldest: CacheEntry | undefined;

  constructor(
    private readonly cache: RecordCache,
    private readonly write: FlushEntries,
    { extraKeyBytes = 0, groupOf }: CacheOptions,
  ) {
    this.fixedSize = extraKeyBytes + 45;
    this.groups = groupOf === undefined ? undefined : new EntryGroups(groupOf);
  }

  get(key: ByteString): CacheEntry | undefined {
    if (this.newest?.key === key) return this.newest;
    const entry = this.entries.get(key);
    if (entry !== undefined) {
      this.unlink(entry);
      this.linkNewest(entry);
    }
    return entry;
  }

  /** Called when an operator acts on the value that `get` has just returned for this key. */
  see(key: ByteString): void {
    const { newest } = this;
    if (newest?.key === key && newest.isDirty) newest.isSeen = true;
  }

  /** Returns what `get` does, but does not count it as a use. */
  peek(key: ByteString): CacheEntry | undefined {
    return this.entries.get(key);
  }

  /** Keeps a value that was read from the layer below. The key must not be cached. */
  remember(key: ByteString, value: StoredValue): void {
    this.fill(this.enter(key), value, undefined);
  }

  /** Takes an update. `evict` must follow. */
  put(key: ByteString, value: StoredValue | null, context: RecordContext): void {
    const entry = this.get(key) ?? this.enter(key);
    this.fill(entry, value, context);
    if (entry === this.lastDirty && entry.isDirty) return;
    if (entry.isDirty) this.dirty.delete(entry);
    entry.isDirty = true;
    this.dirty.add(entry);
    this.lastDirty = entry;
  }

  /**
   * Makes room while the cache of the application is too large. When a dirty entry is evicted, all dirty ones are
   * flushed.
   */
  evict(): void {
    while (this.cache.bytes > this.cache.maxBytes && this.oldest !== undefined) {
      const { oldest } = this;
      this.remove(oldest);
      if (oldest.isDirty) this.flushDirty(oldest);
    }
  }

  /** Passes all dirty entries on. They stay as clean ones. */
  flush(): void {
    if (this.dirty.size > 0) this.flushDirty(undefined);
  }

  /** Returns all entries of a range, in order, as they are now. */
  range(from: ByteString | undefined, to: ByteString | undefined): Row<StoredValue | null>[] {
    return this.entries.size === 0 ? [] : this.entries.range(from, to).map(([key, { value }]) => [key, value]);
  }

  /** Returns the entries of one group with `from <= key < to`, in order. */
  group(name: ByteString, from: ByteString, to: ByteString): Row<StoredValue | null>[] {
    return this.groups!.range(name, from, to).map(({ key, value }) => [key, value]);
  }

  /**
   * Returns the entries of one group from a key on, in order, without the first for which `isEnd` holds and those
   * behind it.
   */
  groupUntil(
    name: ByteString,
    from: ByteString,
    isEnd: (entry: { readonly key: ByteString; readonly value: StoredValue | null }) => boolean,
  ): Row<StoredValue | null>[] {
    return this.groups!.rangeUntil(name, from, isEnd).map(({ key, value }) => [key, value]);
  }

  clear(): void {
    for (const [, entry] of this.entries.entries()) this.cache.bytes -= entry.size;
    this.entries.clear();
    this.groups?.clear();
    this.dirty.clear();
    this.newest = this.oldest = this.lastDirty = undefined;
  }

  /** Passes on the evicted entry first, then the others in the order of their last updates. */
  private flushDirty(evicted: CacheEntry | undefined): void {
    if (evicted !== undefined) this.dirty.delete(evicted);
    const entries = evicted === undefined ? [...this.dirty] : [evicted, ...this.dirty];
    const written = entries.map(({ key, value, context, isSeen }): FlushedEntry => ({ key, value, context: context!, isSeen }));
    for (const entry of entries) {
      entry.isDirty = entry.isSeen = false;
      // The context keeps its record in memory, and that keeps a whole fetch response.
      entry.context = undefined;
    }
    // They are cleared before they are passed on, because a layer below may write to this store again.
    this.dirty.clear();
    this.lastDirty = undefined;
    this.write(written);
    for (const entry of entries)
      if (entry !== evicted && entry.value === null && !entry.isDirty && this.entries.get(entry.key) === entry) this.remove(entry);
  }

  private enter(key: ByteString): CacheEntry {
    const entry: CacheEntry = {
      key,
      value: null,
      isDirty: false,
      isSeen: false,
      context: undefined,
      size: 0,
      newer: undefined,
      older: undefined,
    };
    this.entries.set(key, entry);
    this.linkNewest(entry);
    this.groups?.add(entry);
    return entry;
  }

  private fill(entry: CacheEntry, value: StoredValue | null, context: RecordContext | undefined): void {
    entry.value = value;
    entry.context = context;
    const size =
      this.fixedSize + entry.key.length + (value === null ? 0 : value.payload.length) + (context === undefined ? 0 : sizeOf(context));
    this.cache.bytes += size - entry.size;
    entry.size = size;
  }

  private remove(entry: CacheEntry): void {
    this.entries.delete(entry.key);
    this.groups?.remove(entry);
    this.unlink(entry);
    this.cache.bytes -= entry.size;
  }

  private linkNewest(entry: CacheEntry): void {
    entry.older = this.newest;
    entry.newer = undefined;
    if (this.newest !== undefined) this.newest.newer = entry;
    this.newest = entry;
    this.oldest ??= entry;
  }

  private unlink(entry: CacheEntry): void {
    if (entry.newer === undefined) this.newest = entry.older;
    else entry.newer.older = entry.older;
    if (entry.older === undefined) this.oldest = entry.newer;
    else entry.older.newer = entry.newer;
  }
}

/**
 * Returns what Kafka Streams counts of a record context beside a fixed 20. An entry counts its key + 24, its value + 1,
 * and its context (ProcessorRecordContext, LRUCacheEntry, NamedCache.LRUNode).
 */
function sizeOf({ topic, headers }: RecordContext): number {
  let size = topic === null ? 0 : topic.length;
  if (headers.size > 0) for (const [name, value] of headers) size += name.length + (value?.length ?? 0);
  return size;
}
