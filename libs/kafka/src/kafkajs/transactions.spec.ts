import type { KafkaDriver, TransactionalProducer } from '../client/index.js';
import { Deliveries, recordFor } from '../conformance/clients.js';
import { failure } from '../conformance/waiting.js';
import type { RequestWriter } from '../protocol/request-writer.js';
import { failing, refusing, ScriptedBroker } from './scripted-broker.spec-support.js';

const place = { topic: 'payment', partition: 0 };
const member = { group: 'app', generation: 3, memberId: 'm', instanceId: undefined };
const offsets = [{ ...place, offset: 9, metadata: '' }];

const serverError = -1;
const coordinatorLoading = 14;
const invalidTxnState = 48;
const invalidProducerIdMapping = 49;
const concurrentTransactions = 51;
const unauthorized = 53;
const producerFenced = 90;

const addingResult = (writer: RequestWriter, code: number) =>
  writer.int32(0).array([place.topic], (topic) => {
    writer.string(topic).array([place.partition], (partition) => writer.int32(partition).int16(code));
  });

let broker: ScriptedBroker;
let driver: KafkaDriver;
let producer: TransactionalProducer;

beforeEach(async () => {
  broker = await ScriptedBroker.start();
});
afterEach(async () => {
  await driver.close();
  broker.close();
});

/** A producer that is initialised; the broker forgets what that took. */
async function initialised(transactionVersion: 1 | 2): Promise<void> {
  broker.transactionVersion = transactionVersion;
  driver = await broker.driver();
  producer = driver.createProducer({
    lingerMs: 0,
    batchSize: 16_384,
    maxRequestSize: 1_048_576,
    compression: 'none',
    deliveryTimeoutMs: 20_000,
    transactionalId: 'app-1',
    transactionTimeoutMs: 10_000,
  });
  await producer.initTransactions();
  broker.received.length = 0;
}
const sent = async (...values: readonly string[]) => {
  for (const value of values) producer.send(recordFor(place, value));
  await producer.flush();
};
/** Sends one record in a transaction, and leaves it open. */
const begun = async (value = 'v') => {
  producer.beginTransaction();
  await sent(value);
  broker.received.length = 0;
};

describe('a transaction of version 1', () => {
  it('adds partitions and group by requests of their own, keeps its epoch, and goes on with its sequences', async () => {
    await initialised(1);
    producer.beginTransaction();
    await sent('a', 'b');
    await producer.sendOffsets(offsets, member);
    await producer.commitTransaction();
    expect(broker.received).toEqual(['AddPartitionsToTxn 2', 'Produce 8', 'AddOffsetsToTxn 2', 'TxnOffsetCommit 3', 'EndTxn 2']);
    producer.beginTransaction();
    await sent('c');
    await producer.commitTransaction();
    expect(broker.batches).toEqual(['epoch 0 from 0', 'epoch 0 from 2']);
  });

  it('is followed by another epoch when a request was not answered: it might still be processed', async () => {
    await initialised(1);
    await begun();
    broker.script('EndTxn', 'hang up');
    await producer.commitTransaction();
    await begun('next');
    await producer.commitTransaction();
    expect(broker.batches).toEqual(['epoch 0 from 0', 'epoch 1 from 0']);
  });

  it('can be aborted while its partitions are being added, and the next one goes on', async () => {
    await initialised(1);
    let aborted: Promise<void> | undefined;
    broker.always('AddPartitionsToTxn', (writer, { body }) => {
      aborted ??= producer.abortTransaction();
      body.string();
      body.int64();
      const isCurrent = body.int16() === 1;
      const isFenced = broker.received.includes('InitProducerId 4');
      addingResult(writer, isCurrent ? 0 : isFenced ? producerFenced : coordinatorLoading);
    });
    producer.beginTransaction();
    await sent('no');
    await aborted;
    producer.beginTransaction();
    await sent('yes');
    await producer.commitTransaction();
    expect(broker.batches).toEqual(['epoch 1 from 0']);
  });

  it('names abortable what keeps offsets from being committed in time', async () => {
    await initialised(1);
    producer.beginTransaction();
    broker.always('AddOffsetsToTxn', 'hang up');
    expect(await failure(producer.sendOffsets(offsets, member))).toMatchObject({ kind: 'abortable' });
    expect(await failure(producer.commitTransaction())).toMatchObject({ kind: 'abortable' });
    await producer.abortTransaction();
    await begun('next');
    await producer.commitTransaction();
  });

  it('gives way to version 2 when the cluster has it', async () => {
    await initialised(1);
    await begun();
    broker.transactionVersion = 2;
    broker.hangUp();
    await sent('over another connection');
    broker.received.length = 0;
    await producer.commitTransaction();
    producer.beginTransaction();
    await sent('c');
    await producer.commitTransaction();
    expect(broker.received).toEqual(['EndTxn 2', 'InitProducerId 4', 'Produce 12', 'EndTxn 5']);
  });
});

