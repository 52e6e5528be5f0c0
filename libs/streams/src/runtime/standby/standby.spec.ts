import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  partitionOf,
  StreamsBuilder,
  Stores,
  type KafkaStreams,
  type KeyValueStoreView,
  type RestoreEvent,
  type Topology,
} from '../../index.js';
import { EmbeddedApp, text, until } from '../../embedded-app.spec-support.js';

/** Counts the records of each key. */
function counting(): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream('in', text)
    .groupByKey()
    .count({ materialized: { store: 'counts', caching: false } });
  return builder.build();
}

/** As `counting`, with a store that lives in memory. */
function countingInMemory(): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream('in', text)
    .groupByKey()
    .count({ materialized: { store: Stores.inMemoryKeyValueStore('counts'), caching: false } });
  return builder.build();
}

describe('standby tasks', () => {
  const app = EmbeddedApp.use({ topic: 'in', partitions: 2 });

  const keys = Array.from({ length: 100 }, (_, i) => `key-${i}`);
  const instance = (name: string, topology: Topology, config: Record<string, unknown> = {}) =>
    app.start(topology, { stateDirectory: app.stateFolder(name), numStandbyReplicas: 1, consumer: { maxWait: 20 }, ...config });
  const active = (streams: KafkaStreams) => streams.status().tasks.map(({ id }) => id);
  const standby = (streams: KafkaStreams) => streams.status().standbys.map(({ id }) => id);
  const isCaughtUp = (streams: KafkaStreams) => streams.status().standbys.every(({ lag }) => lag === 0);
  const sizes = [0, 1].map((partition) => keys.filter((key) => partitionOf(Buffer.from(key), 2) === partition).length);
  /** Whether the copies have all rows. */
  const isCopied = (streams: KafkaStreams) =>
    streams.status().standbys.every(({ id, stores }) => stores.some(({ position }) => position >= sizes[Number(id.at(-1))]!));
  const settled = async (all: readonly KafkaStreams[], each: number) => {
    await until(() => all.every((one) => one.state === 'RUNNING' && active(one).length === each && standby(one).length === each));
    await until(() => all.every(isCaughtUp));
  };
  const fill = () => app.send('in', ...keys.map((key) => ({ key, value: 'v', partition: partitionOf(Buffer.from(key), 2) })));

  /** The keys that one of the instances has counted once. */
  const countsIn = async (all: readonly KafkaStreams[]) => {
    const counts = await Promise.all(all.flatMap((streams) => keys.map((key) => app.valueOf<number>(streams, 'counts', key))));
    return counts.filter((count) => count === 1);
  };

  it.each([
    ['in the state directory', counting, {}],
    ['in memory', countingInMemory, {}],
    ['of a task that processes exactly once', counting, { processingGuarantee: 'exactly_once_v2' }],
  ])('go on without a restore where their active task ended, with a store %s', async (_, topology, config) => {
    const one = await instance('one', topology(), config);
    const two = await instance('two', topology(), config);
    await settled([one, two], 1);
    await fill();
    await until(async () => (await countsIn([one, two])).length === 100);
    await until(() => isCopied(one) && isCopied(two) && isCaughtUp(one));
    const restores: RestoreEvent[] = [];
    one.onRestore((event) => restores.push(event));
    await two.close();
    await until(() => one.state === 'RUNNING' && active(one).length === 2);
    expect(await countsIn([one])).toHaveLength(100);
    const [end] = restores.filter(({ kind }) => kind === 'end');
    expect(end).toMatchObject({ store: 'counts', records: 0 });
    expect(end!.resumedAt).toBeGreaterThanOrEqual(sizes[Number(end!.taskId.at(-1))]!);
  });

  it('are never beside their active task, and one instance alone has none', async () => {
    const one = await instance('one', counting());
    await until(() => one.state === 'RUNNING');
    expect([active(one), standby(one)]).toEqual([['0_0', '0_1'], []]);
    const two = await instance('two', counting());
    await settled([one, two], 1);
    expect(standby(one)).toEqual(active(two));
    expect(standby(two)).toEqual(active(one));
  });

  it('take over when the session of their active task is over, though its instance did not leave', async () => {
    const one = await instance('one', counting(), { sessionTimeout: 1_000 });
    const two = await instance('two', counting(), { sessionTimeout: 1_000 });
    await settled([one, two], 1);
    await fill();
    await until(async () => (await countsIn([one, two])).length === 100);
    await until(() => isCopied(one) && isCopied(two));
    const restored: number[] = [];
    one.onRestore(({ kind, records }) => {
      if (kind === 'end') restored.push(records);
    });
    await two.close({ membership: 'remain' });
    expect(active(one)).toHaveLength(1);
    await until(() => one.state === 'RUNNING' && active(one).length === 2);
    expect(await countsIn([one])).toHaveLength(100);
    expect(restored).toEqual([0]);
  });

  it('are read where a view is asked for stale rows, with their lag', async () => {
    const one = await instance('one', counting());
    const two = await instance('two', counting());
    await settled([one, two], 1);
    await fill();
    await until(async () => (await countsIn([one, two])).length === 100);
    await until(() => isCopied(one));
    const view = one.store('counts') as KeyValueStoreView<string, number>;
    const answers = await Promise.all(keys.map((key) => view.get(key, { stale: true })));
    expect(answers.every(({ value, lag }) => value === 1 && lag === 0)).toBe(true);
    expect(await countsIn([one])).not.toHaveLength(100);
    const scanned: string[] = [];
    const scan = view.all({ stale: true });
    for await (const [key] of scan) scanned.push(key);
    expect(await scan.lag()).toBe(0);
    expect(scanned.sort()).toEqual([...keys].sort());
  });

  it('show how far they are behind', async () => {
    const one = await instance('one', counting());
    const two = await instance('two', counting());
    await settled([one, two], 1);
    const lags = () => one.metrics.collect().find(({ name }) => name === 'ouzel_standby_lag_records')!.samples;
    const kinds = one.metrics.collect().find(({ name }) => name === 'ouzel_tasks')!.samples;
    expect(kinds).toContainEqual({ labels: { kind: 'standby' }, value: 1 });
    expect(lags()).toEqual([{ labels: { store: 'counts', partition: standby(one)[0]!.slice(2) }, value: 0 }]);
    expect(one.status().standbys).toEqual([
      { id: standby(one)[0], state: 'RUNNING', isWarmUp: false, lag: 0, stores: [{ name: 'counts', position: 0, end: 0, lag: 0 }] },
    ]);
  });

  it.each([
    ['nothing where nothing is committed', 60_000, 0],
    ['all of it where all is committed', 50, 1],
  ])('follow of a source topic that serves as changelog %s', async (_, commitInterval, copied) => {
    const config = { optimization: 'all', commitInterval } as const;
    const builder = new StreamsBuilder(config);
    builder
      .table('table', { ...text, materialized: { store: 'rows', caching: false } })
      .toStream()
      .to('out');
    await app.createTopics({ topic: 'table', partitions: 2 }, 'out');
    const one = await instance('one', builder.build(), config);
    const two = await instance('two', builder.build(), config);
    await settled([one, two], 1);
    await app.send('table', ...keys.map((key) => ({ key, value: 'v', partition: partitionOf(Buffer.from(key), 2) })));
    const rowsIn = async (streams: KafkaStreams) =>
      (await Promise.all(keys.map((key) => app.valueOf<string>(streams, 'rows', key)))).filter((row) => row === 'v').length;
    await until(async () => (await rowsIn(one)) + (await rowsIn(two)) === 100);
    const position = copied * sizes[Number(standby(one)[0]!.at(-1))]!;
    await until(() => one.status().standbys[0]!.stores[0]!.position === position);
    expect(one.status().standbys[0]).toMatchObject({ lag: 0, stores: [{ name: 'rows', position, end: position, lag: 0 }] });
  });

  it('begin again from the changelog where their state is damaged', async () => {
    const one = await instance('one', counting());
    const two = await instance('two', counting());
    await settled([one, two], 1);
    await fill();
    await until(async () => (await countsIn([one, two])).length === 100);
    await until(() => isCopied(one));
    const [folder] = (await readdir(join(app.stateFolder('one'), 'app'))).filter((name) => name.endsWith(standby(one)[0]!.slice(1)));
    await one.close();
    const path = join(app.stateFolder('one'), 'app', folder!);
    for (const file of await readdir(path)) if (/^(MANIFEST|.*log|.*ldb)/.test(file)) await writeFile(join(path, file), 'damage');
    const again = await instance('one', counting());
    await settled([again, two], 1);
    expect(again.status().standbys[0]!.stores[0]!.position).toBeGreaterThan(0);
    const view = again.store('counts') as KeyValueStoreView<string, number>;
    const answers = await Promise.all(keys.map((key) => view.get(key, { stale: true })));
    expect(answers.every(({ value }) => value === 1)).toBe(true);
  });
});
