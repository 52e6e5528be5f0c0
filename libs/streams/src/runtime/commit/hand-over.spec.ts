import { EmbeddedApp, gate, text, until } from '../../embedded-app.spec-support.js';
import { partitionOf, StreamsBuilder, type KafkaStreams } from '../../index.js';

describe('a task that is given up between two commits', () => {
  const app = EmbeddedApp.use({ topic: 'in', partitions: 2 }, 'out');
  /** A key of each partition. */
  const keys = [0, 1].map((partition) => ['a', 'b', 'c', 'd', 'e', 'f'].find((key) => partitionOf(Buffer.from(key), 2) === partition)!);
  const send = () => app.send('in', ...keys.map((key, partition) => ({ key, value: 'v', partition })));
  const counts = (streams: KafkaStreams) => Promise.all(keys.map((key) => app.valueOf<number>(streams, 'counts', key)));

  it.each(['at_least_once', 'exactly_once_v2'])(
    'writes what it holds back, and the other instance goes on behind it (%s)',
    async (mode) => {
      const config = { processingGuarantee: mode, commitInterval: '1h', acceptableRecoveryLag: 1_000 };
      const builder = new StreamsBuilder();
      builder
        .stream('in', text)
        .groupByKey()
        .count({ materialized: { store: 'counts' } })
        .toStream()
        .mapValues(String)
        .to('out', text);
      const topology = builder.build();
      const one = await app.started(topology, config);
      await send();
      await until(async () => (await counts(one)).join() === '1,1');
      expect([await app.size('out'), await app.committed('in')]).toEqual([0, -1]);
      const two = await app.start(topology, { ...config, stateDirectory: app.stateFolder('two') });
      await until(() => [one, two].every((client) => client.state === 'RUNNING' && client.status().tasks.length === 1));
      await one.close();
      await until(() => two.state === 'RUNNING' && two.status().tasks.length === 2);
      await send();
      await until(async () => (await counts(two)).join() === '2,2');
      await two.close();
      expect((await app.values('out', 4)).sort()).toEqual(['1', '1', '2', '2']);
    },
  );
});

describe('a task that is given up while a commit is under way', () => {
  const app = EmbeddedApp.use({ topic: 'in', partitions: 2 }, 'other');

  it('commits what it did meanwhile before another instance gets it', async () => {
    const seen: string[] = [];
    const builder = () => {
      const built = new StreamsBuilder();
      built
        .stream('in', text)
        .peek((value) => void seen.push(value))
        .groupByKey()
        .count({ materialized: { store: 'counts' } });
      return built.build();
    };
    const held = gate();
    let isHeld = false;
    const kafka = app.slowKafka(async () => {
      if (seen.length < 2) return;
      isHeld = true;
      await held.promise;
    });
    const one = await app.started(builder(), { kafka });
    await app.send('in', { value: 'a' }, { value: 'b', partition: 1 });
    await until(() => isHeld && seen.length === 2);
    await app.send('in', { value: 'c' }, { value: 'd', partition: 1 });
    await until(() => seen.length === 4);
    const two = await app.start(builder(), { stateDirectory: app.stateFolder('two') });
    await until(() => one.status().tasks.length === 1);
    held.open();
    await until(() => one.state === 'RUNNING' && two.state === 'RUNNING' && two.status().tasks.length === 1);
    await app.send('in', { value: 'e' }, { value: 'f', partition: 1 });
    await until(() => seen.includes('e') && seen.includes('f'));
    expect(seen).toHaveLength(6);
  });

  it('commits what it did after it had prepared itself for the next commit', async () => {
    const asked = gate();
    const seen: string[] = [];
    const builder = new StreamsBuilder();
    builder.stream('in', text).process(() => ({
      process({ value }) {
        seen.push(value);
        return value === 'asks' ? asked.promise : undefined;
      },
    }));
    builder.stream('other', text).peek((value) => void seen.push(value), { name: 'other' });
    const held = gate();
    let isHeld = false;
    const kafka = app.slowKafka(async () => {
      if (!seen.includes('x')) return;
      isHeld = true;
      await held.promise;
    });
    const streams = await app.started(builder.build(), { kafka });
    await app.sendValues('in', 'asks');
    await until(() => seen.includes('asks'));
    await app.sendValues('other', 'x');
    await until(() => isHeld);
    asked.open();
    await app.sendValues('in', 'a');
    await until(() => seen.includes('a'));
    const closed = streams.close({ timeout: '5s' });
    held.open();
    await closed;
    expect(await app.committed('in')).toBe(2);
  });
});
