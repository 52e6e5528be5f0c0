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
    const reports = () => lines.filter((line) => line.includes('has caught up')).length;
    // The changelog grows between what the member tells and what the leader finds.
    let isLoaded = true;
    const load = async () => {
      for (let i = 0; isLoaded; i++) {
        await app.send('in', rows[i % rows.length]!);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const loaded = load();
    const two = app.create(counting(), { stateDirectory: app.stateFolder('two'), logger, ...settings });
    await two.start();
    const hasMoved = () => two.state === 'RUNNING' && active(two).length === 1 && active(one).length === 1;
    await until(() => reports() > 1 || hasMoved());
    isLoaded = false;
    await loaded;
    await until(hasMoved);
    expect(reports()).toBeGreaterThan(1);
  });
});
