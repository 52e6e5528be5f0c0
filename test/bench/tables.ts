import { Headers, serdes } from '@ouzel/streams';
import { BenchTask } from './bench-task.js';
import { measure, measureTask, topologyFrom, compare } from './measure.js';
import { payments, text } from './payments.js';

const count = topologyFrom((builder) =>
  builder
    .stream('in', text)
    .groupByKey()
    .count({ materialized: { store: 'counts' } })
    .toStream()
    .to('out', { key: serdes.string, value: serdes.long }),
);

/** Updates a table that has all its keys. The cost of a record must not grow with the keys that it does not touch. */
export async function counting(): Promise<void> {
  for (const [how, cacheMaxBytes] of [
    ['every update', 0],
    ['record cache 10 MiB', 10 * 1024 * 1024],
  ] as const) {
    let former = 0;
    for (const keys of [1_000, 10_000, 100_000, 1_000_000]) {
      const records = 500_000;
      const fill = [['in', payments(keys, keys)]] as const;
      const measured = [['in', payments(records, keys)]] as const;
      const name = `count, ${keys.toLocaleString('en')} keys, ${how}`;
      const perRecord = await measureTask({ name, topology: count, inputs: ['in'], before: fill, measured, records, cacheMaxBytes });
      if (former > 0) compare('of that with a tenth of the keys', perRecord, former);
      former = perRecord;
    }
  }
}

export async function restoring(): Promise<void> {
  const n = 500_000;
  const bytes = Buffer.alloc(8);
  const records = Array.from({ length: n }, (_, i) => ({
    key: Buffer.from(`user-${i}`),
    value: bytes,
    timestamp: i,
    headers: Headers.empty,
  }));
  await measure('restore, as many keys as records', n, async () => {
    const task = await BenchTask.open(count(), 0);
    for (let at = 0; at < n; at += 10_000) await task.restore('counts', records.slice(at, at + 10_000), at + 10_000);
    await task.close();
  });
}