describe('a transaction of version 2', () => {
  it('adds what is written by itself, and has an epoch of its own that begins with sequence 0', async () => {
    await initialised(2);
    producer.beginTransaction();
    await sent('a', 'b');
    await producer.sendOffsets(offsets, member);
    await producer.commitTransaction();
    expect(broker.received).toEqual(['Produce 12', 'TxnOffsetCommit 5', 'EndTxn 5']);
    producer.beginTransaction();
    await sent('c');
    await producer.abortTransaction();
    producer.beginTransaction();
    await sent('d');
    expect(broker.batches).toEqual(['epoch 0 from 0', 'epoch 1 from 0', 'epoch 2 from 0']);
  });

  it('costs no request when nothing is written in it', async () => {
    await initialised(2);
    producer.beginTransaction();
    await producer.sendOffsets([], member);
    await producer.commitTransaction();
    producer.beginTransaction();
    await producer.abortTransaction();
    expect(broker.received).toEqual([]);
  });
});

describe.each([1, 2] as const)('the end of a transaction of version %i', (version) => {
  const endTxn = version === 1 ? 'EndTxn 2' : 'EndTxn 5';

  beforeEach(async () => {
    await initialised(version);
    await begun();
  });

  it('is asked for again until the answer comes', async () => {
    broker.script('EndTxn', 'hang up', failing(concurrentTransactions), failing(serverError));
    await producer.commitTransaction();
    expect(broker.received.filter((request) => request === endTxn)).toHaveLength(4);
    await begun('next');
    await producer.commitTransaction();
  });

  it('is an abort when Kafka says so after an answer was lost', async () => {
    broker.script('EndTxn', 'hang up', failing(invalidTxnState));
    expect(await failure(producer.commitTransaction())).toMatchObject({ kind: 'abortable', kafkaCode: invalidTxnState });
    await producer.abortTransaction();
    await begun('again');
    await producer.commitTransaction();
  });

  it('is not known when no answer comes in time: only a new start helps', async () => {
    broker.always('EndTxn', 'hang up');
    expect(await failure(producer.commitTransaction())).toMatchObject({ kind: 'indefinite', kafkaCode: -1 });
    expect(() => producer.beginTransaction()).toThrow(expect.objectContaining({ kind: 'indefinite' }));
    expect(await failure(producer.abortTransaction())).toMatchObject({ kind: 'indefinite' });
    const deliveries = new Deliveries();
    producer.send(recordFor(place, 'late', { delivery: deliveries }));
    await producer.initTransactions();
    expect(deliveries.outcomes).toEqual(['indefinite']);
    broker.always('EndTxn', (writer) => writer.int32(0).int16(0).int64(7).int16(40).tags());
    await begun('again');
    await producer.commitTransaction();
  });

  it('is not known when Kafka has forgotten the transactional id since the answer was lost', async () => {
    broker.script('EndTxn', 'hang up');
    broker.always('EndTxn', failing(invalidProducerIdMapping));
    expect(await failure(producer.commitTransaction())).toMatchObject({ kind: 'indefinite', kafkaCode: invalidProducerIdMapping });
  });

  it.each([
    [producerFenced, { kind: 'fenced' }],
    [unauthorized, { kind: 'fatal', code: 'OUZEL_UNAUTHORIZED' }],
  ])('is refused at once with error %i', async (code, expected) => {
    broker.script('EndTxn', failing(code));
    expect(await failure(producer.commitTransaction())).toMatchObject(expected);
    expect(broker.received).toEqual([endTxn]);
  });

  it('is an abort when one of its records could not be written in time', async () => {
    broker.always('Produce', refusing(6));
    const deliveries = new Deliveries();
    producer.send(recordFor(place, 'never', { delivery: deliveries }));
    await producer.flush();
    expect(deliveries.outcomes).toEqual(['retriable']);
    expect(await failure(producer.commitTransaction())).toMatchObject({ kind: 'abortable' });
    expect(broker.received).not.toContain(endTxn);
  });
});

it('a broker that is too old for transactions with group metadata is an error with a name', async () => {
  broker.serve('InitProducerId', 0, 2);
  broker.serve('TxnOffsetCommit', 0, 2);
  driver = await broker.driver();
  const transactionalId = 'app-1';
  const options = { lingerMs: 0, batchSize: 1, maxRequestSize: 1_000, compression: 'none', deliveryTimeoutMs: 1_000 } as const;
  const old = driver.createProducer({ ...options, transactionalId, transactionTimeoutMs: 1_000 });
  expect(await failure(old.initTransactions())).toMatchObject({
    kind: 'fatal',
    code: 'OUZEL_BROKER_VERSION',
    what: 'the broker serves InitProducerId in the versions 0 to 2; Ouzel knows 3 and 4',
    help: 'Ouzel needs Kafka 2.5 or later.',
  });
});
