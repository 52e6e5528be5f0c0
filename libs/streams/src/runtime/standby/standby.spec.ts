import { partitionOf, StreamsBuilder, Stores, type KafkaStreams, type RestoreEvent, type Topology } from '../../index.js';
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

  const instance = (name: string, topology: Topology, config: Record<string, unknown> = {}) =>
    app.start(topology, { stateDirectory: app.stateFolder(name), numStandbyReplicas: 1, consumer: { maxWait: 20 }, ...config });
  const active = (streams: KafkaStreams) => streams.status().tasks.map(({ id }) => id);
  const standby = (streams: KafkaStreams) => streams.status().standbys.map(({ id }) => id);
  const isCaughtUp = (streams: KafkaStreams) => streams.status().standbys.every(({ lag }) => lag === 0);
  const settled = async (all: readonly KafkaStreams[], each: number) => {
    await until(() => all.every((one) => one.state === 'RUNNING' && active(one).length === each && standby(one).length === each));
    await until(() => all.every(isCaughtUp));
  };
  const keys = Array.from({ length: 100 }, (_, i) => `key-${i}`);
  const fill = () => app.send('in', ...keys.map((key) => ({ key, value: 'v', partition: partitionOf(Buffer.from(key), 2) })));

  it.each([
    ['in the state directory', counting],
    ['in memory', countingInMemory],
  ])('go on without a restore where their active task ended, with a store %s', async (_, topology) => {
    const one = await instance('one', topology());
    const two = await instance('two', topology());
    await settled([one, two], 1);
    await fill();
    const countsIn = (streams: KafkaStreams) => Promise.all(keys.map((key) => app.valueOf<number>(streams, 'counts', key)));
    await until(async () => [...(await countsIn(one)), ...(await countsIn(two))].filter((count) => count === 1).length === 100);
    await until(() => isCaughtUp(one) && isCaughtUp(two));
    const sizes = [0, 1].map((partition) => keys.filter((key) => partitionOf(Buffer.from(key), 2) === partition).length);
    const restores: RestoreEvent[] = [];
    one.onRestore((event) => restores.push(event));
    await two.close();
    await until(() => one.state === 'RUNNING' && active(one).length === 2);
    expect((await countsIn(one)).every((count) => count === 1)).toBe(true);
    const [end] = restores.filter(({ kind }) => kind === 'end');
    expect(end).toMatchObject({ store: 'counts', records: 0, resumedAt: sizes[Number(end!.taskId.at(-1))] });
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
});
