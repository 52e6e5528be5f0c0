/** Ends a scan, whether it was begun or not. Scans are their own iterators, so there is one to end. */
async function end(scan: AsyncIterable<unknown>): Promise<void> {
  await scan[Symbol.asyncIterator]().return?.();
}

/** Ends all scans, whether they were begun or not, and then throws what the first of them threw. */
export async function endAll(scans: readonly AsyncIterable<unknown>[]): Promise<void> {
  const ended = await Promise.allSettled(scans.map(end));
  const failed = ended.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/**
 * A scan that a generator makes from other scans. Those below hold snapshots of a database from the moment when they
 * were made. A generator that was not begun runs no `finally` when it is ended, so this class ends the scans below in
 * its place.
 */
export class Scan<T> implements AsyncIterableIterator<T> {
  private isBegun = false;

  constructor(
    private readonly generator: AsyncGenerator<T>,
    private readonly endBelow: () => Promise<void>,
  ) {}

  /** Returns a scan that ends those below with itself. */
  static over<T>(generator: AsyncGenerator<T>, ...below: readonly AsyncIterable<unknown>[]): Scan<T> {
    return new Scan(generator, () => endAll(below));
  }

  next(): Promise<IteratorResult<T>> {
    this.isBegun = true;
    return this.generator.next();
  }

  async return(): Promise<IteratorResult<T>> {
    if (!this.isBegun) {
      this.isBegun = true;
      await this.endBelow();
    }
    return this.generator.return(undefined);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** A scan whose items are made from those of another one, which it ends with itself. */
class MappedScan<T, U> implements AsyncIterableIterator<U> {
  private readonly items: AsyncIterator<T>;

  constructor(
    below: AsyncIterable<T>,
    private readonly map: (item: T) => U,
  ) {
    this.items = below[Symbol.asyncIterator]();
  }

  async next(): Promise<IteratorResult<U>> {
    const next = await this.items.next();
    if (next.done === true) return { done: true, value: undefined };
    try {
      return { done: false, value: this.map(next.value) };
    } catch (thrown) {
      await this.items.return?.();
      throw thrown;
    }
  }

  async return(): Promise<IteratorResult<U>> {
    await this.items.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** A scan below, and what is to be done when it is over. Does not refer to the scan that holds it. */
class Hold {
  private isReleased = false;

  constructor(
    private readonly below: AsyncIterator<unknown>,
    private readonly whenOver: () => void,
  ) {}

  /** Called when the scan below came to its end. */
  over(): void {
    if (!this.isReleased) this.whenOver();
    this.isReleased = true;
  }

  async release(): Promise<void> {
    this.over();
    await this.below.return?.();
  }
}

/** Scans that were dropped without being ended: else their snapshots would stay until the database closes. */
const dropped = new FinalizationRegistry<Hold>((hold) => void hold.release().catch(() => {}));

/**
 * A scan that holds a snapshot of a database. The snapshot is released when the scan comes to its end, is ended, or is
 * garbage-collected.
 */
export class HeldScan<T, U> implements AsyncIterableIterator<U> {
  private readonly items: AsyncIterator<T>;
  private readonly hold: Hold;

  /** `whenOver` is called once. */
  constructor(
    below: AsyncIterable<T>,
    private readonly map: (item: T) => U,
    whenOver: () => void,
  ) {
    this.items = below[Symbol.asyncIterator]();
    this.hold = new Hold(this.items, whenOver);
    dropped.register(this, this.hold, this.hold);
  }

  async next(): Promise<IteratorResult<U>> {
    try {
      const next = await this.items.next();
      if (next.done !== true) return { done: false, value: this.map(next.value) };
    } catch (thrown) {
      await this.return();
      throw thrown;
    }
    dropped.unregister(this.hold);
    this.hold.over();
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<U>> {
    dropped.unregister(this.hold);
    await this.hold.release();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** Returns a scan of what `map` makes of the items of another scan. */
export function mapScan<T, U>(scan: AsyncIterable<T>, map: (item: T) => U): AsyncIterableIterator<U> {
  return new MappedScan(scan, map);
}

/** Returns a scan of items that are known already. */
export async function* listScan<T>(items: Iterable<T>): AsyncGenerator<T> {
  await Promise.resolve();
  yield* items;
}
