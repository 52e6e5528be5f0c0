import { Headers, partitionOf } from '@ouzel/core';
import { fetcherOf, takeUntil } from '../conformance/clients.js';
import { embedded } from './index.js';

describe('produce of the embedded Kafka', () => {
  const kafka = embedded();
  afterAll(() => kafka.close());

  async function read(topic: string, partitions: number, count: number) {
    const driver = kafka.createDriver({ clientId: 'test' });
    const fetcher = fetcherOf(driver);
    for (let partition = 0; partition < partitions; partition++) fetcher.assign({ topic, partition }, 0);
    const records = await takeUntil(fetcher, (taken) => taken.length === count);
    await driver.close();
    return records;
  }

  it('writes records with all that they have', async () => {
    kafka.createTopics([{ topic: 'one' }]);
    const headers = Headers.of([['h', 'x']]);
    await kafka.produce('one', [
      { key: 'a', value: 'ä', timestamp: 5, headers },
      { key: Buffer.from('b'), value: null },
    ]);
    const [first, second] = await read('one', 1, 2);
    expect(first).toMatchObject({ timestamp: 5, key: Buffer.from('a'), value: Buffer.from('ä') });
    expect([...first!.headers]).toEqual([...headers]);
    expect(second).toMatchObject({ key: Buffer.from('b'), value: null });
  });

  it('chooses the partition by the key as Java does, and takes partitions in turn where there is none', async () => {
    kafka.createTopics([{ topic: 'four', partitions: 4 }]);
    await kafka.produce(
      'four',
      ['a', 'b', 'c'].map((key) => ({ key, value: key })),
    );
    await kafka.produce(
      'four',
      ['0', '1', '2', '3'].map((value) => ({ value })),
    );
    const records = await read('four', 4, 7);
    for (const { key, value, partition } of records) {
      expect(partition).toBe(key === null ? Number(String(value)) : partitionOf(key, 4));
    }
  });

  it('refuses a topic that does not exist', async () => {
    await expect(kafka.produce('absent', [{ value: 'x' }])).rejects.toMatchObject({ kind: 'missing', kafkaCode: 3 });
  });

  it('throws what the topic refuses', async () => {
    kafka.createTopics([{ topic: 'small', config: { 'max.message.bytes': '100' } }]);
    await expect(kafka.produce('small', [{ value: 'x'.repeat(200) }])).rejects.toMatchObject({ kind: 'record' });
  });
});
