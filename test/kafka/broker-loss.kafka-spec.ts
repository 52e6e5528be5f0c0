import type { KafkaCluster } from '../../scripts/kafka-cluster.mjs';
import type { KafkaDriver } from '@ouzel/kafka';
import { connectedDriver, eventually, fresh, ownKafka } from './real-kafka.js';
import { Deliveries, fetching, newTopic, producing, text, valuesOf } from './records.js';
import { startSingleMember } from './single-member.js';

describe('when one of three brokers is lost', () => {
  let kafka: KafkaCluster;
  let driver: KafkaDriver;

  beforeAll(async () => {
    kafka = await ownKafka({ nodes: 3, properties: { 'broker.session.timeout.ms': '3000', 'broker.heartbeat.interval.ms': '500' } });
  }, 120_000);
  afterAll(() => kafka.stop(), 60_000);
  beforeEach(async () => {
    driver = await connectedDriver(kafka.brokers.split(','), { requestTimeout: 5_000 });
  });
  afterEach(() => driver.close());

  it.each([1, 2, 3])(
    'partitions, group and transactions move on to others (broker %i)',
    async (node) => {
      const places = await newTopic(driver, fresh('moving'), 6);
      const group = fresh('group');
      const producer = driver.createProducer(producing);
      const transactional = driver.createProducer({
        ...producing,
        transactionalId: fresh('id'),
        transactionTimeoutMs: 60_000,
      });
      await transactional.initTransactions();
      const fetcher = driver.createFetcher(fetching);
      for (const place of places) fetcher.assign(place, 0);
      const { member, log } = await startSingleMember(driver, group, places);

      const deliveries = places.map(() => new Deliveries());
      const read = new Map<number, string[]>(places.map(({ partition }) => [partition, []]));
      let rounds = 0;
      const round = async () => {
        const value = `${rounds++}`;
        for (const place of places) producer.send(text(place, value, deliveries[place.partition]));
        transactional.beginTransaction();
        for (const place of places) transactional.send(text(place, `t${value}`));
        await transactional.sendOffsets([{ ...places[1]!, offset: rounds, metadata: '' }], member.identity!);
        await transactional.commitTransaction();
        await member.commit([{ ...places[0]!, offset: rounds, metadata: '' }]);
        for (const { partition, records, error } of fetcher.take(10_000)) {
          if (error !== undefined) throw error;
          read.get(partition)!.push(...valuesOf(records));
        }
      };
      while (rounds < 10) await round();
      await kafka.kill(node);
      while (rounds < 40) await round();
      await kafka.restart(node);
      while (rounds < 50) await round();
      await producer.flush();

      const expected = Array.from({ length: rounds }, (_, i) => `${i}`);
      for (const { outcomes } of deliveries) expect(outcomes.map((line) => line.replace(/@.*/, ''))).toEqual(expected);
      await eventually(async () => {
        await fetcher.wait(100);
        for (const { partition, records } of fetcher.take(10_000)) read.get(partition)!.push(...valuesOf(records));
        return [...read.values()].every((values) => values.length === 2 * rounds) ? true : undefined;
      });
      for (const values of read.values()) {
        expect(values.filter((value) => !value.startsWith('t'))).toEqual(expected);
        expect(values.filter((value) => value.startsWith('t'))).toEqual(expected.map((value) => `t${value}`));
      }
      expect(log).toEqual(['assigned 1']);
      const committed = await driver.admin.committedOffsets(group, places.slice(0, 2));
      expect(committed.map(({ offset }) => offset)).toEqual([rounds, rounds]);
      await member.stop();
    },
    120_000,
  );
});
