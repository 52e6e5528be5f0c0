import { EmbeddedApp, keptLog, text, until } from '../../embedded-app.spec-support.js';
import { Headers, StreamsBuilder, type KafkaStreams, type Topology } from '../../index.js';

describe('source topics that change while the application runs', () => {
  const app = EmbeddedApp.use({ topic: 'meter', partitions: 2 }, 'out');
  let seen: string[];

  beforeEach(() => {
    seen = [];
  });

  const reads = (topics: string | RegExp): Topology => {
    const builder = new StreamsBuilder();
    builder.stream(topics, text).peek((value) => void seen.push(value));
    return builder.build();
  };
  const counts = (topics: string | RegExp): Topology => {
    const builder = new StreamsBuilder();
    builder
      .stream(topics, text)
      .groupByKey()
      .count({ materialized: { store: 'counts' } });
    return builder.build();
  };
  const start = (topology: Topology, config: Record<string, unknown> = {}) => app.started(topology, { metadataMaxAge: 50, ...config });
  const inputsOf = (streams: KafkaStreams) =>
    streams
      .status()
      .tasks.flatMap(({ partitions }) => partitions.map(({ topic, partition, lag }) => `${topic}-${partition} lag ${lag}`))
      .sort();
  const has = (...values: readonly string[]) => until(() => [...seen].sort().join() === [...values].sort().join());

  it('are read on in partitions that they are given, once, with lag and status', async () => {
    const streams = await start(reads('meter'), { metadataMaxAge: undefined, 'metadata.max.age.ms': 50 });
    await app.send('meter', { value: 'old 0' }, { value: 'old 1', partition: 1 });
    await has('old 0', 'old 1');
    await app.driver.admin.addPartitions('meter', 4);
    await app.send('meter', { value: 'new 2', partition: 2 }, { value: 'new 3', partition: 3 });
    await has('old 0', 'old 1', 'new 2', 'new 3');
    await until(() => inputsOf(streams).join() === 'meter-0 lag 0,meter-1 lag 0,meter-2 lag 0,meter-3 lag 0');
    expect(streams.status().tasks.map(({ id }) => id)).toEqual(['0_0', '0_1', '0_2', '0_3']);
  });

  it('are shared out anew over all instances, whichever of them leads', async () => {
    const one = await start(reads('meter'), { metadataMaxAge: '1h' });
    const two = await start(reads('meter'), { stateDirectory: app.stateFolder('two') });
    await app.driver.admin.addPartitions('meter', 4);
    await until(() => inputsOf(one).length === 2 && inputsOf(two).length === 2);
    await app.send('meter', ...[0, 1, 2, 3].map((partition) => ({ value: `p${partition}`, partition })));
    await has('p0', 'p1', 'p2', 'p3');
  });

  it('end the application with a named error where a changelog does not fit their partitions any more', async () => {
    const streams = await start(counts('meter'));
    await app.driver.admin.addPartitions('meter', 3);
    await until(() => streams.state === 'ERROR');
    expect(streams.status().failure).toMatchObject({ code: 'OUZEL_TOPIC_MISCONFIGURED' });
    expect(streams.status().failure?.message).toContain('app-counts-changelog: the internal topic has 2 partitions, the topology needs 3');
  });

  it('end it where a repartition topic does not fit, and where joined topics no longer do', async () => {
    const rekeyed = new StreamsBuilder();
    rekeyed
      .stream('meter', text)
      .selectKey((value) => value)
      .repartition({ name: 'again', ...text })
      .to('out', text);
    const one = await start(rekeyed.build());
    const joined = new StreamsBuilder();
    await app.createTopics({ topic: 'rate', partitions: 2 });
    joined
      .stream('meter', text)
      .join(joined.table('rate', text), (left, right) => left + right)
      .to('out', text);
    const two = await start(joined.build(), { applicationId: 'joined', stateDirectory: app.stateFolder('two') });
    await app.driver.admin.addPartitions('meter', 3);
    await until(() => one.state === 'ERROR' && two.state === 'ERROR');
    expect(one.status().failure).toMatchObject({ code: 'OUZEL_TOPIC_MISCONFIGURED' });
    expect(two.status().failure).toMatchObject({ code: 'OUZEL_COPARTITION' });
  });

  it('are found by a pattern when they come, and the tasks that read others keep what they have done', async () => {
    const streams = await start(reads(/meter(-\d)?/));
    await app.send('meter', { value: 'first' });
    await has('first');
    await app.createTopics({ topic: 'meter-1', partitions: 3 });
    await app.send('meter-1', ...[0, 1, 2].map((partition) => ({ value: `later ${partition}`, partition })));
    await has('first', 'later 0', 'later 1', 'later 2');
    expect(inputsOf(streams).map((input) => input.split(' ')[0])).toEqual(['meter-0', 'meter-1', 'meter-1-0', 'meter-1-1', 'meter-1-2']);
  });

  it('are waited for where a pattern matches none: status says so, and they are read when they come', async () => {
    const streams = await app.start(reads(/house-.*/), { metadataMaxAge: 50 });
    await until(() => streams.status().patternsWithoutTopic.join() === '/house-.*/');
    expect(streams.state).toBe('REBALANCING');
    await app.createTopics('house-1');
    await app.sendValues('house-1', 'read');
    await has('read');
    await until(() => streams.state === 'RUNNING');
    expect(streams.status().patternsWithoutTopic).toEqual([]);
  });

  it('are waited for beside those that are there: the client runs, and names the pattern', async () => {
    const builder = new StreamsBuilder();
    builder.stream('meter', text).peek((value) => void seen.push(value));
    builder.stream(/house-.*/, text).peek((value) => void seen.push(value));
    const streams = await start(builder.build());
    expect([streams.state, streams.status().patternsWithoutTopic]).toEqual(['RUNNING', ['/house-.*/']]);
    await app.createTopics('house-1');
    await until(() => streams.status().patternsWithoutTopic.length === 0);
  });

  it('get the repartition topics and changelogs behind a pattern when the first one comes', async () => {
    const builder = new StreamsBuilder();
    builder
      .stream(/house-.*/, text)
      .selectKey((value) => value)
      .groupByKey({ name: 'by-value', ...text })
      .count({ materialized: { store: 'counts' } });
    const streams = await app.start(builder.build(), { metadataMaxAge: 50 });
    await until(() => streams.status().patternsWithoutTopic.length === 1);
    await app.createTopics({ topic: 'house-1', partitions: 3 });
    await app.sendValues('house-1', 'x');
    await until(async () => (await app.valueOf(streams, 'counts', 'x')) === 1);
    expect((await app.driver.admin.topics(['app-counts-changelog'])).get('app-counts-changelog')?.partitions).toBe(3);
  });

  it('may be deleted where a pattern matched them: the others are read on', async () => {
    await app.createTopics({ topic: 'meter-1', partitions: 2 });
    const streams = await start(reads(/meter.*/), { metadataMaxAge: '1h' });
    await app.send('meter', { value: 'a' });
    await app.send('meter-1', { value: 'b' });
    await has('a', 'b');
    await app.driver.admin.deleteTopics(['meter-1']);
    await app.send('meter', { value: 'c', partition: 1 });
    await until(
      () =>
        inputsOf(streams)
          .map((input) => input.split(' ')[0])
          .join() === 'meter-0,meter-1',
    );
    await app.send('meter', { value: 'd' }, { value: 'e', partition: 1 });
    await has('a', 'b', 'c', 'd', 'e');
    await until(() => streams.state === 'RUNNING');
    await until(async () => (await app.committed('meter')) === 2);
  });

  it('may be deleted and created again: the application reads the new one from its beginning', async () => {
    const streams = await start(reads('meter'), { metadataMaxAge: '1h' });
    await app.send('meter', { value: 'a' }, { value: 'b' });
    await has('a', 'b');
    await app.driver.admin.deleteTopics(['meter']);
    await app.createTopics({ topic: 'meter', partitions: 2 });
    await app.send('meter', { value: 'c' }, { value: 'd' }, { value: 'e' });
    await has('a', 'b', 'c', 'd', 'e');
    await until(() => inputsOf(streams).join() === 'meter-0 lag 0,meter-1 lag 0');
  });

  it('are created again where they are repartition topics, and read on', async () => {
    const builder = new StreamsBuilder();
    builder
      .stream('meter', text)
      .selectKey((value) => value)
      .repartition({ name: 'again', ...text })
      .peek((value) => void seen.push(value));
    await start(builder.build(), { metadataMaxAge: '1h' });
    await app.send('meter', { value: 'a' });
    await has('a');
    await app.driver.admin.deleteTopics(['app-again-repartition']);
    await until(async () => (await app.driver.admin.topics(['app-again-repartition'])).size === 1);
    await app.send('meter', { value: 'b' });
    await has('a', 'b');
  });

  it('end every instance with a named error when a topic that is read by name is deleted', async () => {
    const { lines, logger } = keptLog();
    const one = await start(reads('meter'), { metadataMaxAge: '1h', logger });
    const two = await start(reads('meter'), { metadataMaxAge: '1h', stateDirectory: app.stateFolder('two') });
    await until(() => inputsOf(one).length === 1 && inputsOf(two).length === 1);
    await app.driver.admin.deleteTopics(['meter']);
    await until(() => one.state === 'ERROR' && two.state === 'ERROR');
    for (const streams of [one, two]) {
      expect(streams.status().failure).toMatchObject({ code: 'OUZEL_TOPIC_MISSING' });
      expect(streams.status().failure?.message).toContain('source KSTREAM-SOURCE-0000000000: topic "meter" does not exist');
    }
    expect(lines.filter((line) => line.startsWith('error: ')).join()).toContain('app stops: OUZEL_TOPIC_MISSING');
  });

  it('feed global tables from the partitions that they are given', async () => {
    const builder = new StreamsBuilder();
    builder.globalTable('meter', { ...text, materialized: { store: 'meters' } });
    builder.stream('out', text).peek(() => {});
    const streams = await start(builder.build());
    await app.send('meter', { key: 'a', value: '1' });
    await until(async () => (await app.valueOf(streams, 'meters', 'a')) === '1');
    await app.driver.admin.addPartitions('meter', 3);
    await app.send('meter', { key: 'b', value: '2', partition: 2 });
    await until(async () => (await app.valueOf(streams, 'meters', 'b')) === '2');
    await app.send('meter', { key: 'b', value: '3', partition: 2 });
    await until(async () => (await app.valueOf(streams, 'meters', 'b')) === '3');
  });

  it('end the client with a named error when the topic of a global table is deleted', async () => {
    const builder = new StreamsBuilder();
    builder.globalTable('meter', { ...text, materialized: { store: 'meters' } });
    builder.stream('out', text).peek(() => {});
    const streams = await start(builder.build());
    await app.driver.admin.deleteTopics(['meter']);
    await until(() => streams.state === 'ERROR');
    expect(streams.status().failure).toMatchObject({ code: 'OUZEL_TOPIC_MISSING' });
  });
});

