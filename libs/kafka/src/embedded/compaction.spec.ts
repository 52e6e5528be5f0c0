import { ManualClock } from '@ouzel/core';
import type { KafkaDriver } from '../client/index.js';
import { Deliveries, fetcherOf, producerOf, recordFor, transactionalProducerOf } from '../conformance/clients.js';
import { embedded } from './index.js';

const place = { topic: 't', partition: 0 };
const second = 1_000;

describe('a compacted topic', () => {
  const clock = new ManualClock(1_000_000);
  const scene = (config: Readonly<Record<string, string>> = {}) => {
    const kafka = embedded({ clock });
    const settings = { 'cleanup.policy': 'compact', 'segment.ms': String(second), 'delete.retention.ms': String(10 * second), ...config };
    kafka.createTopics([{ topic: 't', config: settings }]);
    const driver = kafka.createDriver({ clientId: 'test' });
    return { driver, producer: producerOf(driver) };
  };
  type Producer = ReturnType<typeof producerOf>;
  const put = async (producer: Producer, ...records: (readonly [key: string, value: string | null])[]) => {
    for (const [key, value] of records) producer.send(recordFor(place, value, { key: Buffer.from(key) }));
    await producer.flush();
  };
  /** The next record begins a segment, and what lies before is compacted. */
  const nextSegment = async (producer: Producer) => {
    clock.advance(2 * second);
    await put(producer, ['-', '-']);
  };
  const contents = (driver: KafkaDriver) => {
    const fetcher = fetcherOf(driver, 'read_committed');
    fetcher.assign(place, 0);
    const [fetched] = fetcher.take(1_000);
    return {
      texts: fetched!.records.map(({ offset, key, value }) => `${offset} ${String(key)}=${String(value)}`),
      next: fetched!.nextOffset,
    };
  };

  it('keeps the last record of each key at its offset, and spares the active segment', async () => {
    const { driver, producer } = scene();
    await put(producer, ['a', '1'], ['b', '1'], ['a', '2']);
    await put(producer, ['a', '3']);
    await nextSegment(producer);
    await put(producer, ['a', '4'], ['a', '5']);
    expect(contents(driver)).toEqual({ texts: ['1 b=1', '3 a=3', '4 -=-', '5 a=4', '6 a=5'], next: 7 });
  });

  it('is left alone while little was written behind what is clean', async () => {
    const { driver, producer } = scene();
    await put(producer, ...Array.from({ length: 50 }, (_, i) => [`k${i}`, 'v'] as const));
    await nextSegment(producer);
    await put(producer, ['k0', 'again']);
    await nextSegment(producer);
    expect(contents(driver).texts.filter((text) => text.includes('k0='))).toEqual(['0 k0=v', '51 k0=again']);
  });

  it('keeps a tombstone for its time', async () => {
    const { driver, producer } = scene({ 'min.cleanable.dirty.ratio': '0' });
    await put(producer, ['a', '1'], ['a', null]);
    await nextSegment(producer);
    expect(contents(driver).texts).toEqual(['1 a=null', '2 -=-']);
    await nextSegment(producer);
    expect(contents(driver).texts).toContain('1 a=null');
    clock.advance(10 * second);
    await nextSegment(producer);
    expect(contents(driver).texts).not.toContain('1 a=null');
  });

  it('drops what was aborted, and touches nothing from an open transaction on', async () => {
    const { driver, producer } = scene();
    const transactional = transactionalProducerOf(driver, 'id');
    await transactional.initTransactions();
    transactional.beginTransaction();
    await put(producer, ['a', '1'], ['a', '2']);
    await put(transactional, ['a', 'aborted']);
    await put(producer, ['b', '1'], ['b', '2']);
    await nextSegment(producer);
    const uncommitted = fetcherOf(driver);
    uncommitted.assign(place, 0);
    expect(uncommitted.take(100)[0]?.records.map(({ offset }) => offset)).toEqual([1, 2, 3, 4, 5]);
    await transactional.abortTransaction();
    await nextSegment(producer);
    expect(contents(driver).texts).toEqual(['1 a=2', '4 b=2', '5 -=-', '7 -=-']);
  });

  it('moves readers past batches of which nothing is left', async () => {
    const { driver, producer } = scene();
    await put(producer, ['a', '1']);
    await put(producerOf(driver), ['a', '2']);
    await nextSegment(producer);
    const fetcher = fetcherOf(driver);
    fetcher.assign(place, 0);
    expect(fetcher.take(1)[0]).toMatchObject({ nextOffset: 2, records: [{ offset: 1 }] });
  });

  it('refuses records without a key', async () => {
    const { producer } = scene();
    const deliveries = new Deliveries();
    producer.send(recordFor(place, 'v', { delivery: deliveries }));
    await producer.flush();
    expect(deliveries.errors).toMatchObject([{ kind: 'record', kafkaCode: 87 }]);
  });
});
