import { partitionOf, StreamsBuilder, type KafkaStreams, type Topology } from '../../index.js';
import { EmbeddedApp, keptLog, text, until } from '../../embedded-app.spec-support.js';

function counting(): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream('in', text)
    .groupByKey()
    .count({ materialized: { store: 'counts', caching: false } });
  return builder.build();
}

describe('a task with state that is to move to an instance without it', () => {
  const app = EmbeddedApp.use({ topic: 'in', partitions: 2 });
  const keys = Array.from({ length: 200 }, (_, i) => `key-${i}`);
  const active = (streams: KafkaStreams) => streams.status().tasks.map(({ id }) => id);

  it('stays where it is until a copy there has caught up, and is restored from it', async () => {
    const settings = { acceptableRecoveryLag: 0, consumer: { maxWait: 20 } };
    const one = await app.start(counting(), { stateDirectory: app.stateFolder('one'), ...settings });
    await app.send('in', ...keys.map((key) => ({ key, value: 'v', partition: partitionOf(Buffer.from(key), 2) })));
    await until(async () => (await app.valueOf(one, 'counts', keys.at(-1)!)) === 1);
    const { lines, logger } = keptLog();
    const two = app.create(counting(), { stateDirectory: app.stateFolder('two'), logger, ...settings });
    const records: number[] = [];
    two.onRestore(({ kind, records: read }) => {
      if (kind === 'end') records.push(read);
    });
    await two.start();
    await until(() => two.state === 'RUNNING' && active(two).length === 1 && active(one).length === 1);
    const tasksOf = lines.filter((line) => line.includes('generation')).map((line) => line.replace(/^.*?: .*?: /, ''));
    expect(lines.filter((line) => line.includes('has caught up'))).toHaveLength(1);
    expect(tasksOf[0]).toMatch(/^no tasks, standby tasks 0_[01]$/);
    expect(tasksOf.at(-1)).toMatch(/^tasks 0_[01]$/);
    expect(records).toEqual([0]);
  });

  it('moves though the leader has found that the copy was behind when it told that it had caught up', async () => {
    const settings = { acceptableRecoveryLag: 0, heartbeatInterval: 200, commitInterval: 20, consumer: { maxWait: 20 } };
    const rows = keys.map((key) => ({ key, value: 'v', partition: partitionOf(Buffer.from(key), 2) }));
    const one = await app.start(counting(), { stateDirectory: app.stateFolder('one'), ...settings });
    await app.send('in', ...rows);
    await until(async () => (await app.valueOf(one, 'counts', keys.at(-1)!)) === 1);
    const { lines, logger } = keptLog();
    let sent: Promise<unknown> | undefined;
    const info = (line: string) => {
      logger.info(line);
      // The member has joined again by the time that the changelog has these.
      if (line.includes('has caught up')) sent ??= app.send('in', ...rows);
    };
    const two = app.create(counting(), { stateDirectory: app.stateFolder('two'), logger: { ...logger, info }, ...settings });
    await two.start();
    await until(() => two.state === 'RUNNING' && active(two).length === 1 && active(one).length === 1);
    await sent;
    expect(lines.filter((line) => line.includes('has caught up')).length).toBeGreaterThan(1);
  });
});
