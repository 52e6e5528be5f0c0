import type { ByteString } from '../rows/byte-string.js';
import { copyBytes } from '../rows/scratch.js';

/** Default size of the cache of one application. Kafka Streams' RocksDB has 50 MiB of block cache for every store. */
const defaultBytes = 64 * 1024 * 1024;

/**
 * Keeps rows that were read from disk lately, of all databases of an application. They lie outside of the heap, so a
 * million of them costs the garbage collector nothing. There are two tables: a row that is found in the old one is
 * copied to the young one, and when the young one is full, the old one is dropped.
 */
export class RowCache {
  private young: RowTable;
  private old: RowTable;
  private databases = 0;

  constructor(private readonly maxBytes: number = defaultBytes) {
    this.young = this.old = new RowTable(maxBytes / 2);
  }

  /**
   * Opens the cache of one database. It begins with nothing, whatever was cached of the database when it was open
   * before.
   */
  open(): DatabaseRowCache {
    return new DatabaseRowCache(this, this.databases++);
  }

  get(database: number, key: ByteString): Buffer | undefined {
    const hash = hashOf(database, key);
    const at = this.young.find(database, hash, key);
    if (at !== absent) return this.young.valueAt(at);
    const aged = this.old.find(database, hash, key);
    if (aged === absent) return undefined;
    const value = this.old.valueAt(aged);
    if (value !== undefined) this.add(database, hash, key, value);
    return value;
  }

  set(database: number, key: ByteString, value: Buffer | null): void {
    const hash = hashOf(database, key);
    let table = this.young;
    let at = table.find(database, hash, key);
    if (at === absent) {
      table = this.old;
      at = table.find(database, hash, key);
    }
    if (at !== absent) {
      if (table.replace(at, value)) return;
      // The former entry must not be found again, even if there is no room for the new one.
      table.remove(at);
    }
    if (value !== null) this.add(database, hash, key, value);
  }

  private add(database: number, hash: number, key: ByteString, value: Buffer): void {
    const isLarge = 4 * wordsOf(key, value) > this.maxBytes / largestShare;
    if (isLarge || key.length > longest || value.length > longest) return;
    if (this.young.add(database, hash, key, value)) return;
    this.old = this.young;
    this.young = new RowTable(this.maxBytes / 2);
    this.young.add(database, hash, key, value);
  }
}

/** The cached rows of one database. */
export class DatabaseRowCache {
  constructor(
    private readonly cache: RowCache,
    private readonly database: number,
  ) {}

  /** Returns a copy of the value; undefined where it is not cached. */
  get(key: ByteString): Buffer | undefined {
    return this.cache.get(this.database, key);
  }

  /** Notes a row as it is on disk from now on; null: it was deleted. */
  set(key: ByteString, value: Buffer | null): void {
    this.cache.set(this.database, key, value);
  }
}

const firstBytes = 64 * 1024;
const firstSlots = 1_024;
/** The place of an entry that is not there. */
const absent = 0;
const removed = 0xffff;
const longest = removed - 1;
const headWords = 3;
/** A row that takes more than this part of the cache is not cached: it would drive out too many others. */
const largestShare = 16;

/**
 * Entries, one after the other in an array of words, and a hash table (open addressing) of where they begin. The length
 * of a value that was removed is 0xffff.
 *
 *   hash, uint32 | database, uint32 | length of key, uint16, and of value, uint16 | key | value | padding to 4 bytes
 */
class RowTable {
  private words: Uint32Array<ArrayBuffer>;
  private bytes: Uint8Array<ArrayBuffer>;
  private slots = new Uint32Array(firstSlots);
  private taken = 0;
  /** Index of the word at which the next entry begins. Word 0 is left out, because 0 stands for an absent entry. */
  private end = 1;

  constructor(private readonly maxBytes: number) {
    this.words = new Uint32Array(Math.floor(Math.min(firstBytes, maxBytes) / 4));
    this.bytes = new Uint8Array(this.words.buffer);
  }

