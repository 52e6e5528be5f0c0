import { EmbeddedApp, keptLog, text, until } from '../../embedded-app.spec-support.js';
import { StreamsBuilder, timestamps, tumbling, type DroppedRecord, type KafkaStreams } from '../../index.js';

const hour = 3_600_000;
const day = 24 * hour;
const year = 365 * day;
/** Lets a topic take records whose time is far ahead. */
const topicConfig = { 'message.timestamp.after.max.ms': String(Number.MAX_SAFE_INTEGER) };
const anyTime = (topic: string) => ({ topic, config: topicConfig });

const counted = (streams: KafkaStreams, metric: string) =>
  streams.metrics
    .collect()
    .find(({ name }) => name === metric)!
    .samples.reduce((sum, { value }) => sum + value, 0);

describe('Stream time that jumps', () => {
  const app = EmbeddedApp.use(anyTime('in'), anyTime('in-again'));
  const start = (config: Record<string, unknown> = {}) => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(tumbling('1m'))
      .count({ materialized: { store: 'minutes' } });
    return app.started(builder.build(), { topicConfig, ...config });
  };
  const processed = (streams: KafkaStreams, count: number) => until(() => counted(streams, 'ouzel_records_processed_total') === count);

  it('is logged once with the record, both times and what follows time, and counted', async () => {
    const { logger, lines } = keptLog();
    const streams = await start({ logger });
    const now = Date.now();
    const ahead = now + 36 * year;
    await app.send('in', ...[now, now + 1, ahead, ahead + 1].map((timestamp) => ({ value: 'a', timestamp })));
    await processed(streams, 4);
    const [from, to] = [now + 1, ahead].map((time) => new Date(time).toISOString());
    expect(lines.filter((line) => line.includes('stream time'))).toEqual([
      `warn: task 0_0: stream time jumps from ${from} by 13140d to ${to}, at in-0@2: ` +
        'windows and rows that end before it are final or deleted (minutes), records before it may be late. ' +
        "Where a producer's clock is wrong, bound the time of the source: timestamps.within({ future: '1h' }).",
    ]);
    expect(counted(streams, 'ouzel_stream_time_jumps_total')).toBe(1);
  });

  it('is said of the first record when it is ahead of the clock, and not when it is old', async () => {
    const { logger, lines } = keptLog();
    const old = await start({ logger });
    await app.send('in', { value: 'a', timestamp: 5 });
    await processed(old, 1);
    expect(counted(old, 'ouzel_stream_time_jumps_total')).toBe(0);
    await old.close();

    const builder = new StreamsBuilder();
    builder.stream('in-again', text).process(() => ({ process() {} }));
    const ahead = await app.started(builder.build(), { logger, applicationId: 'again', stateDirectory: app.stateFolder('again') });
    await app.send('in-again', { value: 'a', timestamp: Date.now() + year });
    await processed(ahead, 1);
    expect(lines.filter((line) => line.includes('stream time'))).toEqual([
      expect.stringMatching(
        /^warn: task 0_0: stream time begins ahead of the clock by 36[45]d to .*, at in-again-0@0: records before it may be late\./,
      ),
    ]);
  });

  it('is known across a restart, and has the bound that the setting says', async () => {
    const first = await start();
    const now = Date.now();
    await app.send('in', { value: 'a', timestamp: now - 3 * hour });
    await until(async () => (await app.committed('in')) === 1);
    await first.close();
    const second = await start({ streamTimeJumpWarning: '1h' });
    await app.send('in', { value: 'a', timestamp: now - hour }, { value: 'a', timestamp: now });
    await processed(second, 2);
    expect(counted(second, 'ouzel_stream_time_jumps_total')).toBe(1);
  });

  it('is not looked for where the bound is infinite', async () => {
    const streams = await start({ streamTimeJumpWarning: Infinity });
    await app.send('in', { value: 'a', timestamp: 0 }, { value: 'a', timestamp: 100 * year });
    await processed(streams, 2);
    expect(counted(streams, 'ouzel_stream_time_jumps_total')).toBe(0);
  });
});

