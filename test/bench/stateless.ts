import { Headers } from '@ouzel/streams';
import { BatchBuilder } from '@ouzel/streams/testing';
import { decode } from './bench-task.js';
import { measure, measureTask, topologyFrom } from './measure.js';
import { payment, payments, text } from './payments.js';

export async function codec(): Promise<void> {
  const n = 500_000;
  const records = Array.from({ length: 1_000 }, (_, i) => ({
    key: Buffer.from(`user-${i}`),
    value: Buffer.from(payment(i)),
    headers: Headers.empty,
  }));
  await measure('codec: encode', n, () => {
    for (let at = 0; at < n; at += 1_000) {
      const builder = new BatchBuilder(256 * 1024);
      for (let i = 0; i < 1_000; i++) builder.append(records[i]!, at + i);
      builder.seal();
    }
  });
  const batches = payments(n, 10_000);
  await measure('codec: decode, key and value cut out', n, () => {
    for (const batch of batches)
      for (const { key, value } of decode(batch, 'in', 0)) if (key!.length + value!.length === 0) throw new Error('empty');
  });
}

/** Measures what ten operators add. One hop alone is too cheap to see beside the reading of a record. */
export async function operators(): Promise<void> {
  const records = 500_000;
  const measured = [['in', payments(records, 10_000)]] as const;
  const chain = (hops: number) =>
    topologyFrom((builder) => {
      let stream = builder.stream('in', text);
      for (let i = 0; i < hops; i++) stream = stream.filter(() => true);
      stream.forEach(() => {});
    });
  const short = await measureTask({ name: 'source -> forEach', topology: chain(0), inputs: ['in'], measured, records });
  const long = await measureTask({ name: 'source -> 10 filters -> forEach', topology: chain(10), inputs: ['in'], measured, records });
  console.log(`  ${'an operator hop'.padEnd(64)} ${(((long - short) / 10) * 1e6).toFixed(3).padStart(32)} µs`);
}
