import { Headers, ManualClock, systemClock } from '@ouzel/core';
import { EmbeddedApp, keptLog, until } from '../../embedded-app.spec-support.js';
import { ChangelogReader } from './changelog-reader.js';
import { ForgottenDeletions } from './forgotten-deletions.js';
import { ReaderLoop } from './reader-loop.js';

describe('a restore that reads committed records', () => {
  const place = { topic: 'changelog', partition: 0 };
  const app = EmbeddedApp.use('changelog');

  it('warns once when a transaction on the changelog stays open, and ends when the transaction does', async () => {
    const producer = app.createProducer('someone');
    await producer.initTransactions();
    producer.beginTransaction();
    await app.sendValues('changelog', 'before');
    producer.send({ ...place, key: Buffer.from('k'), value: Buffer.from('v'), timestamp: 0, headers: Headers.empty });
    await producer.flush();
    const clock = new ManualClock(0);
    const { lines, logger } = keptLog();
    const loop = new ReaderLoop(app.driver.createFetcher({ isolation: 'read_committed', maxWaitMs: 20, maxBytes: 1_048_576 }), systemClock);
    const { admin } = app.driver;
    const reader = new ChangelogReader({
      loop,
      admin,
      deletions: new ForgottenDeletions(admin, clock, {}),
      listener: () => {},
      clock,
      logger,
    });
    const apply = () => Promise.resolve();
    const restore = reader.restore('0_0', [{ ...place, store: 'counts', from: undefined, committedAt: undefined, apply }]);
    await until(() => restore.progress[0]?.position === 1);
    clock.advance(30_000);
    expect(lines).toEqual([]);
    clock.advance(30_000);
    await until(() => lines.length > 0);
    clock.advance(120_000);
    expect(lines).toEqual([
      expect.stringMatching(/^warn: .*"counts" of task 0_0 waits at changelog-0@1 of 2: a transaction .* open for 30 s/),
    ]);
    expect(lines[0]).toContain('kafka-transactions.sh abort');
    await producer.commitTransaction();
    await restore.finished;
    expect(restore.progress[0]!.isComplete).toBe(true);
    await Promise.all([loop.close(), producer.close(1_000)]);
  });
});