describe('An extractor with bounds', () => {
  const app = EmbeddedApp.use(anyTime('in'), anyTime('out'));

  it('drops records that are too far ahead or behind: told, counted and logged once, and time stays', async () => {
    const { logger, lines } = keptLog();
    const dropped: string[] = [];
    const onDropped = ({ reason, offset, value, node }: DroppedRecord) =>
      void dropped.push(`${reason} ${offset} ${String(value)} by ${node}`);
    const builder = new StreamsBuilder();
    builder.stream('in', { ...text, name: 'source', timestamp: timestamps.within({ future: '1h', past: '1d' }) }).to('out', text);
    const streams = await app.started(builder.build(), { logger, onDropped });
    const now = Date.now();
    const times = [now, now + 36 * year, now + 2 * hour, now - 2 * day, now + hour / 2];
    await app.send('in', ...times.map((timestamp, i) => ({ value: `v${i}`, timestamp })));
    expect(await app.values('out', 2)).toEqual(['v0', 'v4']);
    expect(dropped).toEqual([1, 2, 3].map((offset) => `timestamp-out-of-bounds ${offset} v${offset} by source`));
    expect(lines.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringMatching(/^warn: task 0_0: in-0@1 is dropped: its time is 13140d ahead of the clock/),
    ]);
    expect(streams.status().tasks[0]!.streamTime).toBe(now + hour / 2);
    await until(async () => (await app.committed('in')) === 5);
  });

  it('bounds the time of another extractor, which may bound it too', async () => {
    const ofValue = timestamps.within<string, string>({ past: '1d', extractor: ({ value }) => Number(value) });
    const builder = new StreamsBuilder();
    builder.stream('in', { ...text, timestamp: timestamps.within({ future: '1h', extractor: ofValue }) }).to('out', text);
    const dropped: string[] = [];
    await app.started(builder.build(), { onDropped: ({ reason }: DroppedRecord) => void dropped.push(reason) });
    const now = Date.now();
    await app.sendValues('in', String(now - 2 * day), String(now + year), '-1', String(now));
    expect(await app.values('out', 1)).toEqual([String(now)]);
    expect(dropped).toEqual(['timestamp-out-of-bounds', 'timestamp-out-of-bounds', 'invalid-timestamp']);
  });

  it('may be the default of all sources, and the wall clock may be bounded', async () => {
    const builder = new StreamsBuilder();
    builder.stream('in', text).to('out', text);
    await app.started(builder.build(), {
      defaultTimestampExtractor: timestamps.within({ future: 0, past: 0, extractor: timestamps.wallClock }),
    });
    await app.send('in', { value: 'a', timestamp: Date.now() + year });
    expect(await app.values('out', 1)).toEqual(['a']);
  });

  it.each([
    [{}, /has no bounds/],
    [{ future: -1 }, /future of timestamps.within must not be negative/],
    [{ past: 'long' as '1d' }, /"long" is not a duration at past of timestamps.within/],
  ])('refuses bounds that are none: %p', (bounds, message) => {
    expect(() => timestamps.within(bounds)).toThrow(message);
  });

  it('keeps the rows of a table with a ttl', async () => {
    const builder = new StreamsBuilder();
    builder.table('in', { ...text, timestamp: timestamps.within({ future: '1h' }), materialized: { store: 'rows', ttl: '90d' } });
    const streams = await app.started(builder.build());
    const now = Date.now();
    await app.send('in', { key: 'a', value: '1', timestamp: now }, { key: 'b', value: '2', timestamp: now + 36 * year });
    await app.send('in', { key: 'c', value: '3', timestamp: now + 1 });
    await until(async () => (await app.valueOf(streams, 'rows', 'c')) === '3');
    expect([await app.valueOf(streams, 'rows', 'a'), await app.valueOf(streams, 'rows', 'b')]).toEqual(['1', null]);
  });
});
