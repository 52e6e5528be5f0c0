/** `npm run bench`: figures of the parts, without a broker. Each line is the best of three runs; single-threaded, so records/s is per core. */
import { serdes, StreamsBuilder, tumbling, Headers, type Topology } from '@ouzel/streams';
import { BatchBuilder } from '@ouzel/streams/internal';
import { BenchTask, decode, encode } from './bench-task.js';

const text = { key: serdes.string, value: serdes.string };
const value = (i: number) =>
  `{"id":"p-${String(i).padStart(9, '0')}","userId":"user-${i % 10_000}","amount":${1_000 + (i % 9_000)},"currency":"EUR","ts":${1_735_689_600_000 + i}}`;
const payments = (n: number, keys: number) =>
  encode(n, (i) => ({ key: `user-${(i * 7_919) % keys}`, value: value(i), timestamp: 1_735_689_600_000 + i }));

async function best(name: string, records: number, run: () => Promise<void> | void): Promise<number> {
  let seconds = Infinity;
  for (let i = 0; i < 3; i++) {
    const started = process.hrtime.bigint();
    await run();
    seconds = Math.min(seconds, Number(process.hrtime.bigint() - started) / 1e9);
  }
  console.log(
    `${name.padEnd(58)} ${Math.round(records / seconds)
      .toLocaleString('en')
      .padStart(12)} records/s ${((seconds / records) * 1e6).toFixed(3).padStart(9)} µs/record`,
  );
  return seconds / records;
}

async function through(topology: () => Topology, topic: string, batches: readonly Buffer[], cacheMaxBytes = 0): Promise<void> {
  const task = await BenchTask.open(topology(), cacheMaxBytes);
  await task.start([topic]);
  await task.feed(topic, batches, 100_000);
  await task.close();
}

function built(build: (builder: StreamsBuilder) => void): () => Topology {
  return () => {
    const builder = new StreamsBuilder();
    build(builder);
    return builder.build();
  };
}

async function codec(): Promise<void> {
  const n = 500_000;
  const records = Array.from({ length: 1_000 }, (_, i) => ({
    key: Buffer.from(`user-${i}`),
    value: Buffer.from(value(i)),
    headers: Headers.empty,
  }));
  await best('codec: encode', n, () => {
    for (let at = 0; at < n; at += 1_000) {
      const builder = new BatchBuilder(256 * 1024);
      for (let i = 0; i < 1_000; i++) builder.append(records[i]!, at + i);
      builder.seal();
    }
  });
  const batches = payments(n, 10_000);
  await best('codec: decode, key and value cut out', n, () => {
    for (const batch of batches)
      for (const { key, value: bytes } of decode(batch, 'in', 0)) if (key!.length + bytes!.length === 0) throw new Error('empty');
  });
}

async function operators(): Promise<void> {
  const n = 500_000;
  const batches = payments(n, 10_000);
  const chain = (hops: number) =>
    built((builder) => {
      let stream = builder.stream('in', text);
      for (let i = 0; i < hops; i++) stream = stream.filter(() => true);
      stream.forEach(() => {});
    });
  const short = await best('source -> forEach', n, () => through(chain(0), 'in', batches));
  const long = await best('source -> 10 filters -> forEach', n, () => through(chain(10), 'in', batches));
  console.log(`${'  cost of an operator hop'.padEnd(58)} ${(((long - short) / 10) * 1e6).toFixed(3).padStart(34)} µs`);
}

const count = built((builder) =>
  builder
    .stream('in', text)
    .groupByKey()
    .count({ materialized: { store: 'counts' } })
    .toStream()
    .to('out', { key: serdes.string, value: serdes.long }),
);
const windowed = built((builder) =>
  builder
    .stream('in', { key: serdes.string, value: serdes.json<{ amount: number }>() })
    .groupByKey()
    .windowedBy(tumbling('1m', { grace: '10s' }))
    .aggregate(
      () => 0,
      (sum, { amount }) => sum + amount,
      { materialized: { store: 'sums', key: serdes.string, value: serdes.long } },
    )
    .toStream((_, { key, window }) => `${key}@${window.start}`)
    .to('out', { key: serdes.string, value: serdes.long }),
);

async function counting(): Promise<void> {
  for (const [keys, n] of [
    [100, 500_000],
    [10_000, 500_000],
    [100_000, 500_000],
    [1_000_000, 1_000_000],
  ] as const) {
    const batches = payments(n, keys);
    await best(`count, ${keys.toLocaleString('en')} keys, every update`, n, () => through(count, 'in', batches));
    await best(`count, ${keys.toLocaleString('en')} keys, record cache 10 MiB`, n, () => through(count, 'in', batches, 10 * 1024 * 1024));
  }
  const batches = payments(300_000, 10_000);
  await best('tumbling sum of JSON, 10,000 keys, every update', 300_000, () => through(windowed, 'in', batches));
  await best('tumbling sum of JSON, 10,000 keys, record cache 10 MiB', 300_000, () => through(windowed, 'in', batches, 10 * 1024 * 1024));
}

async function restoring(): Promise<void> {
  const n = 500_000;
  const bytes = Buffer.alloc(8);
  const records = Array.from({ length: n }, (_, i) => ({
    key: Buffer.from(`user-${i}`),
    value: bytes,
    timestamp: i,
    headers: Headers.empty,
  }));
  await best('restore, as many keys as records', n, async () => {
    const task = await BenchTask.open(count(), 0);
    for (let at = 0; at < n; at += 10_000) await task.restore('counts', records.slice(at, at + 10_000), at + 10_000);
    await task.close();
  });
}

console.log(`node ${process.versions.node}`);
const parts: Readonly<Record<string, () => Promise<void>>> = { codec, operators, counting, restoring };
const wanted = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await part();
