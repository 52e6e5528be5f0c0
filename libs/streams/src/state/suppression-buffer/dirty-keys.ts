import type { ByteString } from '../rows/byte-string.js';

/**
 * The keys to be logged, in the iteration order of a Java HashSet of their bytes, because Kafka Streams writes its
 * changelog in that order.
 */
export class DirtyKeys {
  private readonly keys = new Set<ByteString>();
  /** The capacity of Java's hash table, which grows and does not shrink. */
  private capacity = 16;

  add(key: ByteString): void {
    this.keys.add(key);
    while (this.keys.size > 0.75 * this.capacity) this.capacity *= 2;
  }

  /** Removes all keys and returns them, in the order of Java's hash table. */
  take(): ByteString[] {
    const keys = [...this.keys];
    this.keys.clear();
    if (keys.length < 2) return keys;
    const mask = this.capacity - 1;
    // Sorting is stable: keys of one bucket stay in the order in which they came.
    return keys
      .map((key) => ({ key, bucket: spreadHash(key) & mask }))
      .sort((a, b) => a.bucket - b.bucket)
      .map(({ key }) => key);
  }
}

/** Returns Java's `Arrays.hashCode` of the bytes, which are signed there, with its halves mixed (`HashMap.hash`). */
function spreadHash(key: ByteString): number {
  let hash = 1;
  for (let i = 0; i < key.length; i++) {
    const byte = key.charCodeAt(i);
    hash = (Math.imul(31, hash) + (byte > 127 ? byte - 256 : byte)) | 0;
  }
  return hash ^ (hash >>> 16);
}
