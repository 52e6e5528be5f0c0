import { systemClock } from '@ouzel/core';
import type { Fetched, TopicPartition } from '@ouzel/kafka';
import { EmbeddedApp, gate, until } from '../../embedded-app.spec-support.js';
import { ReaderLoop, type PartitionReader } from './reader-loop.js';

describe('a reader loop', () => {
  const app = EmbeddedApp.use({ topic: 'in', partitions: 2 });
  const first = { topic: 'in', partition: 0 };
  const second = { topic: 'in', partition: 1 };

  const values = ['a', 'b', 'c', 'd'];

  /** A reader that keeps the offsets of what it gets. `before` is called with each batch first. */
  const keeping = (
    before: (batch: Fetched) => Promise<void> = () => Promise.resolve(),
  ): PartitionReader & { readonly offsets: number[] } => {
    const offsets: number[] = [];
    const apply = async (batch: Fetched) => {
      await before(batch);
      offsets.push(...batch.records.map(({ offset }) => offset));
    };
    return { offsets, apply, failed: () => undefined };
  };

  /** A loop over all values, and the partitions of which it has taken records. It waits until those `awaited` have come. */
  const begin = async (...awaited: readonly TopicPartition[]) => {
    await app.send('in', ...[0, 1].flatMap((partition) => values.map((value) => ({ value, partition }))));
    const fetcher = app.driver.createFetcher({ isolation: 'read_committed', maxWaitMs: 20, maxBytes: 1_048_576 });
    const taken = new Set<number>();
    const take = fetcher.take.bind(fetcher);
    fetcher.take = (max) => {
      if (awaited.some((place) => fetcher.endOffset(place) === undefined)) return [];
      const fetched = take(max);
      for (const { partition, records } of fetched) if (records.length > 0) taken.add(partition);
      return fetched;
    };
    return { loop: new ReaderLoop(fetcher, systemClock), taken };
  };
  const slowly = () => {
    const reached = gate();
    const held = gate();
    const reader = keeping(async () => {
      reached.open();
      await held.promise;
    });
    return { reached, held, reader };
  };

  it('takes what comes next while a reader is at work, and gives a reading nothing that was taken for the one before it', async () => {
    const { loop, taken } = await begin();
    const { reached, held, reader: slow } = slowly();
    loop.read(first, 0, slow);
    await reached.promise;
    const former = keeping();
    loop.read(second, 2, former);
    await until(() => taken.has(1));
    const next = keeping();
    loop.read(second, 0, next);
    held.open();
    await until(() => next.offsets.includes(3));
    await loop.close();
    expect([former.offsets, next.offsets]).toEqual([[], [0, 1, 2, 3]]);
  });

  it('lets the readers of a turn work at the same time', async () => {
    const { loop } = await begin(first, second);
    const one = slowly();
    const other = slowly();
    loop.read(first, 0, one.reader);
    loop.read(second, 0, other.reader);
    await Promise.all([one.reached.promise, other.reached.promise]);
    expect([one.reader.offsets, other.reader.offsets]).toEqual([[], []]);
    one.held.open();
    other.held.open();
    await until(() => one.reader.offsets.length + other.reader.offsets.length === 8);
    await loop.close();
    expect([one.reader.offsets, other.reader.offsets]).toEqual([
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ]);
  });
});
