const seed = 0x9747b28c;
const m = 0x5bd1e995;

/** Returns Java's 32-bit murmur2, signed, with which Kafka's producers hash keys (Utils.murmur2). */
export function murmur2(bytes: Buffer): number {
  const { length } = bytes;
  let hash = seed ^ length;
  const end = length & ~3;
  for (let i = 0; i < end; i += 4) {
    let k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    hash = Math.imul(hash, m) ^ Math.imul(k, m);
  }
  const tail = length & 3;
  if (tail === 3) hash ^= bytes[end + 2]! << 16;
  if (tail >= 2) hash ^= bytes[end + 1]! << 8;
  if (tail >= 1) hash = Math.imul(hash ^ bytes[end]!, m);
  hash = Math.imul(hash ^ (hash >>> 13), m);
  return hash ^ (hash >>> 15);
}

/** Returns the partition of a key among `count`, as Kafka's default partitioner chooses it. */
export function partitionOf(key: Buffer, count: number): number {
  return (murmur2(key) & 0x7fffffff) % count;
}
