import { systemClock } from '@ouzel/core';
import type { Fetched } from '@ouzel/kafka';
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

  it('gives a reading nothing that was taken for the one before it', async () => {
    await app.send('in', ...[0, 1].flatMap((partition) => values.map((value) => ({ value, partition }))));
    const loop = new ReaderLoop(app.driver.createFetcher({ isolation: 'read_committed', maxWaitMs: 20, maxBytes: 1_048_576 }), systemClock);
    const batches = [0, 1].map(() => ({ reached: gate(), held: gate() }));
    let count = 0;
    const slow = keeping(async () => {
      const batch = batches[count++];
      batch?.reached.open();
      await batch?.held.promise;
    });
    loop.read(first, 0, slow);
    await batches[0]!.reached.promise;
    // The next turn takes records of both partitions.
    const former = keeping();
    loop.read(second, 2, former);
    await app.send('in', { value: 'e' });
    batches[0]!.held.open();
    await batches[1]!.reached.promise;
    const next = keeping();
    loop.read(second, 0, next);
    batches[1]!.held.open();
    await until(() => next.offsets.includes(3));
    await loop.close();
    expect([former.offsets, next.offsets]).toEqual([[], [0, 1, 2, 3]]);
  });
});