describe('sink topics that change while the application runs', () => {
  const app = EmbeddedApp.use('in', 'out');

  it.each([
    ['is deleted', 'out'],
    ['is chosen per record and does not exist', (value: string) => value],
  ] as const)('end the client by name when one %s, whatever handlers say of records', async (_, topic) => {
    const builder = new StreamsBuilder();
    builder.stream('in', text).to(topic, text);
    const streams = await app.started(builder.build(), { processingHandler: 'continue', productionHandler: 'continue' });
    await app.driver.admin.deleteTopics(['out']);
    await app.sendValues('in', 'out');
    await until(() => streams.state === 'ERROR');
    expect(streams.status().failure).toMatchObject({ code: 'OUZEL_TOPIC_MISSING' });
  });

  it('are written to in all partitions that they are given', async () => {
    const builder = new StreamsBuilder();
    builder.stream('in', text).to('out', text);
    await app.started(builder.build(), { metadataMaxAge: 50 });
    await app.send('in', { key: 'a', value: 'before' });
    await until(async () => (await app.size('out')) === 1);
    await app.driver.admin.addPartitions('out', 8);
    const ends = async () => {
      const places = Array.from({ length: 8 }, (_, partition) => ({ topic: 'out', partition }));
      return (await app.driver.admin.listOffsets(places, 'latest', 'read_uncommitted')).filter(({ offset }) => offset > 0).length;
    };
    const keys = Array.from({ length: 40 }, (_, i) => ({ key: `key ${i}`, value: 'x', headers: Headers.empty }));
    await until(async () => {
      await app.send('in', ...keys);
      return (await ends()) === 8;
    });
  });
});
