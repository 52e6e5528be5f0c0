import { ok } from 'node:assert';
import { equal, matches, suite, test } from '@ouzel/core/conformance';
import { Headers, systemClock } from '@ouzel/core';
import { Deliveries, fetcherOf, producerOf, recordFor, takeUntil, takeValues, takeError, write } from './clients.js';
import { until } from './waiting.js';
import type { World } from './world.js';

const onePartition = async (world: World, config: Readonly<Record<string, string>> = {}) => {
  const driver = await world.driver();
  const place = { topic: await world.topic(driver, 1, config), partition: 0 };
  return { driver, place, producer: producerOf(driver), fetcher: fetcherOf(driver) };
};

export const recordTests = [
  ...suite<World>('records', [
    test('are read as they were written', async (world) => {
      const { place, producer, fetcher } = await onePartition(world);
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
      matches(first, { ...place, offset: 0, timestamp: 1_000, key: Buffer.from('key'), value: Buffer.from('value') });
      equal([...first!.headers], [...headers]);
      matches(second, { offset: 1, timestamp: 900, key: Buffer.alloc(0), value: null, headers: Headers.empty });
      matches(third, { offset: 2, key: null, value: Buffer.alloc(0) });
      ok(Math.abs(third!.timestamp - systemClock.now()) < 60_000);
    }),

    test('keep their order over many batches, and so do their deliveries', async (world) => {
      const { driver, place, fetcher } = await onePartition(world);
      const producer = producerOf(driver, { batchSize: 200, lingerMs: 5 });
      const deliveries = new Deliveries();
      const values = Array.from({ length: 500 }, (_, i) => `v${i}`);
      for (const value of values) producer.send(recordFor(place, value, { delivery: deliveries }));
      ok(producer.bufferedBytes > 0);
      await producer.flush();
      equal(
        deliveries.outcomes,
        values.map((_, i) => i),
      );
      equal(producer.bufferedBytes, 0);
      fetcher.assign(place, 0);
      equal(await takeValues(fetcher, 500), values);
    }),

    test('are sent without a flush', async (world) => {
      const { place, producer, fetcher } = await onePartition(world);
      fetcher.assign(place, 0);
      producer.send(recordFor(place, 'soon'));
      equal(await takeValues(fetcher, 1), ['soon']);
    }),

    test('get the time of the broker where the topic says so', async (world) => {
      const { place, producer, fetcher } = await onePartition(world, { 'message.timestamp.type': 'LogAppendTime' });
      producer.send(recordFor(place, 'v', { timestamp: 5 }));
      await producer.flush();
      fetcher.assign(place, 0);
      const [record] = await takeUntil(fetcher, (records) => records.length === 1);
      ok(Math.abs(record!.timestamp - systemClock.now()) < 60_000);
    }),

    test('that are larger than the topic allows fail alone', async (world) => {
      const { place, producer, fetcher } = await onePartition(world, { 'max.message.bytes': '2000' });
      const deliveries = new Deliveries();
      for (const value of ['a', 'x'.repeat(3_000), 'b']) {
        producer.send(recordFor(place, value, { delivery: deliveries }));
        await producer.flush();
      }
      equal(deliveries.outcomes, [0, 'record', 1]);
      fetcher.assign(place, 0);
      equal(await takeValues(fetcher, 2), ['a', 'b']);
    }),

    test('that are larger than a request may be fail without being sent', async (world) => {
      const { driver, place } = await onePartition(world);
      const deliveries = new Deliveries();
      const producer = producerOf(driver, { maxRequestSize: 1_000 });
      producer.send(recordFor(place, 'x'.repeat(2_000), { delivery: deliveries }));
      producer.send(recordFor(place, 'fits', { delivery: deliveries }));
      await producer.flush();
      equal([...deliveries.outcomes].sort(), [0, 'record']);
    }),

    test('that are held are sent in order when they are released, behind all that was sent before; those that are not released are never sent', async (world) => {
      const { place, producer, fetcher } = await onePartition(world);
      const deliveries = new Deliveries();
      const held = producer.hold();
      const dropped = producer.hold();
      const value = Buffer.from('1');
      held.send(recordFor(place, null, { value, delivery: deliveries }));
      // The sender may use its memory again.
      value.write('x');
      dropped.send(recordFor(place, 'never', { delivery: deliveries }));
      ok(held.bytes > 0);
      producer.send(recordFor(place, '0'));
      await producer.flush();
      equal(deliveries.outcomes, []);
      held.send(recordFor(place, '2', { delivery: deliveries }));
      held.release();
      producer.send(recordFor(place, '3'));
      await producer.flush();
      equal(deliveries.outcomes, [1, 2]);
      fetcher.assign(place, 0);
      equal(await takeValues(fetcher, 4), ['0', '1', '2', '3']);
    }),

    test('that are held and larger than a request may be fail alone, when they are released', async (world) => {
      const { driver, place } = await onePartition(world);
      const deliveries = new Deliveries();
      const producer = producerOf(driver, { maxRequestSize: 1_000 });
      const held = producer.hold();
      for (const value of ['a', 'x'.repeat(2_000), 'b']) held.send(recordFor(place, value, { delivery: deliveries }));
      held.release();
      await producer.flush();
      equal([...deliveries.outcomes].sort(), [0, 1, 'record']);
    }),

    test('with a timestamp hours ahead are refused', async (world) => {
      const { place, producer } = await onePartition(world);
      const deliveries = new Deliveries();
      producer.send(recordFor(place, 'v', { timestamp: systemClock.now() + 7_200_000, delivery: deliveries }));
      await producer.flush();
      matches(deliveries.errors, [{ kind: 'record', kafkaCode: 32 }]);
    }),
  ]),

  ...suite<World>('a fetcher', [
    test('begins at the assigned offset, also within a batch, and moves when it is assigned another', async (world) => {
      const { place, producer, fetcher } = await onePartition(world);
      await write(producer, place, ['a', 'b', 'c', 'd']);
      fetcher.assign(place, 2);
      equal(await takeValues(fetcher, 2), ['c', 'd']);
      fetcher.assign(place, 1);
      equal(await takeValues(fetcher, 3), ['b', 'c', 'd']);
    }),

    test('reports the next offset and the end offset', async (world) => {
      const { place, producer, fetcher } = await onePartition(world);
      await write(producer, place, ['a', 'b', 'c']);
      fetcher.assign(place, 0);
      await fetcher.wait(10_000);
      const taken = fetcher.take(2);
      matches(taken, [{ ...place, nextOffset: 2, error: undefined }]);
      matches(fetcher.take(2), [{ ...place, nextOffset: 3 }]);
      equal(fetcher.endOffset(place), 3);
    }),

    test('returns no records of a paused partition until it is resumed', async (world) => {
      const { driver, producer, fetcher } = await onePartition(world);
      const topic = await world.topic(driver, 2);
      const [paused, open] = [0, 1].map((partition) => ({ topic, partition }));
      await write(producer, paused!, ['p']);
      fetcher.assign(paused!, 0);
      fetcher.assign(open!, 0);
      fetcher.pause(paused!);
      await write(producer, open!, ['o']);
      equal(await takeValues(fetcher, 1), ['o']);
      fetcher.resume(paused!);
      equal(await takeValues(fetcher, 1), ['p']);
    }),

    test('keeps a partition paused that is assigned another offset', async (world) => {
      const { place, producer, fetcher } = await onePartition(world);
      await write(producer, place, ['a', 'b']);
      fetcher.assign(place, 0);
      fetcher.pause(place);
      fetcher.assign(place, 1);
      await fetcher.wait(200);
      equal(fetcher.take(10), []);
      fetcher.resume(place);
      equal(await takeValues(fetcher, 1), ['b']);
    }),

    test('takes from all partitions in turn', async (world) => {
      const { driver, producer, fetcher } = await onePartition(world);
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
      equal(new Set(taken.map(({ partition }) => partition)), new Set([0, 1]));
      ok(taken.flatMap(({ records }) => records).length < 100);
    }),

    test('stops reading a partition that is unassigned', async (world) => {
      const { place, producer, fetcher } = await onePartition(world);
      fetcher.assign(place, 0);
      fetcher.unassign(place);
      await write(producer, place, ['a']);
      await fetcher.wait(200);
      equal(fetcher.take(10), []);
    }),

    test('ends its wait when it is woken', async (world) => {
      const { place, fetcher } = await onePartition(world);
      fetcher.assign(place, 0);
      const waiting = fetcher.wait(600_000);
      fetcher.wake();
      await waiting;
      equal(fetcher.take(10), []);
    }),

    test('reports an offset behind the end as out of range', async (world) => {
      const { place, producer, fetcher } = await onePartition(world);
      await write(producer, place, ['a']);
      fetcher.assign(place, 7);
      matches(await takeError(fetcher), { kind: 'out-of-range' });
    }),

    test('ends its wait when it is closed', async (world) => {
      const { place, fetcher } = await onePartition(world);
      fetcher.assign(place, 0);
      const waiting = fetcher.wait(600_000);
      await fetcher.close();
      await waiting;
      equal(fetcher.take(10), []);
    }),
  ]),
];
