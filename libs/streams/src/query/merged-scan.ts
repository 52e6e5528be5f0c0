/** An entry with the bytes that order it. */
export interface OrderedEntry<T> {
  readonly order: Buffer;
  readonly entry: T;
}

/**
 * Merges scans that are each in order into one, and ends them all when it ends, early or not. `limit` is the highest
 * number of entries. Where entries have equal orders, those of the first scan come first.
 */
export async function* mergeScans<T>(scans: readonly AsyncIterable<OrderedEntry<T>>[], reverse: boolean, limit: number): AsyncGenerator<T> {
  const iterators = scans.map((scan) => scan[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
    for (let left = limit; left > 0; left--) {
      let best = -1;
      for (let i = 0; i < heads.length; i++) {
        const head = heads[i]!;
        if (head.done === true) continue;
        const other = best < 0 ? undefined : (heads[best]!.value as OrderedEntry<T>);
        const order = other === undefined ? -1 : Buffer.compare(head.value.order, other.order) * (reverse ? -1 : 1);
        if (order < 0) best = i;
      }
      if (best < 0) return;
      yield (heads[best]!.value as OrderedEntry<T>).entry;
      heads[best] = await iterators[best]!.next();
    }
  } finally {
    await Promise.allSettled(iterators.map(async (iterator) => iterator.return?.()));
  }
}
