/** Ends a scan, begun or not. Scans are their own iterators, so that there is one to end. */
async function end(scan: AsyncIterable<unknown>): Promise<void> {
  await scan[Symbol.asyncIterator]().return?.();
}

export async function endAll(scans: readonly AsyncIterable<unknown>[]): Promise<void> {
  for (const scan of scans) await end(scan);
}

/**
 * What a generator makes of other scans, which hold on to snapshots of a database from the moment at which they were made. A generator that was not begun runs no `finally`:
 * when such a scan is ended, it ends those below itself.
 */
export class Scan<T> implements AsyncIterableIterator<T> {
  private isBegun = false;

  constructor(
    private readonly generator: AsyncGenerator<T>,
    private readonly endBelow: () => Promise<void>,
  ) {}

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
