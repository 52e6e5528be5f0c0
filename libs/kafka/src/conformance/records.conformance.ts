import { Headers } from '@ouzel/core';
import {
  Deliveries,
  fetcherOf,
  producerOf,
  recordFor,
  takeError,
  takeUntil,
  takeValues,
  until,
  write,
  type World,
} from './world.conformance.js';

export function recordsConformance(world: World): void {
  const onePartition = async (config: Readonly<Record<string, string>> = {}) => {
    const driver = await world.driver();
    const place = { topic: await world.topic(driver, 1, config), partition: 0 };
    return { driver, place, producer: producerOf(driver), fetcher: fetcherOf(driver) };
  };

  describe('records', () => {
    it('come back as they were written', async () => {
      const { place, producer, fetcher } = await onePartition();
      const headers = Headers.of([
        ['h', 'one'],
        ['h', null],
        ['ü', Buffer.alloc(0)],
      ]);
      producer.send(recordFor(place, 'value', { key: Buffer.from('key'), timestamp: 1_000, headers }));
      producer.send(recordFor(place, null, { key: Buffer.alloc(0), timestamp: 900 }));
      producer.send(recordFor(place, ''));
      await producer.flush();
      fetcher.assign(place, 0);
      const [first, second, third] = await takeUntil(fetcher, (records) => records.length === 3);
      expect(first).toMatchObject({ ...place, offset: 0, timestamp: 1_000, key: Buffer.from('key'), value: Buffer.from('value') });
      expect([...first!.headers]).toEqual([...headers]);
      expect(second).toMatchObject({ offset: 1, timestamp: 900, key: Buffer.alloc(0), value: null, headers: Headers.empty });
      expect(third).toMatchObject({ offset: 2, key: null, value: Buffer.alloc(0) });
      expect(Math.abs(third!.timestamp - Date.now())).toBeLessThan(60_000);
    });

    it('keep their order over many batches, and their deliveries theirs', async () => {
      const { driver, place, fetcher } = await onePartition();
      const producer = producerOf(driver, { batchSize: 200, lingerMs: 5 });
      const deliveries = new Deliveries();
      const values = Array.from({ length: 500 }, (_, i) => `v${i}`);
      for (const value of values) producer.send(recordFor(place, value, { delivery: deliveries }));
      expect(producer.bufferedBytes).toBeGreaterThan(0);
      await producer.flush();
      expect(deliveries.outcomes).toEqual(values.map((_, i) => i));
      expect(producer.bufferedBytes).toBe(0);
      fetcher.assign(place, 0);
      expect(await takeValues(fetcher, 500)).toEqual(values);
    });

    it('are sent without a flush', async () => {
      const { place, producer, fetcher } = await onePartition();
      fetcher.assign(place, 0);
      producer.send(recordFor(place, 'soon'));
      expect(await takeValues(fetcher, 1)).toEqual(['soon']);
    });

    it('have the time of the log where the topic says so', async () => {
      const { place, producer, fetcher } = await onePartition({ 'message.timestamp.type': 'LogAppendTime' });
      producer.send(recordFor(place, 'v', { timestamp: 5 }));
      await producer.flush();
      fetcher.assign(place, 0);
      const [record] = await takeUntil(fetcher, (records) => records.length === 1);
      expect(Math.abs(record!.timestamp - Date.now())).toBeLessThan(60_000);
    });

    it('that are too large fail alone', async () => {
      const { place, producer, fetcher } = await onePartition({ 'max.message.bytes': '2000' });
      const deliveries = new Deliveries();
      for (const value of ['a', 'x'.repeat(3_000), 'b']) {
        producer.send(recordFor(place, value, { delivery: deliveries }));
        await producer.flush();
      }
      expect(deliveries.outcomes).toEqual([0, 'record', 1]);
      fetcher.assign(place, 0);
      expect(await takeValues(fetcher, 2)).toEqual(['a', 'b']);
    });

    it('that are larger than any request may be fail without being sent', async () => {
      const { driver, place } = await onePartition();
      const deliveries = new Deliveries();
      const producer = producerOf(driver, { maxRequestSize: 1_000 });
      producer.send(recordFor(place, 'x'.repeat(2_000), { delivery: deliveries }));
      producer.send(recordFor(place, 'fits', { delivery: deliveries }));
      await producer.flush();
      expect([...deliveries.outcomes].sort()).toEqual([0, 'record']);
    });

    it('that are held go out when they are released, in their order, behind what was sent before; what is not released never does', async () => {
      const { place, producer, fetcher } = await onePartition();
      const deliveries = new Deliveries();
      const held = producer.hold();
      const dropped = producer.hold();
      const value = Buffer.from('1');
      held.send(recordFor(place, null, { value, delivery: deliveries }));
      // The sender may use its memory again.
      value.write('x');
      dropped.send(recordFor(place, 'never', { delivery: deliveries }));
      expect(held.bytes).toBeGreaterThan(0);
      producer.send(recordFor(place, '0'));
      await producer.flush();
      expect(deliveries.outcomes).toEqual([]);
      held.send(recordFor(place, '2', { delivery: deliveries }));
      held.release();
      producer.send(recordFor(place, '3'));
      await producer.flush();
      expect(deliveries.outcomes).toEqual([1, 2]);
      fetcher.assign(place, 0);
      expect(await takeValues(fetcher, 4)).toEqual(['0', '1', '2', '3']);
    });

    it('that are held and too large for any request fail when they are released, alone', async () => {
      const { driver, place } = await onePartition();
      const deliveries = new Deliveries();
      const producer = producerOf(driver, { maxRequestSize: 1_000 });
      const held = producer.hold();
      for (const value of ['a', 'x'.repeat(2_000), 'b']) held.send(recordFor(place, value, { delivery: deliveries }));
      held.release();
      await producer.flush();
      expect([...deliveries.outcomes].sort()).toEqual([0, 1, 'record']);
    });

    it('from hours ahead are refused', async () => {
      const { place, producer } = await onePartition();
      const deliveries = new Deliveries();
      producer.send(recordFor(place, 'v', { timestamp: Date.now() + 7_200_000, delivery: deliveries }));
      await producer.flush();
      expect(deliveries.errors).toMatchObject([{ kind: 'record', kafkaCode: 32 }]);
    });
  });

  describe('reading', () => {
    it('begins at the offset, also within a batch, and again where it is assigned anew', async () => {
      const { place, producer, fetcher } = await onePartition();
      await write(producer, place, ['a', 'b', 'c', 'd']);
      fetcher.assign(place, 2);
      expect(await takeValues(fetcher, 2)).toEqual(['c', 'd']);
      fetcher.assign(place, 1);
      expect(await takeValues(fetcher, 3)).toEqual(['b', 'c', 'd']);
    });

    it('tells the next offset and the end', async () => {
      const { place, producer, fetcher } = await onePartition();
      await write(producer, place, ['a', 'b', 'c']);
      fetcher.assign(place, 0);
      await fetcher.wait(10_000);
      const taken = fetcher.take(2);
      expect(taken).toMatchObject([{ ...place, nextOffset: 2, error: undefined }]);
      expect(fetcher.take(2)).toMatchObject([{ ...place, nextOffset: 3 }]);
      expect(fetcher.endOffset(place)).toBe(3);
    });

    it('gives nothing of a paused partition until it is resumed', async () => {
      const { driver, producer, fetcher } = await onePartition();
      const topic = await world.topic(driver, 2);
      const [paused, open] = [0, 1].map((partition) => ({ topic, partition }));
      await write(producer, paused!, ['p']);
      fetcher.assign(paused!, 0);
      fetcher.assign(open!, 0);
      fetcher.pause(paused!);
      await write(producer, open!, ['o']);
      expect(await takeValues(fetcher, 1)).toEqual(['o']);
      fetcher.resume(paused!);
      expect(await takeValues(fetcher, 1)).toEqual(['p']);
    });

    it('shares what is taken among the partitions', async () => {
      const { driver, producer, fetcher } = await onePartition();
      const topic = await world.topic(driver, 2);
      for (const partition of [0, 1]) {
        await write(
          producer,
          { topic, partition },
          Array.from({ length: 100 }, (_, i) => `${partition}-${i}`),
        );
        fetcher.assign({ topic, partition }, 0);
      }
      await until(() => [0, 1].every((partition) => fetcher.endOffset({ topic, partition }) === 100));
      const taken = [...fetcher.take(10), ...fetcher.take(10)];
      expect(new Set(taken.map(({ partition }) => partition))).toEqual(new Set([0, 1]));
      expect(taken.flatMap(({ records }) => records).length).toBeLessThan(100);
    });

    it('stops where it is unassigned', async () => {
      const { place, producer, fetcher } = await onePartition();
      fetcher.assign(place, 0);
      fetcher.unassign(place);
      await write(producer, place, ['a']);
      await fetcher.wait(200);
      expect(fetcher.take(10)).toEqual([]);
    });

    it('can be woken from its wait', async () => {
      const { place, fetcher } = await onePartition();
      fetcher.assign(place, 0);
      const waiting = fetcher.wait(600_000);
      fetcher.wake();
      await waiting;
      expect(fetcher.take(10)).toEqual([]);
    });

    it('behind the end is out of range', async () => {
      const { place, producer, fetcher } = await onePartition();
      await write(producer, place, ['a']);
      fetcher.assign(place, 7);
      expect(await takeError(fetcher)).toMatchObject({ kind: 'out-of-range' });
    });

    it('is given up by close, which ends a wait', async () => {
      const { place, fetcher } = await onePartition();
      fetcher.assign(place, 0);
      const waiting = fetcher.wait(600_000);
      await fetcher.close();
      await waiting;
      expect(fetcher.take(10)).toEqual([]);
    });
  });
}
