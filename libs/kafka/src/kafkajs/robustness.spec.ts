import { Headers } from '@ouzel/core';
import { DriverError, type KafkaDriver } from '../client/index.js';
import { Deliveries, fetcherOf, producerOf, recordFor, takeError, takeUntil } from '../conformance/clients.js';
import { failure } from '../conformance/waiting.js';
import type { RequestWriter } from '../protocol/request-writer.js';
import { BatchBuilder } from '../records/index.js';
import { refusing, ScriptedBroker } from './scripted-broker.spec-support.js';

const place = { topic: 'payment', partition: 0 };
const cutOff = Buffer.from([0, 0, 0]);

describe('a broker whose responses are wrong', () => {
  let broker: ScriptedBroker;
  let driver: KafkaDriver;

  beforeEach(async () => {
    broker = await ScriptedBroker.start();
    driver = await broker.driver();
  });
  afterEach(async () => {
    await driver.close();
    broker.close();
  });

  const outcomeOf = async (value: string) => {
    const deliveries = new Deliveries();
    const producer = producerOf(driver, { deliveryTimeoutMs: 20_000 });
    producer.send(recordFor(place, value, { delivery: deliveries }));
    await producer.flush();
    return deliveries;
  };

  it('is asked again over another connection when a response is cut off', async () => {
    broker.script('Metadata', cutOff);
    expect([...(await driver.admin.topics(['payment'])).keys()]).toEqual(['payment']);
    broker.script('Produce', cutOff);
    expect((await outcomeOf('v')).outcomes).toEqual([0]);
  });

  it('gets a batch again under the number that it had, so that it is not written twice', async () => {
    broker.script('Produce', 'lost', 'lost');
    expect((await outcomeOf('v')).errors).toEqual([]);
    expect(broker.batches).toEqual(['epoch 0 from 0', 'epoch 0 from 0', 'epoch 0 from 0']);
  });

  it('is given up when its responses stay unreadable', async () => {
    broker.always('Metadata', cutOff);
    expect(await failure(driver.admin.topics(['payment']))).toMatchObject({
      kind: 'fatal',
      what: 'the response to Metadata 10 can not be read',
      cause: expect.any(RangeError),
    });
  });

  it('is asked again when a response lacks the partition', async () => {
    broker.script('Produce', (writer) => writer.emptyArray().int32(0));
    expect((await outcomeOf('v')).outcomes).toEqual([0]);
  });

  it('is quoted where it uses an error code that is not known', async () => {
    broker.script('Produce', refusing(999));
    const { errors } = await outcomeOf('v');
    expect(errors).toEqual([expect.objectContaining({ kind: 'fatal', kafkaCode: 999, what: 'Kafka answered ERROR_999 (999)' })]);
  });

  it('is not sent what the protocol can not express', async () => {
    const fetcher = fetcherOf(driver);
    fetcher.assign({ topic: 'x'.repeat(40_000), partition: 0 }, 0);
    const error = await takeError(fetcher);
    expect(error).toBeInstanceOf(DriverError);
    expect(error).toMatchObject({ kind: 'fatal', what: 'the request Fetch 11 can not be written' });
  });

  it('does not make a reader skip a batch of another message format, nor go on behind it', async () => {
    const [old, good] = [batch(0, 'old'), batch(1, 'good')];
    old[16] = 1;
    broker.always('Fetch', (writer) => writeFetched(writer, Buffer.concat([old, good])));
    const fetcher = fetcherOf(driver);
    fetcher.assign(place, 0);
    let error: DriverError | undefined;
    const records = await takeUntil(fetcher, (_, found) => (error = found) !== undefined);
    expect(records).toEqual([]);
    expect(error).toMatchObject({ code: 'OUZEL_CORRUPT_BATCH', what: 'message format 1 instead of 2', where: 'payment-0@0' });
    const waiting = fetcher.wait(1);
    broker.clock.advance(1);
    await waiting;
    expect(fetcher.take(10)).toEqual([]);
  });
});

function batch(baseOffset: number, value: string): Buffer {
  const builder = new BatchBuilder();
  builder.append({ key: null, value: Buffer.from(value), headers: Headers.empty }, 1);
  return builder.seal({ baseOffset });
}

function writeFetched(writer: RequestWriter, batches: Buffer): void {
  writer.int32(0).int16(0).int32(0);
  writer.array([place], ({ topic, partition }) => {
    writer.string(topic);
    writer.array([partition], () => {
      writer.int32(partition).int16(0).int64(2).int64(2).int64(0).nullArray().int32(-1).bytes(batches);
    });
  });
}
