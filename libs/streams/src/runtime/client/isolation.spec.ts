import type { TransactionalProducer } from '@ouzel/kafka';
import { Headers, StreamsBuilder, type KafkaStreams, type TopologyConfig } from '../../index.js';
import { EmbeddedApp, text, until } from '../../embedded-app.spec-support.js';

describe('a client that reads committed records only', () => {
  const app = EmbeddedApp.use('booking', 'booking-copy', 'price');
  let upstream: TransactionalProducer;

  beforeEach(async () => {
    upstream = app.createProducer('desk');
    await upstream.initTransactions();
  });

  const write = (topic: string, values: readonly (readonly [key: string, value: string])[]) => {
    for (const [key, value] of values)
      upstream.send({ topic, partition: 0, key: Buffer.from(key), value: Buffer.from(value), timestamp: 1, headers: Headers.empty });
    return upstream.flush();
  };
  const transaction = async (topic: string, outcome: 'commit' | 'abort', ...values: readonly (readonly [string, string])[]) => {
    upstream.beginTransaction();
    await write(topic, values);
    await (outcome === 'commit' ? upstream.commitTransaction() : upstream.abortTransaction());
  };
  const counts = () => {
    const builder = new StreamsBuilder();
    builder
      .stream('booking', text)
      .groupByKey()
      .count({ materialized: { store: 'bookings' } });
    return builder.build();
  };
  const bookings = (streams: KafkaStreams, ...keys: readonly string[]) =>
    Promise.all(keys.map((key) => app.valueOf<number>(streams, 'bookings', key)));
  const lag = (streams: KafkaStreams) => streams.status().tasks.flatMap(({ partitions }) => partitions.map((input) => input.lag));

  it.each<TopologyConfig>([{ isolation: 'read_committed' }, { 'isolation.level': 'READ_COMMITTED' }])(
    'counts nothing that was rolled back (%j)',
    async (setting) => {
      await transaction('booking', 'abort', ['7', 'a'], ['8', 'b'], ['7', 'c']);
      await transaction('booking', 'commit', ['7', 'd'], ['9', 'e']);
      await transaction('booking', 'abort', ['9', 'f']);
      const streams = await app.started(counts(), setting);
      await until(async () => (await bookings(streams, '7', '8', '9')).join() === '1,,1');
      await until(() => lag(streams).join() === '0');
    },
  );

  it('would count it where nothing is asked for, as in Kafka', async () => {
    await transaction('booking', 'abort', ['7', 'a']);
    const streams = await app.started(counts());
    await until(async () => (await bookings(streams, '7'))[0] === 1);
  });

  it('waits behind an open transaction without a lag, and reads on when it has ended', async () => {
    await app.send('booking', { key: '7', value: 'plain' });
    upstream.beginTransaction();
    await write('booking', [['7', 'open']]);
    await app.send('booking', { key: '7', value: 'behind it' });
    const streams = await app.started(counts(), { isolation: 'read_committed' });
    await until(async () => (await bookings(streams, '7'))[0] === 1 && lag(streams).join() === '0');
    await upstream.abortTransaction();
    await until(async () => (await bookings(streams, '7'))[0] === 2);
  });

  it('keeps aborted rows out of tables whose source topic is their changelog, restored ones too', async () => {
    const table = () => {
      const builder = new StreamsBuilder();
      builder.table('price', { ...text, materialized: { store: 'prices' } });
      return builder.build({ optimization: 'all' });
    };
    await transaction('price', 'commit', ['coffee', '3'], ['tea', '2']);
    await transaction('price', 'abort', ['coffee', '99'], ['milk', '1']);
    const price = async (streams: KafkaStreams) =>
      (await Promise.all(['coffee', 'tea', 'milk'].map((key) => app.valueOf<string>(streams, 'prices', key)))).join();
    const first = await app.started(table(), { isolation: 'read_committed' });
    await until(async () => (await price(first)) === '3,2,');
    await first.close();
    const second = await app.started(table(), { isolation: 'read_committed', stateDirectory: app.stateFolder('another') });
    expect(await price(second)).toBe('3,2,');
    expect(second.status().restore.total).toBeGreaterThan(0);
  });

  it('keeps them out of global tables, and does not wait for an open transaction to fill them', async () => {
    const builder = new StreamsBuilder();
    builder.globalTable('price', { ...text, materialized: { store: 'prices' } });
    builder.stream('booking', text).to('booking-copy', text);
    await transaction('price', 'abort', ['coffee', '99']);
    await transaction('price', 'commit', ['coffee', '3']);
    upstream.beginTransaction();
    await write('price', [['coffee', '4']]);
    const streams = await app.started(builder.build(), { isolation: 'read_committed' });
    expect(await app.valueOf(streams, 'prices', 'coffee')).toBe('3');
    await upstream.commitTransaction();
    await until(async () => (await app.valueOf(streams, 'prices', 'coffee')) === '4');
  });
});
