import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectedDriver, fresh, sharedBrokers } from './real-kafka.js';
import { newTopic, producing } from './records.js';
import { eventually, SampleInstance } from './sample-instance.js';
import { Headers } from '@ouzel/core';

const keys = 200_000;
/** Old objects may take this much of the heap. The keys alone take more than that, without any value or map. */
const heapMb = 96;
const keyOf = (i: number) => `user-${i}-${'x'.repeat(500)}`;

describe('more keys than fit into memory (X17)', () => {
  it('are counted under a small heap, with their state on disk', async () => {
    const brokers = sharedBrokers();
    const topic = fresh('payment');
    const stateDir = await mkdtemp(join(tmpdir(), 'ouzel-keys-'));
    await using driver = await connectedDriver(brokers);
    await newTopic(driver, topic);
    const producer = driver.createProducer(producing);
    const instance = await SampleInstance.start({
      brokers: brokers.join(','),
      stateDir,
      env: { OUZEL_APPLICATION_ID: fresh('keys'), PAYMENT_TOPIC: topic, NODE_OPTIONS: `--max-old-space-size=${heapMb}` },
    });
    try {
      await instance.ready();
      const value = (i: number) => JSON.stringify({ id: String(i), userId: 'one', amount: 1, currency: 'EUR', ts: 1_700_000_000_000 });
      for (let i = 0; i < keys; i++) {
        const record = { key: Buffer.from(keyOf(i)), value: Buffer.from(value(i)), timestamp: 1_700_000_000_000, headers: Headers.empty };
        producer.send({ topic, partition: 0, ...record });
        if (i % 10_000 === 9_999) await producer.flush();
      }
      await producer.flush();
      for (const i of [0, keys / 2, keys - 1]) {
        const body = await eventually(
          `the count of key ${i}`,
          async () => {
            if (instance.exited) throw new Error(instance.output);
            const answer = await instance.get(`/totals/${keyOf(i)}`);
            return answer.status === 200 ? answer.body : undefined;
          },
          120_000,
        );
        expect(body).toEqual({ key: keyOf(i), value: { count: 1, amount: 1 } });
      }
      expect(instance.exited).toBe(false);
    } finally {
      await instance.kill();
      await producer.close(1_000);
      await rm(stateDir, { recursive: true, force: true });
    }
  }, 240_000);
});
