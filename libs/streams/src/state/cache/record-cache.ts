import type { RecordContext } from '../../processor/record.js';
import type { ByteString } from '../rows/byte-string.js';
import { EntryGroups } from './entry-groups.js';
import type { Row, StoredValue } from '../rows/rows.js';
import { SortedMap } from '../rows/sorted-map.js';

/** What a cache holds of one row key. */
export interface CacheEntry {
  readonly key: ByteString;
  /** Null: deleted. */
  value: StoredValue | null;
  isDirty: boolean;
  /** An operator acted on a value that was dirty. */
  isSeen: boolean;
  /** Of the last update; undefined for what is not dirty. */
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
  /** An operator acted on this value, or on one before it that was not written on. */
  readonly isSeen: boolean;
}

export interface CacheOptions {
  /** Bytes that Kafka Streams' key of an entry has more than the row key. Default 0. */
  readonly extraKeyBytes?: number;
  /** Which entries are asked for together, by row key; those of a group stand in the order of row keys. Default: none. */
  readonly groupOf?: (key: ByteString) => ByteString;
}

/** Writes entries on, in this order. */
export type FlushEntries = (entries: readonly FlushedEntry[]) => void;

/**
 * The record cache of one application (statestore.cache.max.bytes, ThreadCache): deduplicates updates of a key between commits. Its size is shared by all
 * stores; when it is exceeded, the store that was just written evicts.
 */
export class RecordCache {
  bytes = 0;

  constructor(readonly maxBytes: number) {}

  /** The part of one store in one task. */
  open(flush: FlushEntries, options: CacheOptions = {}): StoreCache {
    return new StoreCache(this, flush, options);
  }
}

/** The cached entries of one store, least recently used first to go (NamedCache). */
export class StoreCache {
  private readonly entries = new SortedMap<CacheEntry>();
  private readonly groups: EntryGroups<CacheEntry> | undefined;
  /** Of each entry: 24 for its node, 1 for its state, 20 for its context, and what its key has more. */
  private readonly fixedSize: number;
  /** In the order of their last updates. */
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

  /** An operator acts on what `get` just answered for this key. */
  see(key: ByteString): void {
    const { newest } = this;
    if (newest?.key === key && newest.isDirty) newest.isSeen = true;
  }

  /** `get`, but the entry becomes no newer by it. */
  peek(key: ByteString): CacheEntry | undefined {
    return this.entries.get(key);
  }

  /** A value that was read from below; the key must not be cached. */
  remember(key: ByteString, value: StoredValue): void {
    this.fill(this.enter(key), value, undefined);
  }

  /** An update; `evict` must follow. */
  put(key: ByteString, value: StoredValue | null, context: RecordContext): void {
    const entry = this.get(key) ?? this.enter(key);
    this.fill(entry, value, context);
    if (entry === this.lastDirty && entry.isDirty) return;
    if (entry.isDirty) this.dirty.delete(entry);
    entry.isDirty = true;
    this.dirty.add(entry);
    this.lastDirty = entry;
  }

  /** Makes room while the application's cache is too large. Evicting a dirty entry first writes on all dirty ones. */
  evict(): void {
    while (this.cache.bytes > this.cache.maxBytes && this.oldest !== undefined) {
      const { oldest } = this;
      this.remove(oldest);
      if (oldest.isDirty) this.flushDirty(oldest);
    }
  }

  /** Writes all dirty entries on; they stay as clean ones. */
  flush(): void {
    if (this.dirty.size > 0) this.flushDirty(undefined);
  }

  /** All entries of a range, in order, as they are now. */
  range(from: ByteString | undefined, to: ByteString | undefined): Row<StoredValue | null>[] {
    return this.entries.size === 0 ? [] : this.entries.range(from, to).map(([key, { value }]) => [key, value]);
  }

  /** Entries of one group with `from <= key < to`, in order. */
  group(name: ByteString, from: ByteString, to: ByteString): Row<StoredValue | null>[] {
    return this.groups!.range(name, from, to).map(({ key, value }) => [key, value]);
  }

  /** Entries of one group from a key on, in order, up to the one before the first that is the end. */
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

  /** An evicted entry first, then the others in the order of their last updates. */
  private flushDirty(evicted: CacheEntry | undefined): void {
    if (evicted !== undefined) this.dirty.delete(evicted);
    const entries = evicted === undefined ? [...this.dirty] : [evicted, ...this.dirty];
    const written = entries.map(({ key, value, context, isSeen }): FlushedEntry => ({ key, value, context: context!, isSeen }));
    for (const entry of entries) {
      entry.isDirty = entry.isSeen = false;
      // The context holds on to the record that it came from, and that to a whole fetch response.
      entry.context = undefined;
    }
    // Cleared before they are written: what is below may write to this store again.
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
 * What Kafka Streams counts of a record context beside a fixed 20. With that, an entry weighs: its key + 24, its value + 1, and the context (ProcessorRecordContext,
 * LRUCacheEntry, NamedCache.LRUNode).
 */
function sizeOf({ topic, headers }: RecordContext): number {
  let size = topic === null ? 0 : topic.length;
  if (headers.size > 0) for (const [name, value] of headers) size += name.length + (value?.length ?? 0);
  return size;
}
