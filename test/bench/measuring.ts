import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context } from '@opentelemetry/api';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { openTelemetry } from '@ouzel/nestjs/otel';
import { Headers, serdes, type StreamsBuilder, type TracingFactory } from '@ouzel/streams';
import { BatchBuilder, Meters, systemClock } from '@ouzel/streams/testing';
import { BenchTask } from './bench-task.js';
import { topologyFrom } from './measure.js';

const records = 100_000;
const perBatch = 5_000;
const rounds = 5;

/** Does with spans what an exporter does at least: nothing. */
const ignored: SpanProcessor = { onStart() {}, onEnd() {}, forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };

/** Encoded batches whose records carry a trace: this share of them a sampled one. */
function batches(sampledShare: number, hasTrace: boolean): Buffer[] {
  const result: Buffer[] = [];
  for (let at = 0; at < records; at += perBatch) {
    const batch = new BatchBuilder(16 * 1024 * 1024);
    for (let i = at; i < at + perBatch; i++) {
      const isSampled = sampledShare > 0 && i % Math.round(1 / sampledShare) === 0;
      const traceparent = `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-${isSampled ? '01' : '00'}`;
      const headers = hasTrace ? Headers.of([['traceparent', traceparent]]) : Headers.empty;
      batch.append({ key: Buffer.from(`user-${i % 10_000}`), value: Buffer.from(`${i % 1_000}`), headers }, 1_700_000_000_000 + i);
    }
    result.push(Buffer.from(batch.seal()));
  }
  return result;
}

const counting = topologyFrom((builder: StreamsBuilder) => {
  builder
    .stream('in', { key: serdes.string, value: serdes.string })
    .filter((value) => value !== '7')
    .mapValues((value) => `${value}!`)
    .groupByKey()
    .count({ materialized: { store: 'counts' } })
    .toStream()
    .to('out', { key: serdes.string, value: serdes.long });
});

interface Way {
  readonly name: string;
  readonly level?: 'info' | 'debug';
  readonly tracing?: TracingFactory;
  readonly feed: readonly Buffer[];
}

/** Cost of metrics and traces: CPU time of one task that filters, maps, counts and writes. The ways take turns. */
export async function measuring(): Promise<void> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const tracer = new BasicTracerProvider({ spanProcessors: [ignored] }).getTracer('bench');
  const [bare, unsampled, few, all] = [batches(0, false), batches(0, true), batches(0.01, true), batches(1, true)];
  const [batch, record] = [openTelemetry({ tracer }), openTelemetry({ spans: 'record', tracer })];
  const ways: readonly Way[] = [
    { name: 'level info, no headers', feed: bare },
    { name: 'level debug, no headers', level: 'debug', feed: bare },
    { name: 'no tracing, traceparent in the headers', feed: unsampled },
    { name: 'tracing, 0 % sampled', tracing: batch, feed: unsampled },
    { name: 'tracing by batch, 1 % sampled', tracing: batch, feed: few },
    { name: 'tracing by record, 1 % sampled', tracing: record, feed: few },
    { name: 'tracing by batch, 100 % sampled', tracing: batch, feed: all },
    { name: 'tracing by record, 100 % sampled', tracing: record, feed: all },
  ];
  const least = new Map<string, number>();
  for (let round = 0; round < rounds; round++)
    for (const way of ways) least.set(way.name, Math.min(least.get(way.name) ?? Infinity, await cpuSeconds(way)));
  context.disable();
  for (const [name, seconds] of least)
    console.log(`${name.padEnd(66)} ${((seconds / records) * 1e6).toFixed(3).padStart(9)} µs CPU/record`);
}

async function cpuSeconds({ level = 'info', tracing, feed }: Way): Promise<number> {
  const more = { meters: new Meters(level, systemClock), tracing: tracing?.({ applicationId: 'bench' }) };
  const task = await BenchTask.open(counting(), 0, more);
  await task.start(['in']);
  const before = process.cpuUsage();
  await task.feed('in', feed, 100_000);
  const { user, system } = process.cpuUsage(before);
  await task.close();
  return (user + system) / 1e6;
}
