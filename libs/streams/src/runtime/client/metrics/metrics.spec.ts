import { EmbeddedApp, eventually, text, until } from '../../../embedded-app.spec-support.js';
import { metricTable, serdes, StreamsBuilder, tumbling, untilWindowCloses, type KafkaStreams, type Topology } from '../../../index.js';

const keyed = { key: serdes.string, value: serdes.json<string>() };

/** Has a repartition topic, a cached table, a suppression, a punctuator, calls that are tried again, and bad records. */
function everything(): Topology {
  const builder = new StreamsBuilder();
  const input = builder.stream('in', keyed);
  input
    .selectKey((value) => value)
    .groupByKey({ key: serdes.string, value: serdes.json<string>() })
    .count({ materialized: { store: 'counts', caching: true } })
    .toStream()
    .to('out', { key: serdes.string, value: serdes.long });
  input
    .groupByKey(keyed)
    .windowedBy(tumbling('1m'))
    .count({ materialized: { store: 'minutes' } })
    .suppress(untilWindowCloses())
    .toStream()
    .forEach(() => {});
  let attempts = 0;
  input
    .asyncMapValues(
      async (value) => {
        if (value === 'again' && attempts++ === 0) throw new Error('once');
        return value;
      },
      { retry: { attempts: 2, backoff: 1 } },
    )
    .process(() => ({
      init: (context) => {
        context.schedule(10, 'wall-clock-time', () => {});
        context.schedule(10, 'stream-time', () => {});
      },
      process: (record) => {
        if (record.value === 'bad') throw new Error('bad');
      },
    }));
  return builder.build();
}

const familyOf = (streams: KafkaStreams, name: keyof typeof metricTable) =>
  streams.metrics.collect().find((family) => family.name === name)!;
/** The sum of all samples with these labels; of a histogram, how much was observed. */
const value = (streams: KafkaStreams, name: keyof typeof metricTable, labels: Readonly<Record<string, string>> = {}) =>
  familyOf(streams, name)
    .samples.filter(({ suffix }) => suffix === undefined || suffix === '_count')
    .filter((sample) => Object.entries(labels).every(([label, wanted]) => sample.labels[label] === wanted))
    .reduce((sum, sample) => sum + sample.value, 0);

