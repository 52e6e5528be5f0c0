/**
 * `names` in the order in which a Java HashSet that grew one by one hands them out: Kafka Streams' text of a topology
 * depends on it. `capacity`: the table size at the start (16 unless the set was copied from another one).
 */
export function hashOrder(names: Iterable<string>, capacity = 16): string[] {
  const list = [...new Set(names)];
  let size = capacity;
  while (list.length > size * 0.75) size *= 2;
  const bucket = (name: string) => spread(stringHash(name)) & (size - 1);
  return list
    .map((name, at) => ({ name, at, bucket: bucket(name) }))
    .sort((a, b) => a.bucket - b.bucket || a.at - b.at)
    .map(({ name }) => name);
}

/** The order of a HashSet that was copied from a set of these names in this order. */
export function copiedHashOrder(names: readonly string[]): string[] {
  let capacity = 16;
  while (capacity < Math.floor(names.length / 0.75 + 1)) capacity *= 2;
  return hashOrder(names, capacity);
}

/** `String.hashCode` of Java. */
function stringHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

/** The higher half mixed into the lower (`HashMap.hash`). */
function spread(hash: number): number {
  return hash ^ (hash >>> 16);
}
