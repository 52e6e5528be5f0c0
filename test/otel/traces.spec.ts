import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { openTelemetry } from '@ouzel/nestjs/otel';
import { Headers, serdes, StreamsBuilder, type Topology } from '@ouzel/streams';
import type { ConsumerRecord } from '@ouzel/kafka';
import { EmbeddedApp, eventually, text, until } from '../../libs/streams/src/embedded-app.spec-support.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const producerSpan = 'b7ad6b7169203331';
const parent = (flags: string) => `00-${traceId}-${producerSpan}-${flags}`;
const headersWith = (flags: string) =>
  Headers.of([
    ['traceparent', parent(flags)],
    ['tracestate', 'vendor=1'],
  ]);
const sampled = { value: 'a', headers: headersWith('01') };
const textOf = (headers: Headers, name: string) => headers.get(name)?.toString();

describe('Traces by OpenTelemetry', () => {
  const app = EmbeddedApp.use('in', 'out');
  let exporter: InMemorySpanExporter;
  beforeEach(() => {
    exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterEach(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });

  const spans = (...names: readonly string[]) =>
    exporter.getFinishedSpans().filter(({ name }) => names.length === 0 || names.includes(name));
  const one = (name: string): Promise<ReadableSpan> => eventually(() => spans(name)[0]);
  /** The records of a topic, as soon as there are some. */
  const recordsOf = async (topic: string): Promise<readonly ConsumerRecord[]> => {
    const fetcher = app.driver.createFetcher({ isolation: 'read_uncommitted', maxWaitMs: 20, maxBytes: 1_048_576 });
    fetcher.assign({ topic, partition: 0 }, 0);
    try {
      return await eventually(() => {
        const records = fetcher.take(1_000).flatMap((fetched) => fetched.records);
        return records.length > 0 ? records : undefined;
      });
    } finally {
      await fetcher.close();
    }
  };

  /** Counts through a repartition topic and a cached table. */
  const counting = (): Topology => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .selectKey((value) => value)
      .groupByKey(text)
      .count({ materialized: { store: 'counts', caching: true } })
      .toStream()
      .to('out', { key: serdes.string, value: serdes.long });
    return builder.build();
  };
  const copying = (map: (value: string) => string): Topology => {
    const builder = new StreamsBuilder();
    builder.stream('in', text).mapValues(map).to('out', text);
    return builder.build();
  };

  it.each(['at_least_once', 'exactly_once_v2'])('go through repartition topics, caches and changelogs, %s', async (processingGuarantee) => {
    await app.started(counting(), { tracing: openTelemetry({ spans: 'record' }), processingGuarantee });
    await app.send('in', sampled);
    const sentOut = await one('send out');
    const [first, sent, second] = [
      await one('process in'),
      await one('send app-counts-repartition'),
      await one('process app-counts-repartition'),
    ];

    expect([first, sent, second, sentOut].map((span) => span.spanContext().traceId)).toEqual([traceId, traceId, traceId, traceId]);
    expect(first).toMatchObject({
      kind: SpanKind.CONSUMER,
      attributes: {
        'messaging.system.name': 'kafka',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'in',
        'messaging.destination.partition.id': '0',
        'messaging.consumer.group.name': 'app',
        'kafka.offset': 0,
      },
    });
    expect(first.parentSpanContext?.spanId).toBe(producerSpan);
    expect(first.links.map((link) => link.context.spanId)).toEqual([producerSpan]);
    expect(sent.parentSpanContext?.spanId).toBe(first.spanContext().spanId);
    expect(sent).toMatchObject({
      kind: SpanKind.PRODUCER,
      links: [],
      attributes: { 'messaging.destination.partition.id': '0', 'kafka.offset': 0 },
    });
    expect(second.parentSpanContext?.spanId).toBe(sent.spanContext().spanId);
    // The cache was flushed later: the row belongs to its last update, and links to it.
    expect(sentOut.parentSpanContext?.spanId).toBe(second.spanContext().spanId);

    const [written] = await recordsOf('out');
    expect(textOf(written!.headers, 'traceparent')).toBe(`00-${traceId}-${sentOut.spanContext().spanId}-01`);
    expect(textOf(written!.headers, 'tracestate')).toBe('vendor=1');
    const [logged] = await recordsOf('app-counts-changelog');
    expect(textOf(logged!.headers, 'traceparent')).toBe(`00-${traceId}-${second.spanContext().spanId}-01`);
    expect((await one('commit')).kind).toBe(SpanKind.CLIENT);
  });

  it('link a row of a cache to its last update', async () => {
    await app.started(counting(), { tracing: openTelemetry({ spans: 'record' }), commitInterval: 100 });
    await app.send('in', { ...sampled, headers: headersWith('00') }, sampled);
    const sentOut = await one('send out');
    const update = await one('process app-counts-repartition');
    expect(sentOut.links.map((link) => link.context.spanId)).toEqual([update.spanContext().spanId]);
  });

  it.each([
    ['record', '00'],
    ['record', '0a'],
    ['batch', '00'],
    ['none', '00'],
  ] as const)('leave records alone whose trace is not sampled: %s, flags %s', async (mode, flags) => {
    await app.started(
      copying((value) => value),
      { tracing: openTelemetry({ spans: mode }) },
    );
    await app.send('in', { value: 'a', headers: headersWith(flags) }, { value: 'b' });
    await until(async () => (await app.committed('in')) === 2);
    const [first, second] = await recordsOf('out');
    expect([...first!.headers].map(([name, value]) => [name, value!.toString()])).toEqual([
      ['traceparent', parent(flags)],
      ['tracestate', 'vendor=1'],
    ]);
    expect(second!.headers.size).toBe(0);
    expect(spans().filter(({ name }) => name !== 'commit')).toEqual([]);
  });

  it('leave a record alone that the sampler refuses', async () => {
    const tracer = new BasicTracerProvider({ sampler: new AlwaysOffSampler() }).getTracer('test');
    await app.started(
      copying((value) => value),
      { tracing: openTelemetry({ spans: 'record', tracer }) },
    );
    await app.send('in', sampled);
    const [written] = await recordsOf('out');
    expect(textOf(written!.headers, 'traceparent')).toMatch(new RegExp(`^00-${traceId}-`));
    expect(spans()).toEqual([]);
  });

  it('begin a trace for records that have none when asked', async () => {
    await app.started(
      copying((value) => value),
      { tracing: openTelemetry({ spans: 'record', startTraces: true }) },
    );
    await app.send('in', { value: 'a' });
    const [process, send] = [await one('process in'), await one('send out')];
    expect(process.parentSpanContext).toBeUndefined();
    expect(send.parentSpanContext?.spanId).toBe(process.spanContext().spanId);
  });

  it('have the spans of user code below them, in promises and behind them too', async () => {
    const tracer = trace.getTracer('user');
    const spanned = <T>(name: string, result: T) => tracer.startActiveSpan(name, (span) => (span.end(), result));
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .mapValues((value) => spanned('sync', value))
      .asyncMapValues(async (value) => {
        await new Promise((resolve) => setImmediate(resolve));
        return spanned('async', value);
      })
      .mapValues((value) => spanned('behind', value))
      .to('out', text);
    await app.started(builder.build(), { tracing: openTelemetry({ spans: 'record' }) });
    await app.send('in', sampled);
    await one('send out');
    const process = await one('process in');
    for (const name of ['sync', 'async', 'behind'])
      expect([name, (await one(name)).parentSpanContext?.spanId]).toEqual([name, process.spanContext().spanId]);
  });

  it('say why a record failed', async () => {
    await app.started(
      copying(() => {
        throw new Error('bad');
      }),
      { tracing: openTelemetry({ spans: 'record' }) },
    );
    await app.send('in', sampled);
    const span = await one('process in');
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.attributes['error.type']).toBe('OUZEL_PROCESSING');
  });

  it('have one span for each run of a task in batches, with at most 32 links', async () => {
    const active = new Set<string | undefined>();
    await app.started(
      copying((value) => {
        active.add(trace.getActiveSpan()?.spanContext().spanId);
        return value;
      }),
      { tracing: openTelemetry() },
    );
    await app.send('in', ...Array.from({ length: 100 }, () => sampled));
    await until(async () => (await app.committed('in')) === 100);
    const runs = spans('process in');
    expect(new Set(runs.map((span) => span.spanContext().spanId))).toEqual(active);
    expect(runs.reduce((sum, span) => sum + (span.attributes['ouzel.sampled_records'] as number), 0)).toBe(100);
    expect(Math.max(...runs.map(({ links }) => links.length))).toBeLessThanOrEqual(32);
    expect(runs[0]!.links[0]!.context).toMatchObject({ traceId, spanId: producerSpan });
    const [written] = await recordsOf('out');
    expect(textOf(written!.headers, 'traceparent')).toBe(parent('01'));
  });

  it('make the context active without spans of their own', async () => {
    const active: (string | undefined)[] = [];
    await app.started(
      copying((value) => {
        active.push(trace.getActiveSpan()?.spanContext().spanId);
        return value;
      }),
      { tracing: openTelemetry({ spans: 'none' }) },
    );
    await app.send('in', sampled);
    await until(() => active.length === 1);
    expect(active).toEqual([producerSpan]);
    expect(spans()).toEqual([]);
  });
});
