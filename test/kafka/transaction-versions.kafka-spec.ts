import type { DriverError, KafkaDriver, TopicPartition, TransactionalProducer } from '@ouzel/kafka';
import { driverConformance } from '@ouzel/kafka/conformance';
import { kafkajs } from '@ouzel/kafka/kafkajs';
import { freePorts, type KafkaCluster } from '../../scripts/kafka-cluster.mjs';
import { FaultyProxy, type Fault } from './faulty-proxy.js';
import { connectedDriver, eventually, fresh, ownKafka } from './real-kafka.js';
import { fetching, newTopic, producing, readUpTo, text, valuesOf } from './records.js';

/** Requests of a transaction, by API key. */
const produce = 0;
const initProducerId = 22;
const addPartitionsToTxn = 24;
const addOffsetsToTxn = 25;
const endTxn = 26;
const txnOffsetCommit = 28;

const clientId = 'under-test';
const requestsOfTransactions = new Set([produce, initProducerId, addPartitionsToTxn, addOffsetsToTxn, endTxn, txnOffsetCommit]);
const faults: readonly Fault[] = ['request-lost', 'response-lost', 'request-late', 'response-late', 'response-doubled'];

/** Numbers in [0, 1) that are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; state = (state * 1_103_515_245 + 12_345) % 2 ** 31) yield state / 2 ** 31;
}

describe.each([0, 1, 2])('a Kafka with transaction version %i', (version) => {
  let proxy: FaultyProxy;
  let kafka: KafkaCluster;

  beforeAll(async () => {
    const [port] = (await freePorts(1)) as [number];
    proxy = await FaultyProxy.to(port, clientId);
    const properties = { 'advertised.listeners': `PLAINTEXT://${proxy.address}` };
    kafka = await ownKafka({ port, properties, features: { 'transaction.version': version } });
  }, 90_000);
  afterAll(async () => {
    proxy.close();
    await kafka.stop();
  }, 30_000);

  const tests = driverConformance(() => ({ connection: kafkajs({ brokers: [proxy.address] }) }));
  for (const { name, run } of tests.filter((test) => test.name.includes('transaction'))) it(name, run, 60_000);

  describe('over a network that fails requests', () => {
    let driver: KafkaDriver;
    let producer: TransactionalProducer;
    let places: readonly [TopicPartition, TopicPartition];
    let group: string;

    const initialise = async (deliveryTimeoutMs: number) => {
      producer = driver.createProducer({ ...producing, deliveryTimeoutMs, transactionalId: fresh('id'), transactionTimeoutMs: 30_000 });
      await producer.initTransactions();
      proxy.heal();
    };
    beforeEach(async () => {
      driver = await connectedDriver([proxy.address], { clientId });
      places = (await newTopic(driver, fresh('faulty'), 2)) as [TopicPartition, TopicPartition];
      group = fresh('group');
      await initialise(60_000);
    });
    afterEach(async () => {
      proxy.heal();
      await driver.close();
    });

    const position = async () => Math.max(0, (await driver.admin.committedOffsets(group, [places[0]]))[0]!.offset);
    const transaction = async (number: number) => {
      producer.beginTransaction();
      for (const place of places) for (const part of ['a', 'b', 'c']) producer.send(text(place, `${number}${part}`));
      const identity = { group, generation: -1, memberId: '', instanceId: undefined };
      await producer.sendOffsets([{ ...places[0], offset: number + 1, metadata: '' }], identity);
      await producer.commitTransaction();
    };
    /** Goes on after a failure as its kind says. */
    const recover = async (failure: DriverError): Promise<void> => {
      const again = (error: DriverError) => recover(error);
      if (failure.kind === 'abortable') await producer.abortTransaction().catch(again);
      else if (failure.kind === 'fenced' || failure.kind === 'indefinite') await producer.initTransactions().catch(again);
      else throw failure;
    };
    const committed = async (place: TopicPartition) => {
      const fetcher = driver.createFetcher(fetching);
      fetcher.assign(place, 0);
      const end = await eventually(async () => {
        const [stable] = await driver.admin.listOffsets([place], 'latest', 'read_committed');
        const [last] = await driver.admin.listOffsets([place], 'latest', 'read_uncommitted');
        return stable!.offset === last!.offset ? last!.offset : undefined;
      });
      const records = await readUpTo(fetcher, end);
      await fetcher.close();
      return valuesOf(records);
    };
    const valuesOfTransactions = (count: number) =>
      Array.from({ length: count }, (_, number) => [`${number}a`, `${number}b`, `${number}c`]).flat();

    it('commits every transaction once, and all of it', async () => {
      const random = numbers(version + 1);
      proxy.fail((apiKey) => {
        if (!requestsOfTransactions.has(apiKey) || random.next().value > 0.15) return undefined;
        return faults[Math.floor(random.next().value * faults.length)];
      });
      const count = 60;
      for (let number = 0; number < count; number = await position()) {
        await transaction(number).catch((error: DriverError) => recover(error));
      }
      for (const apiKey of [produce, endTxn, txnOffsetCommit]) expect(proxy.failed).toContain(apiKey);
      proxy.heal();
      await proxy.allDelivered();
      for (const place of places) expect(await committed(place)).toEqual(valuesOfTransactions(count));
    }, 120_000);

    it.each([initProducerId, addPartitionsToTxn, addOffsetsToTxn, txnOffsetCommit, produce, endTxn])(
      'goes on after each fault of requests with API key %i',
      async (apiKey) => {
        for (const [number, fault] of faults.entries()) {
          let isDue = true;
          proxy.fail((key) => (key === apiKey && isDue ? ((isDue = false), fault) : undefined));
          await producer.initTransactions().catch((error: DriverError) => recover(error));
          for (const next of [2 * number, 2 * number + 1]) {
            while ((await position()) === next) await transaction(next).catch((error: DriverError) => recover(error));
          }
          await proxy.allDelivered();
        }
        for (const place of places) expect(await committed(place)).toEqual(valuesOfTransactions(2 * faults.length));
      },
      60_000,
    );

    it('does not count a late end of one transaction to the next', async () => {
      await transaction(0);
      producer.beginTransaction();
      for (const place of places) producer.send(text(place, '1'));
      let isDue = true;
      proxy.fail((apiKey) => (apiKey === endTxn && isDue ? ((isDue = false), 'request-late') : undefined));
      await producer.commitTransaction();
      producer.beginTransaction();
      for (const place of places) producer.send(text(place, 'no'));
      await producer.flush();
      await proxy.allDelivered();
      await producer.abortTransaction();
      for (const place of places) expect(await committed(place)).toEqual(['0a', '0b', '0c', '1']);
    });

    it.each([
      ['response-lost', 1],
      ['request-lost', 0],
    ] as const)('finds out after a new start what became of a commit (%s)', async (fault, count) => {
      await initialise(1_000);
      proxy.fail((apiKey) => (apiKey === endTxn ? fault : undefined));
      await expect(transaction(0)).rejects.toMatchObject({ kind: 'indefinite' });
      expect(() => producer.beginTransaction()).toThrow(expect.objectContaining({ kind: 'indefinite' }));
      proxy.heal();
      await producer.initTransactions();
      expect(await position()).toBe(count);
      for (let number = count; number < 3; number++) await transaction(number);
      for (const place of places) expect(await committed(place)).toEqual(valuesOfTransactions(3));
    });

    it('fails in time when the cluster is out of reach, and closes', async () => {
      await initialise(1_000);
      proxy.fail(() => 'request-lost');
      await expect(transaction(0)).rejects.toMatchObject({ kind: 'abortable' });
      await expect(producer.abortTransaction()).rejects.toMatchObject({ kind: 'indefinite' });
      await producer.close(1_000);
      proxy.heal();
      await initialise(60_000);
      expect(await position()).toBe(0);
    });

    it('sends nothing for a transaction in which nothing is written', async () => {
      producer.beginTransaction();
      await producer.commitTransaction();
      producer.beginTransaction();
      await producer.abortTransaction();
      expect(proxy.requests.filter((apiKey) => requestsOfTransactions.has(apiKey))).toEqual([]);
    });
  });
});