  /** Returns the place of the entry that was added last under this key, or `absent`. */
  find(database: number, hash: number, key: ByteString): number {
    return this.slots[this.slotOf(database, hash, key)]!;
  }

  /** Returns the value of an entry; undefined where it was removed. */
  valueAt(at: number): Buffer | undefined {
    const lengths = this.words[at + 2]!;
    const length = lengths & 0xffff;
    if (length === removed) return undefined;
    const from = (at + headWords) * 4 + (lengths >>> 16);
    const value = Buffer.allocUnsafe(length);
    copyBytes(this.bytes, from, value, 0, length);
    return value;
  }

  /** Adds an entry, which hides those that were added under its key before. Returns false where the table is full. */
  add(database: number, hash: number, key: ByteString, value: Buffer): boolean {
    const at = this.end;
    const next = at + wordsOf(key, value);
    if (next > this.words.length && !this.grow(next)) return false;
    const { words, bytes } = this;
    words[at] = hash;
    words[at + 1] = database;
    words[at + 2] = (key.length << 16) | value.length;
    const from = (at + headWords) * 4;
    for (let i = 0; i < key.length; i++) bytes[from + i] = key.charCodeAt(i);
    copyBytes(value, 0, bytes, from + key.length, value.length);
    this.end = next;
    const slot = this.slotOf(database, hash, key);
    if (this.slots[slot] === absent) this.taken++;
    this.slots[slot] = at;
    if (2 * this.taken > this.slots.length) this.spread();
    return true;
  }

  /** Replaces a value in place. Returns false where the new one has another length. */
  replace(at: number, value: Buffer | null): boolean {
    const lengths = this.words[at + 2]!;
    if (value === null || value.length !== (lengths & 0xffff)) return false;
    copyBytes(value, 0, this.bytes, (at + headWords) * 4 + (lengths >>> 16), value.length);
    return true;
  }

  remove(at: number): void {
    this.words[at + 2]! |= removed;
  }

  /** Returns the slot of the key, or the free slot where the key belongs. */
  private slotOf(database: number, hash: number, key: ByteString): number {
    const { slots, words } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const at = slots[slot]!;
      if (at === absent || (words[at] === hash && words[at + 1] === database && this.isKeyAt(at, key))) return slot;
    }
  }

  private isKeyAt(at: number, key: ByteString): boolean {
    const { length } = key;
    if (this.words[at + 2]! >>> 16 !== length) return false;
    const { bytes } = this;
    const from = (at + headWords) * 4;
    for (let i = 0; i < length; i++) if (bytes[from + i] !== key.charCodeAt(i)) return false;
    return true;
  }

  /** Makes room for this many words in all. Returns false where that is more than the table may have. */
  private grow(needed: number): boolean {
    if (4 * needed > this.maxBytes) return false;
    const words = new Uint32Array(Math.floor(Math.min(Math.max(8 * this.words.length, 4 * needed), this.maxBytes) / 4));
    words.set(this.words);
    this.words = words;
    this.bytes = new Uint8Array(words.buffer);
    return true;
  }

  /** Makes the hash table larger. */
  private spread(): void {
    const { words } = this;
    const slots = new Uint32Array(4 * this.slots.length);
    const mask = slots.length - 1;
    for (const at of this.slots) {
      if (at === absent) continue;
      let slot = words[at]! & mask;
      while (slots[slot] !== absent) slot = (slot + 1) & mask;
      slots[slot] = at;
    }
    this.slots = slots;
  }
}

function wordsOf(key: ByteString, value: Buffer): number {
  return headWords + ((key.length + value.length + 3) >>> 2);
}

/** Returns the FNV-1a hash of database and key, with the upper bits mixed into the lower ones. */
function hashOf(database: number, key: ByteString): number {
  let hash = 0x811c9dc5 ^ database;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
