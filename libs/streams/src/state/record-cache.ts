import type { RecordContext } from '../processor/record.js';

/** What a cache holds of one key: the stored bytes, and the decoded value where it may be shared. */
export interface CacheEntry {
  readonly key: Buffer;
  readonly text: string;
  /** Null: deleted. */
  payload: Buffer | null;
  decoded: unknown;
  isDirty: boolean;
  /** Of the last update; undefined for what was only read. */
  context: RecordContext | undefined;
  size: number;
  newer: CacheEntry | undefined;
  older: CacheEntry | undefined;
}

/** Writes entries on, in this order. A promise only where user code below asked for one. */
export type FlushEntries = (entries: readonly CacheEntry[]) => void | Promise<void>;

/**
 * The record cache of one application (statestore.cache.max.bytes, ThreadCache): deduplicates updates of a key between commits. Its size is shared by all
 * stores; when it is exceeded, the store that was just written evicts.
 */
export class RecordCache {
  bytes = 0;

  constructor(readonly maxBytes: number) {}

  /** The part of one store in one task. `overhead` is added to the size of each entry. */
  open(flush: FlushEntries, overhead: number): StoreCache {
    return new StoreCache(this, flush, overhead);
  }
}

/** The cached entries of one store, least recently used first to go (NamedCache). */
export class StoreCache {
  private readonly entries = new Map<string, CacheEntry>();
  /** Dirty keys in the order of their last updates. */
  private readonly dirty = new Map<string, CacheEntry>();
  private newest: CacheEntry | undefined;
  private oldest: CacheEntry | undefined;

  constructor(
    private readonly cache: RecordCache,
    private readonly write: FlushEntries,
    private readonly overhead: number,
  ) {}

  get(text: string): CacheEntry | undefined {
    const entry = this.entries.get(text);
    if (entry !== undefined && entry !== this.newest) {
      this.unlink(entry);
      this.linkNewest(entry);
    }
    return entry;
  }

  /** A value that was read from below. */
  remember(key: Buffer, text: string, payload: Buffer, decoded: unknown): CacheEntry {
    const entry = this.enter(key, text);
    this.fill(entry, payload, decoded, undefined);
    return entry;
  }

  /** An update. Evicts while the application's cache is too large. */
  put(key: Buffer, text: string, payload: Buffer | null, decoded: unknown, context: RecordContext): void | Promise<void> {
    const entry = this.get(text) ?? this.enter(key, text);
    entry.isDirty = true;
    this.fill(entry, payload, decoded, context);
    if (this.dirty.size > 0) this.dirty.delete(text);
    this.dirty.set(text, entry);
    let pending: void | Promise<void> = undefined;
    while (this.cache.bytes > this.cache.maxBytes && this.oldest !== undefined) pending = after(pending, this.evict(this.oldest));
    return pending;
  }

  /** Writes all dirty entries on; they stay as clean ones. */
  flush(): void | Promise<void> {
    if (this.dirty.size > 0) return this.flushDirty(undefined);
  }

  /** Dirty entries, in no order that matters. */
  get unwritten(): Iterable<CacheEntry> {
    return this.dirty.values();
  }

  clear(): void {
    for (const entry of this.entries.values()) this.cache.bytes -= entry.size;
    this.entries.clear();
    this.dirty.clear();
    this.newest = this.oldest = undefined;
  }

  private evict(entry: CacheEntry): void | Promise<void> {
    this.remove(entry);
    if (entry.isDirty) return this.flushDirty(entry);
  }

  /** An evicted entry first, then the others in the order of their last updates. */
  private flushDirty(evicted: CacheEntry | undefined): void | Promise<void> {
    if (evicted !== undefined) this.dirty.delete(evicted.text);
    const entries = evicted === undefined ? [...this.dirty.values()] : [evicted, ...this.dirty.values()];
    for (const entry of entries) entry.isDirty = false;
    // Cleared before they are written: what is below may write to this store again.
    this.dirty.clear();
    // The entries go as they are now: an update while they are written makes the live ones dirty again.
    const written = this.write(entries.map((entry) => ({ ...entry })));
    for (const entry of entries) if (entry.payload === null && !entry.isDirty && this.entries.get(entry.text) === entry) this.remove(entry);
    return written;
  }

  private enter(key: Buffer, text: string): CacheEntry {
    const entry: CacheEntry = { key, text, payload: null, decoded: undefined, isDirty: false, context: undefined, size: 0, newer: undefined, older: undefined };
    this.entries.set(text, entry);
    this.linkNewest(entry);
    return entry;
  }

  private fill(entry: CacheEntry, payload: Buffer | null, decoded: unknown, context: RecordContext | undefined): void {
    entry.payload = payload;
    entry.decoded = decoded;
    entry.context = context;
    const size = sizeOf(entry) + this.overhead;
    this.cache.bytes += size - entry.size;
    entry.size = size;
  }

  private remove(entry: CacheEntry): void {
    this.entries.delete(entry.text);
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

/** As Kafka Streams measures it: key + 24, value + 1, and the record context (20, the topic's name, headers). */
function sizeOf({ key, payload, context }: CacheEntry): number {
  let size = key.length + 24 + (payload?.length ?? 0) + 1 + 20;
  if (context === undefined) return size;
  size += context.topic?.length ?? 0;
  if (context.headers.size > 0) for (const [name, value] of context.headers) size += name.length + (value?.length ?? 0);
  return size;
}

function after(first: void | Promise<void>, second: void | Promise<void>): void | Promise<void> {
  return first === undefined ? second : second === undefined ? first : Promise.all([first, second]).then(() => {});
}