describe('Metrics of a client', () => {
  const app = EmbeddedApp.use('in', 'out', 'letters');
  const config = { deserializationHandler: 'continue', processingHandler: 'continue', deadLetterTopic: 'letters' };
  const send = (...values: readonly string[]) => app.send('in', ...values.map((text) => ({ key: 'k', value: text })));
  const run = async (more: Record<string, unknown> = {}) => {
    const streams = await app.started(everything(), { ...config, ...more });
    await send('"a"', '"a"', '"again"', '"bad"', 'no json');
    await until(() => value(streams, 'ouzel_errors_total') === 2 && value(streams, 'ouzel_retries_total') === 1);
    await until(() => value(streams, 'ouzel_records_consumed_total', { topic: 'app-counts-repartition' }) === 4);
    await until(() => value(streams, 'ouzel_uncommitted_bytes') === 0 && value(streams, 'ouzel_commits_total') > 1);
    return streams;
  };

  it.each([
    ['info', 'at_least_once'],
    ['debug', 'exactly_once_v2'],
  ] as const)('are those of the table and no others, each with its labels, at level %s, %s', async (level, processingGuarantee) => {
    const streams = await run({ metrics: { level }, processingGuarantee });
    const declared = Object.entries(metricTable).filter(([, metric]) => metric.level === 'info' || level === 'debug');
    const families = streams.metrics.collect();
    expect(families.map(({ name, type, help }) => ({ name, type, help }))).toEqual(
      declared.map(([name, { type, help }]) => ({ name, type, help })),
    );
    for (const { name, type, samples } of families) {
      const { labels } = metricTable[name as keyof typeof metricTable];
      for (const sample of samples) {
        const names = Object.keys(sample.labels).filter((label) => !(type === 'histogram' && label === 'le'));
        expect([name, [...names].sort()]).toEqual([name, [...labels].sort()]);
        expect(Number.isFinite(sample.value)).toBe(true);
      }
    }
  });

  it('have values of every metric that this application has a reason for', async () => {
    const streams = await run({ metrics: { level: 'debug' }, clock: app.clock });
    app.clock.pause(31_000);
    await eventually(() => (value(streams, 'ouzel_store_entries', { store: 'counts' }) > 0 ? true : undefined));
    const empty = streams.metrics
      .collect()
      .filter(({ samples }) => samples.length === 0)
      .map(({ name }) => name);
    expect(empty).toEqual([
      'ouzel_failures_total',
      'ouzel_unprocessed_partitions',
      'ouzel_hanging_calls',
      'ouzel_transactions_total',
      'ouzel_standby_lag_records',
    ]);
  });

  it('count errors, dead letters, attempts, punctuations, hits of the cache and bytes', async () => {
    const streams = await run();
    expect(value(streams, 'ouzel_errors_total', { stage: 'deserialize', verdict: 'continue' })).toBe(1);
    expect(value(streams, 'ouzel_errors_total', { stage: 'process', verdict: 'continue' })).toBe(1);
    expect(value(streams, 'ouzel_dead_letters_total', { topic: 'letters' })).toBe(2);
    expect(value(streams, 'ouzel_dropped_records_total')).toBe(2);
    expect(value(streams, 'ouzel_cache_hits_total', { store: 'counts' })).toBeGreaterThan(0);
    expect(value(streams, 'ouzel_bytes_consumed_total', { topic: 'in' })).toBe(3 + 3 + 7 + 5 + 7 + 5);
    expect(value(streams, 'ouzel_bytes_produced_total', { topic: 'letters' })).toBe(1 + 5 + 1 + 7);
    await until(() => value(streams, 'ouzel_punctuations_total', { type: 'wall-clock-time' }) > 0);
    expect(value(streams, 'ouzel_punctuations_total', { type: 'stream-time' })).toBeGreaterThan(0);
    expect(value(streams, 'ouzel_suppression_records')).toBe(1);
    expect(value(streams, 'ouzel_record_e2e_latency_seconds')).toBeGreaterThan(4);
    expect(value(streams, 'ouzel_rebalance_duration_seconds')).toBeGreaterThan(0);
  });

  it('say how many transactions were committed and how long they took', async () => {
    const streams = await run({ processingGuarantee: 'exactly_once_v2' });
    const committed = value(streams, 'ouzel_transactions_total', { result: 'committed' });
    expect(committed).toBeGreaterThan(0);
    expect(value(streams, 'ouzel_transaction_duration_seconds')).toBeGreaterThanOrEqual(committed);
  });

  it('have the lag in records and in seconds, from the time of the next record', async () => {
    const builder = new StreamsBuilder();
    builder.stream('in', text).forEach(() => {});
    const streams = app.create(builder.build(), { applicationId: 'behind' });
    await streams.start();
    await until(() => streams.state === 'RUNNING');
    expect(familyOf(streams, 'ouzel_consumer_lag_seconds').samples.every((sample) => sample.value === 0)).toBe(true);
    streams.pause();
    const hourAgo = Date.now() - 3_600_000;
    await app.send('in', { value: 'old', timestamp: hourAgo }, { value: 'new' });
    await until(() => value(streams, 'ouzel_consumer_lag_records') === 2);
    await until(() => value(streams, 'ouzel_buffered_records') === 2);
    expect(value(streams, 'ouzel_consumer_lag_seconds')).toBeGreaterThanOrEqual(3_600);
    expect(value(streams, 'ouzel_consumer_lag_seconds')).toBeLessThan(3_660);
    streams.resume();
    await until(() => value(streams, 'ouzel_consumer_lag_records') === 0);
    expect(value(streams, 'ouzel_consumer_lag_seconds')).toBe(0);
    await until(() => value(streams, 'ouzel_committed_offset') === 2);
  });

  it('never fall when tasks leave', async () => {
    const streams = await run();
    const counters = () =>
      streams.metrics
        .collect()
        .filter(({ type }) => type === 'counter')
        .flatMap(({ name, samples }) => samples.map((sample) => [`${name} ${JSON.stringify(sample.labels)}`, sample.value] as const));
    const before = counters();
    await streams.close();
    const after = new Map(counters());
    for (const [name, least] of before) expect([name, (after.get(name) ?? -1) >= least]).toEqual([name, true]);
  });
});
