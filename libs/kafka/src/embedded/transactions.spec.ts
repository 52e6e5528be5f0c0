import { ManualClock } from '@ouzel/core';
import { Deliveries, fetcherOf, recordFor, write, transactionalProducerOf } from '../conformance/clients.js';
import { failure } from '../conformance/waiting.js';
import type { GroupIdentity } from '../client/index.js';
import { embedded } from './index.js';

const place = { topic: 't', partition: 0 };
const nobody: GroupIdentity = { group: 'g', generation: -1, memberId: '', instanceId: undefined };
const timeoutMs = 5_000;

describe('a transaction that takes too long', () => {
  const scene = async () => {
    const clock = new ManualClock(1_000_000);
    const kafka = embedded({ clock });
    kafka.createTopics([{ topic: 't' }]);
    const driver = kafka.createDriver({ clientId: 'test' });
    const producer = transactionalProducerOf(driver, 'id', { transactionTimeoutMs: timeoutMs });
    await producer.initTransactions();
    producer.beginTransaction();
    await write(producer, place, ['late']);
    return { clock, driver, producer };
  };

  it('is aborted, so that readers go on', async () => {
    const { clock, driver, producer } = await scene();
    await producer.sendOffsets([{ ...place, offset: 1, metadata: '' }], nobody);
    const asked = driver.admin.committedOffsets('g', [place]);
    const fetcher = fetcherOf(driver, 'read_committed');
    fetcher.assign(place, 0);
    expect(fetcher.take(10)).toEqual([]);
    clock.advance(timeoutMs);
    expect(fetcher.take(10)).toEqual([{ ...place, records: [], nextOffset: 2, error: undefined }]);
    expect(await asked).toMatchObject([{ offset: -1 }]);
  });

  it('fences its producer', async () => {
    const { clock, producer } = await scene();
    clock.advance(timeoutMs);
    const deliveries = new Deliveries();
    producer.send(recordFor(place, 'later', { delivery: deliveries }));
    await producer.flush();
    expect(deliveries.outcomes).toEqual(['fenced']);
    expect(await failure(producer.commitTransaction())).toMatchObject({ kind: 'fenced' });
    await producer.initTransactions();
    producer.beginTransaction();
    await write(producer, place, ['again']);
    await producer.commitTransaction();
  });

  it('was in time when it ended before', async () => {
    const { clock, driver, producer } = await scene();
    clock.advance(timeoutMs - 1);
    await producer.commitTransaction();
    clock.advance(10 * timeoutMs);
    producer.beginTransaction();
    await producer.commitTransaction();
    const [end] = await driver.admin.listOffsets([place], 'latest', 'read_committed');
    expect(end?.offset).toBe(2);
  });
});

it('a crashed producer leaves its transaction open for its successor to abort', async () => {
  const kafka = embedded({ clock: new ManualClock(1_000_000) });
  kafka.createTopics([{ topic: 't' }]);
  const crashing = kafka.createDriver({ clientId: 'crashing' });
  const producer = transactionalProducerOf(crashing, 'id');
  await producer.initTransactions();
  producer.beginTransaction();
  await write(producer, place, ['no']);
  crashing.crash();
  const { admin } = kafka.createDriver({ clientId: 'observing' });
  const end = async () => (await admin.listOffsets([place], 'latest', 'read_committed'))[0]?.offset;
  expect(await end()).toBe(0);
  await transactionalProducerOf(kafka.createDriver({ clientId: 'heir' }), 'id').initTransactions();
  expect(await end()).toBe(2);
});
