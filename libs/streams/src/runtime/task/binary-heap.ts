/**
 * Gives back the smallest first. Equal ones come in the order of java.util.PriorityQueue, which is not that of their
 * arrival: Kafka Streams chooses records and punctuations of one time by it.
 */
export class BinaryHeap<T> {
  private readonly items: T[] = [];

  constructor(private readonly rank: (item: T) => number) {}

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  add(item: T): void {
    const { items, rank } = this;
    let at = items.length;
    const own = rank(item);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (own >= rank(items[parent]!)) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  take(): T | undefined {
    const { items } = this;
    const first = items[0];
    const last = items.pop();
    if (items.length > 0) this.sink(last!);
    return first;
  }

  /** Places an item, beginning at the root, above all that come after it. */
  private sink(item: T): void {
    const { items, rank } = this;
    const own = rank(item);
    let at = 0;
    for (let half = items.length >>> 1; at < half;) {
      let child = 2 * at + 1;
      if (child + 1 < items.length && rank(items[child]!) > rank(items[child + 1]!)) child++;
      if (own <= rank(items[child]!)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = item;
  }
}
